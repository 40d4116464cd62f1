import type { Location } from "../diagnostics/types.ts";
import { t } from "./babel.ts";

/** Where a node stands in its source; null for generated nodes. `file` is for trees whose locations name no file. */
export function locationOf(node: t.Node, file?: string): Location | null {
  const { loc } = node;
  if (!loc) return null;
  return {
    file: loc.filename || (file ?? ""),
    line: loc.start.line,
    column: loc.start.column,
    endLine: loc.end.line,
    endColumn: loc.end.column,
  };
}

/** Marks a node that the caller has just made as coming from `location`; gives it back. */
export function atLocation<N extends t.Node>(node: N, location: Location | null | undefined): N {
  if (location) {
    const { file, line, column, endLine, endColumn } = location;
    node.loc = {
      filename: file,
      identifierName: undefined,
      start: { line, column, index: 0 },
      end: { line: endLine, column: endColumn, index: 0 },
    };
  }
  return node;
}

/**
 * A deep copy that shares no node with the original and remembers, on every node, where the original stands, file
 * included; so a source map leads from the copy to the file that it was written in.
 */
export function cloneWithProvenance<N extends t.Node>(node: N, file?: string): N {
  const copy = t.cloneNode(node, true, false);
  t.traverseFast(copy, (inner) => {
    if (!inner.loc) return;
    inner.loc = { ...inner.loc, filename: inner.loc.filename || (file ?? "") };
  });
  return copy;
}
