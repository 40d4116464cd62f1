/**
 * Purpose: a position for each block such that a worklist that always takes the smallest position finishes loops before
 * what follows them: a weak topological order (Bourdoncle, "Efficient chaotic iteration strategies with widenings",
 * FMPA 1993).
 * Needs: any graph; unreachable blocks come last. Promises: the blocks of a strongly connected component are contiguous,
 * its head first, and so again inside of it; a handler comes after all blocks of its region that do not lie in a loop
 * with it. Recursion is avoided: graphs may be deep.
 * Algorithm: Tarjan's components, in reverse topological order; inside a component the edges to its head are cut and the
 * rest is ordered in the same way.
 */
import { successorsOf } from "./successorsOf.ts";
import type { BlockId, IrFunction } from "./types.ts";

export function blockOrder(fn: Pick<IrFunction, "blocks" | "regions" | "entry">): number[] {
  const successors = fn.blocks.map((block) => {
    const list = [...successorsOf(block.terminator)];
    for (let r = block.region; r !== null; r = fn.regions[r]!.parent) {
      const region = fn.regions[r]!;
      if (region.kind === "try") list.push(region.handler);
    }
    return list;
  });
  const order = new Array<number>(fn.blocks.length).fill(-1);
  let next = 0;
  const all = new Set(fn.blocks.map((b) => b.id));
  // A piece of the graph to be ordered: `members` from `entries`, without edges to `cut`.
  const pending: {
    readonly members: ReadonlySet<BlockId>;
    readonly start: readonly BlockId[];
    readonly cut: BlockId | null;
  }[] = [];
  pending.push({ members: all, start: [fn.entry, ...all], cut: null });
  for (let piece = pending.pop(); piece !== undefined; piece = pending.pop()) {
    if (piece.members.size === 1) {
      for (const only of piece.members) order[only] = next++;
      continue;
    }
    if (piece.cut !== null) order[piece.cut] = next++;
    // Last component first: the stack gives the first one back first.
    for (const component of components(piece.members, piece.start, piece.cut, successors)) {
      const head = component[component.length - 1]!;
      const isLoop = component.length > 1;
      if (isLoop) pending.push({ members: new Set(component), start: successors[head]!, cut: head });
      else pending.push({ members: new Set(component), start: [head], cut: null });
    }
  }
  return order;
}

/** Strongly connected components in reverse topological order; the block through which each was entered comes last. */
function components(
  members: ReadonlySet<BlockId>,
  start: readonly BlockId[],
  cut: BlockId | null,
  successors: readonly (readonly BlockId[])[],
): BlockId[][] {
  const found: BlockId[][] = [];
  const index = new Map<BlockId, number>();
  const low = new Map<BlockId, number>();
  const stack: BlockId[] = [];
  const onStack = new Set<BlockId>();
  const within = (id: BlockId): boolean => members.has(id) && id !== cut;
  for (const root of [...start, ...members]) {
    if (!within(root) || index.has(root)) continue;
    const path: { readonly id: BlockId; next: number }[] = [];
    const open = (id: BlockId): void => {
      index.set(id, index.size);
      low.set(id, index.get(id)!);
      stack.push(id);
      onStack.add(id);
      path.push({ id, next: 0 });
    };
    open(root);
    while (path.length > 0) {
      const top = path[path.length - 1]!;
      const list = successors[top.id]!;
      const to = list[list.length - 1 - top.next];
      if (to !== undefined) {
        top.next++;
        if (!within(to)) continue;
        if (!index.has(to)) open(to);
        else if (onStack.has(to)) low.set(top.id, Math.min(low.get(top.id)!, index.get(to)!));
        continue;
      }
      path.pop();
      const parent = path[path.length - 1];
      if (parent !== undefined) low.set(parent.id, Math.min(low.get(parent.id)!, low.get(top.id)!));
      if (low.get(top.id) !== index.get(top.id)) continue;
      const component: BlockId[] = [];
      for (;;) {
        const id = stack.pop()!;
        onStack.delete(id);
        component.push(id);
        if (id === top.id) break;
      }
      found.push(component);
    }
  }
  return found;
}
