/**
 * Blocks that control comes back to: the targets of edges that go back in a depth-first walk from the entry, edges to handlers
 * included. In a reducible graph these are the heads of its loops, in another one at least one block of each cycle.
 */
import { successorsOf } from "./successorsOf.ts";
import type { Block, BlockId, IrFunction } from "./types.ts";

export function loopHeads(fn: IrFunction): ReadonlySet<BlockId> {
  const heads = new Set<BlockId>();
  const state = new Map<BlockId, "open" | "done">();
  const stack: { readonly id: BlockId; readonly next: BlockId[] }[] = [];
  const enter = (id: BlockId): void => {
    if (state.get(id) === "open") heads.add(id);
    if (state.has(id)) return;
    state.set(id, "open");
    const block = fn.blocks[id]!;
    stack.push({ id, next: [...successorsOf(block.terminator), ...handlersOf(fn, block)] });
  };
  enter(fn.entry);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const to = top.next.pop();
    if (to !== undefined) enter(to);
    else {
      state.set(top.id, "done");
      stack.pop();
    }
  }
  return heads;
}

function handlersOf(fn: IrFunction, block: Block): BlockId[] {
  for (let at = block.region; at !== null;) {
    const region = fn.regions[at]!;
    if (region.kind === "try") return [region.handler];
    at = region.parent;
  }
  return [];
}
