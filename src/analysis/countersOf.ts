/**
 * Variables that a loop steps and does nothing else with: a counter, a sum of constants, a text that grows. Each round gives such
 * a variable another value; where only the run time ends the loop, there is no end of them.
 *
 * Promises: every write of the slot in the loop adds something constant to the slot itself, or takes it away. Nothing is
 * said of variables that closures capture.
 *
 *   for (let at = 0; at < text.length; at++) ...      `at`, if text is dynamic
 */
import { writtenSlots } from "../ir/operands.ts";
import type { Instruction, IrFunction, Operand, Slot } from "../ir/types.ts";
import type { Loop } from "./flow.ts";

/** temporaries between a variable and its step */
const FAR = 8;

export function countersOf(ir: IrFunction, loop: Loop): ReadonlySet<Slot> {
  const writes = new Map<Slot, Instruction[]>();
  const elsewhere = new Set<Slot>();
  for (const id of loop.blocks) {
    const { instructions, terminator } = ir.blocks[id]!;
    for (const slot of writtenSlots(terminator)) elsewhere.add(slot);
    for (const step of instructions)
      for (const slot of writtenSlots(step)) writes.set(slot, [...(writes.get(slot) ?? []), step]);
  }
  const madeBy = (operand: Operand): Instruction | null => {
    const found = typeof operand === "number" && !elsewhere.has(operand) ? writes.get(operand) : undefined;
    return found?.length === 1 ? found[0]! : null;
  };
  /** the operand is the slot, or a copy of it as a number */
  const isSame = (slot: Slot, operand: Operand, far: number): boolean => {
    if (operand === slot) return true;
    const made = far < FAR ? madeBy(operand) : null;
    const isCopy = made?.op === "copy" || (made?.op === "unary" && made.operator === "toNumeric");
    return isCopy && isSame(slot, made.value, far + 1);
  };
  const steps = (slot: Slot, made: Instruction | null, far: number): boolean => {
    if (made?.op === "copy") return far < FAR && steps(slot, madeBy(made.value), far + 1);
    if (made?.op === "unary" && (made.operator === "inc" || made.operator === "dec"))
      return isSame(slot, made.value, far + 1);
    if (made?.op !== "binary" || (made.operator !== "+" && made.operator !== "-")) return false;
    return isSame(slot, made.left, far + 1) && isChange(made.right);
  };
  const counters = [...writes].filter(([slot, all]) => !elsewhere.has(slot) && all.every((one) => steps(slot, one, 0)));
  return new Set(counters.map(([slot]) => slot));
}

function isChange(operand: Operand): boolean {
  return typeof operand !== "number" && operand.value !== 0 && operand.value !== "" && operand.value !== 0n;
}
