/**
 * An edge to a block that only jumps on leads to where that one jumps. Blocks that lead out of a region or close a loop
 * stay: they are where the region is left, and the one latch of the loop.
 *
 *   A: branch x -> B, C;  B: goto D   =>   A: branch x -> D, C
 */
import { mapTargets } from "../ir/mapTargets.ts";
import type { Block, BlockId, IrFunction } from "../ir/types.ts";

export function threadJumps(fn: IrFunction): IrFunction {
  const final = (id: BlockId): BlockId => {
    let at = id;
    for (let steps = 0; steps < fn.blocks.length; steps++) {
      const block = fn.blocks[at]!;
      if (block.instructions.length > 0 || block.terminator.op !== "jump") return at;
      const next = fn.blocks[block.terminator.to]!;
      if (next.region !== block.region || next.id === at || next.id <= at || isNext(next)) return at;
      at = next.id;
    }
    return at;
  };
  let changed = false;
  const blocks = fn.blocks.map((block): Block => {
    const terminator = mapTargets(block.terminator, (id) => {
      const to = fn.blocks[id]!.region === block.region ? final(id) : id;
      if (to !== id) changed = true;
      return to;
    });
    return { ...block, terminator };
  });
  return changed ? { ...fn, blocks } : fn;
}

function isNext({ terminator }: Block): boolean {
  return terminator.op === "forOfNext" || terminator.op === "forInNext";
}
