import path from "node:path";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import { formatDiagnostic } from "../diagnostics/formatDiagnostic.ts";
import type { Diagnostic } from "../diagnostics/types.ts";
import { findFiles } from "../host/findFiles.ts";
import { nodeHost } from "../host/nodeHost.ts";
import type { Host } from "../modules/types.ts";
import { checkOptions, type SpecializeOptions } from "../pipeline/checkOptions.ts";
import type { Io } from "./io.ts";
import { readConfig } from "./readConfig.ts";

/** What every command starts from. */
export interface Setting {
  readonly options: SpecializeOptions;
  readonly root: string;
  readonly host: Host;
  readonly declarationFiles: readonly string[];
  /** what was wrong with the options */
  readonly diagnostics: readonly Diagnostic[];
}

export async function readSetting(io: Io, configFile: string | undefined): Promise<Setting> {
  const { options: given, root } = await readConfig(io.cwd, configFile);
  const sink = new DiagnosticSink();
  const options = checkOptions(given, sink);
  const host = nodeHost({
    ...(options.conditions === null ? {} : { conditions: options.conditions }),
    ...(options.tsconfig === null ? {} : { tsconfig: path.resolve(root, options.tsconfig) }),
  });
  const declarationFiles = findFiles(options.declarations, root);
  return { options, root, host, declarationFiles, diagnostics: sink.all() };
}

/** Prints what there is to say; true when an error is among it. */
export function printDiagnostics(
  io: Io,
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
): boolean {
  for (const diagnostic of diagnostics) io.err(`${formatDiagnostic(diagnostic, sources, { color: io.color })}\n`);
  return diagnostics.some(({ kind }) => kind === "error" || kind === "invariant");
}
