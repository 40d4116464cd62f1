/** Blocks that control cannot reach become empty; ids stay, so that regions and edges need no renumbering. */
import { operandsOf } from "../ir/operands.ts";
import type { Block, IrFunction } from "../ir/types.ts";
import { mapTargets } from "../ir/mapTargets.ts";

export function dropUnreachable(fn: IrFunction): IrFunction {
  const reached = new Set([fn.entry]);
  for (const id of reached) {
    const block = fn.blocks[id]!;
    mapTargets(block.terminator, (to) => (reached.add(to), to));
    if (block.terminator.op !== "enterTry") continue;
    const region = fn.regions[block.terminator.region]!;
    if (region.kind === "try") reached.add(region.handler);
  }
  const isGone = (block: Block): boolean =>
    !reached.has(block.id) &&
    (block.instructions.length > 0 || block.terminator.op !== "unreachable" || operandsOf(block.terminator).length > 0);
  if (!fn.blocks.some(isGone)) return fn;
  return {
    ...fn,
    blocks: fn.blocks.map((block): Block =>
      isGone(block) ? { ...block, instructions: [], terminator: { op: "unreachable" } } : block,
    ),
  };
}
