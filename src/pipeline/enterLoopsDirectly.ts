/**
 * Residual graphs as the contract wants them: what a for-of or for-in region is entered by is its `next` block.
 *
 * Needs: between `enterForOf` and the first `forOfNext` there are at most copies into slots of the loop's head, and objects
 * made for them. Promises: they stand before the region is entered. Nothing can see the difference: getting the iterator runs other code, which sees
 * no slots; and when it throws, the loop is never reached, whose slots these are.
 */
import type { Block, BlockId, Instruction, IrFunction, Operand } from "../ir/types.ts";
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
      const isSilent = between.instructions.every((step) => mayMove(step, source));
      if (!isSilent || (entering.get(between.id) ?? 0) > 1) break;
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

/** Copies and the making of objects: nobody sees when they happen. */
function mayMove(step: Instruction, source: Operand): boolean {
  switch (step.op) {
    case "copy":
    case "closure":
    case "newCell":
      return step.dst !== source;
    case "array":
      return (
        step.dst !== source &&
        step.elements.every((element) => element === null || typeof element !== "object" || !("spread" in element))
      );
    case "object":
      return step.dst !== source && step.properties.every(({ kind }) => kind === "init" || kind === "method");
    default:
      return false;
  }
}
