/**
 * An order of the blocks in which work on a graph is best done: a block comes after the blocks that lead to it, all blocks
 * of a loop stand together behind its header, and what follows the loop comes after them. A handler counts as following
 * every block of its region.
 *
 * Algorithm: depth-first search gives a reverse postorder and the back edges; the blocks of a loop are those that reach a
 * back edge to its header without passing it; then each loop, outermost first, is laid out as header, members, exits.
 * Bourdoncle, "Efficient chaotic iteration strategies with widenings", 1993, for the idea (weak topological order).
 */
import { successorsOf } from "./successorsOf.ts";
import type { BlockId, IrFunction } from "./types.ts";

/** Position of each block; index = block id. Blocks that nothing reaches come last. */
export function blockOrder(fn: IrFunction): number[] {
  const next = fn.blocks.map((b) => edges(fn, b.id));
  const postorder = searchFrom(fn.entry, next);
  const reverse = [...postorder].reverse();
  const rank = new Array<number>(fn.blocks.length).fill(-1);
  reverse.forEach((id, i) => (rank[id] = i));
  const loops = loopsOf(reverse, next, rank);
  const order = arrange(reverse, loops);
  const position = new Array<number>(fn.blocks.length).fill(0);
  order.forEach((id, i) => (position[id] = i));
  let last = order.length;
  for (const block of fn.blocks) if (rank[block.id] === -1) position[block.id] = last++;
  return position;
}

function edges(fn: IrFunction, id: BlockId): BlockId[] {
  const block = fn.blocks[id];
  if (block === undefined) return [];
  const to = [...successorsOf(block.terminator)];
  for (let at = block.region; at !== null; ) {
    const region = fn.regions[at];
    if (region === undefined) break;
    if (region.kind === "try") to.push(region.handler);
    at = region.parent;
  }
  return to;
}

function searchFrom(entry: BlockId, next: readonly BlockId[][]): BlockId[] {
  const seen = new Set<BlockId>([entry]);
  const postorder: BlockId[] = [];
  const stack: { id: BlockId; at: number }[] = [{ id: entry, at: 0 }];
  for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
    // the last successor is visited first, so that the first one comes first in reverse postorder
    const successors = next[top.id] ?? [];
    const to = successors[successors.length - 1 - top.at++];
    if (to === undefined) {
      postorder.push(top.id);
      stack.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      stack.push({ id: to, at: 0 });
    }
  }
  return postorder;
}

/** header -> members (without the header) */
function loopsOf(reverse: readonly BlockId[], next: readonly BlockId[][], rank: readonly number[]): Map<BlockId, Set<BlockId>> {
  const before: BlockId[][] = next.map(() => []);
  const loops = new Map<BlockId, Set<BlockId>>();
  for (const id of reverse) for (const to of next[id] ?? []) before[to]?.push(id);
  for (const header of reverse) {
    const latches = (before[header] ?? []).filter((from) => (rank[from] ?? 0) >= (rank[header] ?? 0));
    if (latches.length === 0) continue;
    const members = new Set<BlockId>();
    const work = [...latches];
    for (let id = work.pop(); id !== undefined; id = work.pop()) {
      if (id === header || members.has(id) || (rank[id] ?? 0) < (rank[header] ?? 0)) continue;
      members.add(id);
      work.push(...(before[id] ?? []));
    }
    loops.set(header, members);
  }
  return loops;
}

/** Reverse postorder with every loop's members pulled up behind its header. */
function arrange(reverse: readonly BlockId[], loops: ReadonlyMap<BlockId, ReadonlySet<BlockId>>): BlockId[] {
  const order: BlockId[] = [];
  const placed = new Set<BlockId>();
  const place = (blocks: readonly BlockId[]): void => {
    for (const id of blocks) {
      if (placed.has(id)) continue;
      placed.add(id);
      order.push(id);
      const members = loops.get(id);
      if (members !== undefined) place(blocks.filter((b) => members.has(b)));
    }
  };
  place(reverse);
  return order;
}
