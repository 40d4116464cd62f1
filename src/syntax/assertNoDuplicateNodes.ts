import { invariant } from "../base/invariant.ts";
import { t } from "./babel.ts";

/**
 * A tree in which one node object hangs in two places breaks every transform after us: a change here shows there. Walks
 * the tree once and throws on the first node met twice.
 */
export function assertNoDuplicateNodes(root: t.Node): void {
  const parents = new Map<t.Node, string>();
  const pending: { node: t.Node; where: string }[] = [{ node: root, where: "root" }];
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    const { node, where } = entry;
    const other = parents.get(node);
    invariant(other === undefined, () => `${node.type} hangs in the tree twice: as ${other} and as ${where}`);
    parents.set(node, where);
    for (const key of t.VISITOR_KEYS[node.type] ?? []) {
      const held = (node as unknown as Record<string, unknown>)[key];
      for (const child of Array.isArray(held) ? held : [held]) {
        if (child) pending.push({ node: child as t.Node, where: `${node.type}.${key}` });
      }
    }
  }
}
