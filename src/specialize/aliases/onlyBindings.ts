import type { IrFunction, Slot } from "../../ir/types.ts";

/** Slots that one reading of a variable fills, and nothing else. */
export function onlyBindings(ir: IrFunction): Slot[] {
  const read = new Map<Slot, boolean>();
  for (const { instructions } of ir.blocks)
    for (const step of instructions)
      if ("dst" in step && typeof step.dst === "number")
        read.set(step.dst, step.op === "getBinding" && !read.has(step.dst));
  return [...read].flatMap(([slot, isOnly]) => (isOnly ? [slot] : []));
}
