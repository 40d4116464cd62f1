/**
 * Syntax that Babel could not go through: its traversal and its printer, and those of the plugins behind this one, call
 * themselves for each level, and a file that overflows their stack is lost as a whole. Walks without recursion.
 */
import { t } from "./babel.ts";

/** levels of nodes; with Node's usual stack, Babel's printer alone gives up at less than 1000 nested blocks */
const MOST_LEVELS = 700;

export function nestsTooDeeply(root: t.Node): boolean {
  const open: { readonly node: t.Node; readonly level: number }[] = [{ node: root, level: 1 }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { node, level } = at;
    if (level > MOST_LEVELS) return true;
    for (const key of t.VISITOR_KEYS[node.type] ?? []) {
      const child = (node as unknown as Record<string, t.Node | (t.Node | null)[] | null | undefined>)[key];
      for (const one of Array.isArray(child) ? child : [child]) if (one) open.push({ node: one, level: level + 1 });
    }
  }
  return false;
}
