/** Where a node stands in its source; undefined for nodes that were made, not parsed. */
import type { Origin } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";

export function originOf(node: t.Node, file: string): Origin | undefined {
  const { loc } = node;
  if (!loc) return undefined;
  return {
    file: loc.filename || file,
    line: loc.start.line,
    column: loc.start.column,
    endLine: loc.end.line,
    endColumn: loc.end.column,
  };
}
