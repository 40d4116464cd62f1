/**
 * Source lines with their kinds: in colour, or with a line of marks below each. Only the lines from the first span to the
 * last are given, with their numbers; where spans lie in each other the inner one wins.
 */
import type { AnnotatedSpan } from "../explain/annotateSource.ts";

export type Kind = AnnotatedSpan["kind"];

export function paintLines(
  text: string,
  spans: readonly AnnotatedSpan[],
  painters: Readonly<Record<Kind, (text: string) => string>> | null,
  marks: Readonly<Record<Kind, string>>,
): string[] {
  const lines = text.split("\n");
  const kinds = lines.map((line) => new Array<Kind | null>(line.length).fill(null));
  const outerFirst = [...spans].sort((a, b) => sizeOf(b) - sizeOf(a));
  for (const span of outerFirst) {
    for (let line = span.start.line; line <= span.end.line; line++) {
      const row = kinds[line - 1];
      const from = line === span.start.line ? span.start.column : 0;
      const to = line === span.end.line ? span.end.column : (row?.length ?? 0);
      row?.fill(span.kind, from, to);
    }
  }
  const first = Math.min(...spans.map(({ start }) => start.line));
  const last = Math.max(...spans.map(({ end }) => end.line));
  const width = String(last).length;
  return lines.slice(first - 1, last).flatMap((line, index) => {
    const row = kinds[first - 1 + index] ?? [];
    const head = `${String(first + index).padStart(width)} | `;
    if (painters !== null)
      return [
        head +
          runs(line, row)
            .map(([part, kind]) => (kind === null ? part : painters[kind](part)))
            .join(""),
      ];
    const below = row
      .map((kind, column) => (kind === null || line[column] === " " ? " " : marks[kind]))
      .join("")
      .trimEnd();
    return below === "" ? [head + line] : [head + line, `${" ".repeat(width)} | ${below}`];
  });
}

function runs(line: string, row: readonly (Kind | null)[]): [string, Kind | null][] {
  const parts: [string, Kind | null][] = [];
  for (let column = 0; column < line.length; column++) {
    const kind = row[column] ?? null;
    const part = parts.at(-1);
    if (part !== undefined && part[1] === kind) part[0] += line.charAt(column);
    else parts.push([line.charAt(column), kind]);
  }
  return parts;
}

function sizeOf({ start, end }: AnnotatedSpan): number {
  return (end.line - start.line) * 100_000 + end.column - start.column;
}
