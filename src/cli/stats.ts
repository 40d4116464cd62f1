/** `specialize stats [context...]`: sizes, times and counts of the contexts in the options. Writes nothing. */
import Table from "cli-table3";
import { allSources, compileContexts, type TimedContext } from "./build.ts";
import { exitCodes, type ExitCode, type Io } from "./io.ts";
import { printDiagnostics, readSetting } from "./setting.ts";

export interface StatsOptions {
  readonly config?: string;
  readonly json?: boolean;
}

export async function stats(io: Io, names: readonly string[], given: StatsOptions): Promise<ExitCode> {
  const setting = await readSetting(io, given.config);
  if (printDiagnostics(io, setting.diagnostics, new Map())) return exitCodes.diagnostics;
  const compiled = compileContexts(io, setting, names, ".specialize");
  const isWrong = printDiagnostics(
    io,
    compiled.flatMap(({ diagnostics }) => diagnostics),
    allSources(compiled),
  );
  const rows = compiled.map(rowOf);
  io.out(given.json === true ? `${JSON.stringify({ contexts: rows }, null, 2)}\n` : `${tableOf(rows)}\n`);
  return isWrong || compiled.some(({ printed }) => printed === null) ? exitCodes.diagnostics : exitCodes.done;
}

interface Row {
  readonly name: string;
  /** files read, and their text */
  readonly files: number;
  readonly sourceBytes: number;
  /** null: no residual */
  readonly residualBytes: number | null;
  readonly milliseconds: number;
  /** as the specializer counts: versions, steps, ... */
  readonly counts: Readonly<Record<string, number>>;
}

function rowOf({ name, printed, stats: counts, dependencies, sources, milliseconds }: TimedContext): Row {
  const sourceBytes = dependencies.reduce((sum, file) => sum + Buffer.byteLength(sources.get(file) ?? ""), 0);
  const residualBytes = printed === null ? null : Buffer.byteLength(printed.code);
  return {
    name,
    files: dependencies.length,
    sourceBytes,
    residualBytes,
    milliseconds: Math.round(milliseconds),
    counts: counts ?? {},
  };
}

function tableOf(rows: readonly Row[]): string {
  const counted = [...new Set(rows.flatMap(({ counts }) => Object.keys(counts)))];
  const table = new Table({
    head: ["context", "files", "source bytes", "residual bytes", "ms", ...counted],
    style: { head: [], border: [] },
  });
  for (const { name, files, sourceBytes, residualBytes, milliseconds, counts } of rows) {
    table.push([
      name,
      files,
      sourceBytes,
      residualBytes ?? "none",
      milliseconds,
      ...counted.map((key) => counts[key] ?? ""),
    ]);
  }
  return table.toString();
}
