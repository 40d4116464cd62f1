import type { ClosureRef, Instruction, IrFunction, Operand } from "./types.ts";

/** Positions of the captures that a function assigns, itself or in a function that it makes; an opaque one all of its cells. */
export function assignedCaptures(functionOf: (id: number) => IrFunction | undefined, id: number): ReadonlySet<number> {
  const ir = functionOf(id);
  if (ir === undefined) return new Set();
  if (ir.opaque !== null) return new Set(ir.captures.flatMap(({ isCell }, nth) => (isCell ? [nth] : [])));
  const slots = new Set<Operand>();
  for (const { instructions } of ir.blocks)
    for (const step of instructions) {
      if (step.op === "setCell") slots.add(step.cell);
      for (const { func, captures } of closuresIn(step))
        for (const nth of assignedCaptures(functionOf, func)) {
          const handed = captures[nth];
          if (handed !== undefined) slots.add(handed);
        }
    }
  return new Set(ir.captures.flatMap(({ slot }, nth) => (slots.has(slot) ? [nth] : [])));
}

export function closuresIn(step: Instruction): readonly ClosureRef[] {
  if (step.op === "closure") return [step];
  if (step.op !== "class") return [];
  const { constructorFunction, members } = step.definition;
  return [constructorFunction, ...members.map((member) => ("closure" in member ? member.closure : null))].filter(
    (ref) => ref !== null,
  );
}
