/**
 * Constant texts that are put behind a text one after the other are one.
 *
 *   a = s + ": "; b = a + "x"; c = b + "y"   =>   c = s + ": xy"
 *
 * Needs: a verified function; plain operators are marked. Promises: the same text, and nothing is computed more often: what
 * was in between is read by nobody else, and is gone once `dropDead` has been here. It cannot have thrown, for it is plain.
 *
 * Algorithm: `(s + c) + d` is `s + (c + d)` where c and d are texts, whatever primitive s is: its text comes first either way.
 * Within a block, of slots that are written once; in order, so that one round joins a whole row.
 */
import { inputSlots } from "../ir/inputSlots.ts";
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { Block, Instruction, IrFunction, Operand, Slot } from "../ir/types.ts";

type Joining = Instruction & { op: "binary" };

export function joinTexts(fn: IrFunction): IrFunction {
  const written = new Map<Slot, number>();
  const read = new Map<Slot, number>();
  const note = (counts: Map<Slot, number>, slot: Operand): void => {
    if (typeof slot === "number") counts.set(slot, (counts.get(slot) ?? 0) + 1);
  };
  for (const slot of inputSlots(fn)) note(written, slot);
  for (const region of fn.regions) if (region.kind === "try") note(written, region.exception);
  for (const { instructions, terminator } of fn.blocks)
    for (const step of [...instructions, terminator]) {
      for (const slot of writtenSlots(step)) note(written, slot);
      for (const operand of operandsOf(step)) note(read, operand);
    }
  const isFixed = (operand: Operand): boolean => typeof operand !== "number" || written.get(operand) === 1;
  let changed = false;
  const blocks = fn.blocks.map((block): Block => {
    const joining = new Map<Operand, Joining>();
    const instructions = block.instructions.map((given): Instruction => {
      if (given.op !== "binary" || given.operator !== "+" || textIn(given.right) === null) return given;
      const before = read.get(given.left as Slot) === 1 ? joining.get(given.left) : undefined;
      const step: Joining =
        before === undefined
          ? given
          : { ...given, left: before.left, right: { value: `${textIn(before.right)}${textIn(given.right)}` } };
      if (step !== given) changed = true;
      if (step.isPlain === true && isFixed(step.dst) && isFixed(step.left)) joining.set(step.dst, step);
      return step;
    });
    return { ...block, instructions };
  });
  return changed ? { ...fn, blocks } : fn;
}

function textIn(operand: Operand): string | null {
  return typeof operand !== "number" && typeof operand.value === "string" ? operand.value : null;
}
