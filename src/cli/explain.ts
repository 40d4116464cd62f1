/** `specialize explain FILE[#function]`: the program with static and dynamic code told apart, and why. */
import path from "node:path";
import pc from "picocolors";
import type { AnnotatedSpan } from "../explain/annotateSource.ts";
import { explainFile, type ExplainedDivision, type ExplainedFile } from "../pipeline/explainFile.ts";
import { exitCodes, UsageError, type ExitCode, type Io } from "./io.ts";
import { paintLines, type Kind } from "./paintLines.ts";
import { printDiagnostics, readSetting } from "./setting.ts";

export interface ExplainOptions {
  readonly config?: string;
  readonly json?: boolean;
  /** LINE:COLUMN, both from 1, in the file */
  readonly why?: string;
}

export async function explain(io: Io, place: string, given: ExplainOptions): Promise<ExitCode> {
  const [name = "", functionName = null] = place.split("#");
  const file = path.resolve(io.cwd, name);
  const setting = await readSetting(io, given.config);
  if (printDiagnostics(io, setting.diagnostics, new Map())) return exitCodes.diagnostics;
  const { host, options, declarationFiles } = setting;
  if (host.readFile(file) === null) throw new UsageError(`no file ${name}`);
  const explained = explainFile({ file, functionName, host, options, declarationFiles });
  const isWrong = printDiagnostics(io, explained.diagnostics, explained.sources);
  if (explained.divisions.length === 0 && !isWrong) {
    io.err("nothing to explain: no site in this file, and no function of it declares S or D\n");
    return exitCodes.diagnostics;
  }
  if (given.why !== undefined) return printWhy(io, explained, file, given.why, given.json ?? false);
  if (given.json === true) io.out(`${JSON.stringify(asJson(explained), null, 2)}\n`);
  else for (const division of explained.divisions) printDivision(io, explained, division);
  return isWrong ? exitCodes.diagnostics : exitCodes.done;
}

// ---- the view ----------------------------------------------------------------------------------------------------

const painters: Readonly<Record<Kind, (text: string) => string>> = {
  static: pc.createColors(true).cyan,
  dynamic: pc.createColors(true).magenta,
  lifted: pc.createColors(true).yellow,
  unfolded: pc.createColors(true).green,
};
const marks: Readonly<Record<Kind, string>> = { static: "s", dynamic: "D", lifted: "^", unfolded: "u" };

function printDivision(io: Io, { sources }: ExplainedFile, division: ExplainedDivision): void {
  const params = division.params.map(({ name, time }) => `${name}: ${time}`).join(", ");
  const asked =
    division.site === null
      ? "as declared"
      : `asked for at ${placeOf(io, division.site.file, division.site.line, division.site.column)}`;
  io.out(`\n${division.name}(${params}), ${asked}\n`);
  const legend = (Object.keys(marks) as Kind[]).map((kind) =>
    io.color ? painters[kind](kind) : `${marks[kind]} ${kind}`,
  );
  io.out(`${legend.join("   ")}\n`);
  for (const [file, spans] of division.spans) {
    const text = sources.get(file);
    if (text === undefined) continue;
    io.out(`\n${path.relative(io.cwd, file)}\n`);
    for (const line of paintLines(text, spans, io.color ? painters : null, marks)) io.out(`${line}\n`);
  }
}

function asJson({ divisions, diagnostics }: ExplainedFile): object {
  const spansOf = (spans: ReadonlyMap<string, readonly AnnotatedSpan[]>): object => Object.fromEntries(spans);
  return {
    divisions: divisions.map(({ name, site, params, spans }) => ({ name, site, params, spans: spansOf(spans) })),
    diagnostics,
  };
}

// ---- why -----------------------------------------------------------------------------------------------------------

function printWhy(io: Io, explained: ExplainedFile, file: string, why: string, json: boolean): ExitCode {
  const match = /^(\d+):(\d+)$/.exec(why);
  if (match === null) throw new UsageError(`--why takes LINE:COLUMN, not ${why}`);
  const at = { line: Number(match[1]), column: Number(match[2]) - 1 };
  const answers = explained.divisions.flatMap((division) => {
    const spans = (division.spans.get(file) ?? []).filter((span) => covers(span, at));
    const innermost = spans.sort((a, b) => sizeOf(a) - sizeOf(b))[0];
    return innermost === undefined ? [] : [{ division, span: innermost }];
  });
  if (json) {
    io.out(
      `${JSON.stringify(
        answers.map(({ division, span }) => ({
          division: division.name,
          kind: span.kind,
          causes: span.causes.map(({ what, origin }) => ({ what, origin })),
        })),
        null,
        2,
      )}\n`,
    );
    return answers.length > 0 ? exitCodes.done : exitCodes.diagnostics;
  }
  if (answers.length === 0) {
    io.err(`nothing is computed at ${why} in any division\n`);
    return exitCodes.diagnostics;
  }
  for (const { division, span } of answers) {
    io.out(`${placeOf(io, file, span.start.line, span.start.column)} is ${span.kind} in ${division.name}\n`);
    const said = new Set<string>();
    for (const { what, origin } of span.causes) {
      const line = `  because ${what}${origin === null ? "" : ` (${placeOf(io, origin.file, origin.line, origin.column)})`}\n`;
      if (!said.has(line)) io.out(line);
      said.add(line);
    }
  }
  return exitCodes.done;
}

function covers({ start, end }: AnnotatedSpan, { line, column }: { line: number; column: number }): boolean {
  const afterStart = line > start.line || (line === start.line && column >= start.column);
  return afterStart && (line < end.line || (line === end.line && column < end.column));
}

function sizeOf({ start, end }: AnnotatedSpan): number {
  return (end.line - start.line) * 100_000 + end.column - start.column;
}

function placeOf(io: Io, file: string, line: number, column: number): string {
  return `${path.relative(io.cwd, file)}:${line}:${column + 1}`;
}
