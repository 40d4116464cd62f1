import { codeFrameColumns } from "@babel/code-frame";
import type { CauseNote, Diagnostic, Location } from "./types.ts";

export interface FormatOptions {
  /** Colours in the code frame; off unless asked for. */
  readonly color?: boolean;
}

/** Texts by file name; a file that is not there has no code frame. */
export type Sources = ReadonlyMap<string, string> | ((file: string) => string | null | undefined);

/** Head line, place, code frame, chain of causes, remedy. Ends without a line feed. */
export function formatDiagnostic(diagnostic: Diagnostic, sources: Sources, options: FormatOptions = {}): string {
  const { code, kind, message, loc, causes, remedy } = diagnostic;
  const parts = [`${kind} ${code}: ${message}`];
  if (loc !== null) parts.push(`  at ${placeOf(loc)}`);
  const frame = loc === null ? null : frameOf(loc, sources, options.color ?? false);
  if (frame !== null) parts.push(frame);
  parts.push(...causes.map(formatCause));
  if (remedy !== null) parts.push(`  remedy: ${remedy}`);
  return parts.join("\n");
}

function formatCause({ message, loc }: CauseNote): string {
  return loc === null ? `  because ${message}` : `  because ${message} (${placeOf(loc)})`;
}

/** Columns as editors count them, from 1. */
function placeOf({ file, line, column }: Location): string {
  return `${file}:${line}:${column + 1}`;
}

function frameOf(loc: Location, sources: Sources, color: boolean): string | null {
  const text = typeof sources === "function" ? sources(loc.file) : sources.get(loc.file);
  if (text === null || text === undefined) return null;
  const span = {
    start: { line: loc.line, column: loc.column + 1 },
    end: { line: loc.endLine, column: loc.endColumn + 1 },
  };
  return codeFrameColumns(text, span, { highlightCode: color, forceColor: color });
}
