/** Which slots of a function hold numbers, whatever way control went; flow-insensitive. */
import type { Instruction, IrFunction, Operand, Slot } from "../../ir/types.ts";
import { writtenSlots } from "../../ir/operands.ts";
import { isSlot } from "../program.ts";

/**
 * Tells of an operand whether it is always a number. Parameters (but those that are said to be numbers), captured variables and
 * results of calls are not taken for ones.
 */
export function slotNumbers(ir: IrFunction, known: ReadonlySet<Slot> = new Set()): (operand: Operand) => boolean {
  const numbers = new Map<number, boolean>();
  const isNumber = (operand: Operand): boolean =>
    isSlot(operand) ? numbers.get(operand) === true : typeof operand.value === "number";
  for (const slot of [...ir.params, ir.rest, ir.thisSlot, ...ir.captures.map(({ slot: one }) => one)])
    if (slot !== null) numbers.set(slot, known.has(slot));
  for (const { terminator: end } of ir.blocks)
    if (end.op === "forOfNext" || end.op === "forInNext") numbers.set(end.value, false);
  let changed = true;
  while (changed) {
    changed = false;
    for (const { instructions } of ir.blocks)
      for (const step of instructions)
        for (const slot of writtenSlots(step)) {
          const both = numbers.get(slot) !== false && givesNumber(step, isNumber);
          if (numbers.get(slot) === both) continue;
          numbers.set(slot, both);
          changed = true;
        }
  }
  return isNumber;
}

function givesNumber(step: Instruction, isNumber: (operand: Operand) => boolean): boolean {
  switch (step.op) {
    case "copy":
      return isNumber(step.value);
    case "unary":
      return ["-", "+", "~", "inc", "dec", "toNumeric"].includes(step.operator);
    case "binary":
      if (step.operator === "+") return isNumber(step.left) && isNumber(step.right);
      return /^([-*/%&|^]|\*\*|<<|>>>?)$/.test(step.operator);
    default:
      return false;
  }
}
