/** The pipeline as an API: residual modules and the binding-time view, without Babel around them. */
import path from "node:path";
import { DiagnosticSink } from "./diagnostics/sink.ts";
import type { Diagnostic } from "./diagnostics/types.ts";
import { findFiles } from "./host/findFiles.ts";
import { nodeHost } from "./host/nodeHost.ts";
import type { Host } from "./modules/types.ts";
import { checkOptions, type SpecializeOptions } from "./pipeline/checkOptions.ts";
import { compileContext } from "./pipeline/compileContext.ts";
import { compileSites } from "./pipeline/compileSites.ts";
import { explainFile, type ExplainedFile } from "./pipeline/explainFile.ts";

export { formatDiagnostic } from "./diagnostics/formatDiagnostic.ts";
export { memoryHost } from "./host/memoryHost.ts";
export { nodeHost } from "./host/nodeHost.ts";
export type { Diagnostic, ExplainedFile, Host };

interface Surroundings {
  /** folder that paths are relative to; the working directory when not given */
  readonly root?: string;
  /** the file system when not given */
  readonly host?: Host;
  /** as the plugin's */
  readonly options?: object;
}

export interface CompileInput extends Surroundings {
  /** `./module.ts#function` */
  readonly entry: string;
  /** by parameter name or by position; plain values, and `dynamic()` for holes */
  readonly statics?: Readonly<Record<string, unknown>> | readonly unknown[];
  /** a context with live objects: `module#export` of what builds it, and of what takes static values from its roots */
  readonly setup?: string;
  readonly roots?: string;
  /** the file that the residual module is for: its imports are relative to it */
  readonly file?: string;
  /** name of the residual; that of the function when not given */
  readonly name?: string;
}

export interface Compiled {
  /** null: there is no residual; the diagnostics say why */
  readonly code: string | null;
  readonly map: object | null;
  readonly diagnostics: readonly Diagnostic[];
  /** files that the residual depends on, sorted */
  readonly dependencies: readonly string[];
  readonly sources: ReadonlyMap<string, string>;
  readonly stats: Readonly<Record<string, number>> | null;
}

/** The residual module of one function for one set of static values. */
export function compile(input: CompileInput): Compiled {
  const { entry, statics = {}, setup, roots, file = "residual.js", name = entry.split("#")[1] ?? "residual" } = input;
  const live = setup === undefined && roots === undefined ? {} : { setup, roots };
  const given = { ...input.options, contexts: { [name]: { entry, statics, ...live } } };
  const { root, host, options, diagnostics, declarationFiles } = surroundings(input, given);
  const context = options.contexts[name];
  if (context === undefined || diagnostics.length > 0) {
    return { code: null, map: null, diagnostics, dependencies: [], sources: new Map(), stats: null };
  }
  const target = path.resolve(root, file);
  const done = compileContext({ name, context, root, file: target, host, options, declarationFiles }, compileSites);
  return {
    code: done.printed?.code ?? null,
    map: done.printed?.map ?? null,
    diagnostics: done.diagnostics,
    dependencies: done.dependencies,
    sources: done.sources,
    stats: done.stats,
  };
}

export interface ExplainInput extends Surroundings {
  readonly file: string;
  /** a function of the file; everything that its sites ask for when not given */
  readonly functionName?: string;
}

/** What is static and what is dynamic, per division, with the chain of causes. */
export function explain(input: ExplainInput): ExplainedFile {
  const { root, host, options, diagnostics, declarationFiles } = surroundings(input, input.options);
  if (diagnostics.length > 0) return { divisions: [], diagnostics, sources: new Map() };
  const file = path.resolve(root, input.file);
  return explainFile({ file, functionName: input.functionName ?? null, host, options, declarationFiles });
}

interface Settled {
  readonly root: string;
  readonly host: Host;
  readonly options: SpecializeOptions;
  readonly diagnostics: readonly Diagnostic[];
  readonly declarationFiles: readonly string[];
}

function surroundings({ root: givenRoot, host: givenHost }: Surroundings, given: unknown): Settled {
  const root = path.resolve(givenRoot ?? ".");
  const sink = new DiagnosticSink();
  const options = checkOptions(given, sink);
  const host =
    givenHost ??
    nodeHost({
      ...(options.conditions === null ? {} : { conditions: options.conditions }),
      ...(options.tsconfig === null ? {} : { tsconfig: path.resolve(root, options.tsconfig) }),
    });
  return { root, host, options, diagnostics: sink.all(), declarationFiles: findFiles(options.declarations, root) };
}
