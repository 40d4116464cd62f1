/** What the doors ask of the pipeline, and what they get. */
import type * as t from "@babel/types";
import type { Diagnostic } from "../diagnostics/types.ts";
import type { Origin } from "../ir/types.ts";
import type { Host } from "../modules/types.ts";
import type { SpecializeOptions } from "./checkOptions.ts";

export interface CompileRequest {
  readonly file: string;
  /** text of the file, which need not be what is on the disk */
  readonly code: string;
  /** the `specialize(...)` and `context(...)` calls of the file */
  readonly sites: readonly Origin[];
  readonly host: Host;
  readonly options: SpecializeOptions;
  /** files with declarations aside that the options name */
  readonly declarationFiles: readonly string[];
}

export interface CompiledSite {
  readonly origin: Origin;
  /** name of the generic function */
  readonly name: string;
  /** what the call is replaced by; null: it stays as it is */
  readonly expression: t.Expression | null;
  readonly stats: Readonly<Record<string, number>> | null;
}

export interface CompiledFile {
  readonly sites: readonly CompiledSite[];
  /** shared functions, and constants for objects reached by a path, in the order of their use */
  readonly declarations: readonly t.Statement[];
  readonly imports: readonly { readonly source: string; readonly imported: string; readonly local: string }[];
  /** names that the file imports from modules that need not be evaluated for what that does (`quietImports`) */
  readonly quietImports: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
  /** files that the result depends on, the file itself not among them, sorted */
  readonly dependencies: readonly string[];
  /** texts of all files, for code frames and source maps */
  readonly sources: ReadonlyMap<string, string>;
}

export type CompileSites = (request: CompileRequest) => CompiledFile;
