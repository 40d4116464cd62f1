/** Slots that are filled where a function is entered. */
import type { IrFunction, Slot } from "./types.ts";

export function inputSlots(fn: IrFunction): readonly Slot[] {
  const others = [fn.rest, fn.thisSlot, fn.argumentsSlot, fn.newTargetSlot, fn.selfSlot];
  return [...fn.params, ...fn.captures.map(({ slot }) => slot), ...others.filter((slot) => slot !== null)];
}
