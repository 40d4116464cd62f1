/**
 * Residual graphs as the contract wants them: what a for-of or for-in region is entered by is its `next` block.
 *
 * Needs: between `enterForOf` and the first `forOfNext` there are at most copies into slots of the loop's head. Promises:
 * they stand before the region is entered. Nothing can see the difference: getting the iterator runs other code, which sees
 * no slots; and when it throws, the loop is never reached, whose slots these are.
 */
import type { Block, BlockId, Instruction, IrFunction } from "../ir/types.ts";
import { successorsOf } from "../ir/successorsOf.ts";

export function enterLoopsDirectly(fn: IrFunction): IrFunction {
  const entering = new Map<BlockId, number>();
  for (const block of fn.blocks)
    for (const to of successorsOf(block.terminator)) entering.set(to, (entering.get(to) ?? 0) + 1);
  const changed = new Map<BlockId, Block>();
  for (const block of fn.blocks) {
    const { terminator } = block;
    if (terminator.op !== "enterForOf" && terminator.op !== "enterForIn") continue;
    const source = terminator.op === "enterForOf" ? terminator.iterable : terminator.object;
    const moved: Instruction[] = [];
    let next = terminator.next;
    for (let between = fn.blocks[next]; between?.terminator.op === "jump"; between = fn.blocks[next]) {
      const copies = between.instructions.every((step) => step.op === "copy" && step.dst !== source);
      if (!copies || (entering.get(between.id) ?? 0) > 1) break;
      moved.push(...between.instructions);
      next = between.terminator.to;
    }
    if (next === terminator.next) continue;
    changed.set(block.id, {
      ...block,
      instructions: [...block.instructions, ...moved],
      terminator: { ...terminator, next },
    });
  }
  return changed.size === 0 ? fn : { ...fn, blocks: fn.blocks.map((block) => changed.get(block.id) ?? block) };
}
