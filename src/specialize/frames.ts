/** Reading and writing slots of the innermost frame; what a slot is called names the temporary that goes into it. */
import type { Argument, Operand, Slot } from "../ir/types.ts";
import { Bailout } from "./limits.ts";
import { asResidual } from "./resolve.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import { top } from "./state.ts";
import type { Value } from "./values.ts";
import { constant } from "./values.ts";

/** The value of an operand; an object rebuilt in the residual reads as its temporary. */
export function read(state: State, operand: Operand): Value {
  if (typeof operand !== "number") return constant(operand.value);
  const value = top(state).slots.get(operand);
  if (value === undefined)
    throw new Bailout(`a variable is read that has no value (slot ${operand} of ${top(state).code.key})`);
  return asResidual(state, value);
}

/** The raw content of a slot: undefined in the dead zone. */
export function readSlot(state: State, slot: Slot): Value | undefined {
  return top(state).slots.get(slot);
}

/** Assigns a slot. */
export function writeSlot(run: Run, state: State, slot: Slot, value: Value): void {
  const frame = top(state);
  frame.slots.set(slot, value);
  if (value.kind === "dynamic") {
    const info = run.info(value.temp);
    const name = info.name ?? frame.code.ir.slots[slot]?.name;
    if (name !== info.name) run.record(() => (info.name = undefined));
    info.name = name;
  }
}

/** The values of plain arguments; null when one is spread and its elements are not known. */
export function readArguments(state: State, args: readonly Argument[]): Value[] | null {
  const values: Value[] = [];
  for (const argument of args) {
    if (typeof argument === "object" && "spread" in argument) {
      const list = read(state, argument.spread);
      if (list.kind !== "object") return null;
      const elements = state.store.get(list.address).elements;
      if (elements === null) return null;
      for (const element of elements) values.push(element ?? constant(undefined));
    } else values.push(read(state, argument));
  }
  return values;
}
