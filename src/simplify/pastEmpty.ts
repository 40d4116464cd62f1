/** Where an edge leads once blocks that only jump on are left out. */
import type { Block, BlockId, IrFunction } from "../ir/types.ts";

export function pastEmpty(fn: IrFunction, from: BlockId): BlockId {
  let at = from;
  // An empty loop leads nowhere; it has fewer blocks than the function.
  for (let steps = 0; steps < fn.blocks.length; steps++) {
    const block = fn.blocks[at]!;
    if (block.instructions.length > 0 || block.terminator.op !== "jump") return at;
    const next = fn.blocks[block.terminator.to]!;
    if (next.region !== block.region) return at;
    at = next.id;
  }
  return at;
}

export function isEmpty(block: Block): boolean {
  return block.instructions.length === 0 && block.terminator.op === "jump";
}
