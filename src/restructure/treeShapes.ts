/** Questions about the shape of trees. */
import type { Tree } from "./tree.ts";
import { partsOf } from "./tree.ts";

/** The same slot or the same constant. */
export function sameLeaf(a: Tree, b: Tree): boolean {
  if (a.kind === "slot") return b.kind === "slot" && a.slot === b.slot;
  return a.kind === "constant" && b.kind === "constant" && Object.is(a.value, b.value);
}

/** Number of nodes, counted up to a bound that nobody asks beyond. */
export function sizeOf(tree: Tree, bound = 200): number {
  let size = 0;
  const pending = [tree];
  for (let at = pending.pop(); at !== undefined && size < bound; at = pending.pop()) {
    size++;
    pending.push(...partsOf(at));
  }
  return size;
}

export function isNullish(tree: Tree): tree is Extract<Tree, { kind: "operation" }> {
  return tree.kind === "operation" && tree.step.op === "unary" && tree.step.operator === "isNullish";
}

/** How often a slot is read in a tree, holes not counted. */
export function readsOf(tree: Tree, slot: number): number {
  let count = 0;
  const pending = [tree];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (at.kind === "slot" && at.slot === slot) count++;
    pending.push(...partsOf(at));
  }
  return count;
}
