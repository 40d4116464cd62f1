/**
 * Facts about the slots of a function that hold wherever control is: how often each is written and read, which only ever
 * hold numbers, which hold cells or are captured by value.
 *
 * Numbers: optimistic fixed point; a slot stays a number as long as every write to it gives one.
 */
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { Instruction, IrFunction, Operand, Slot } from "../ir/types.ts";

export interface SlotFacts {
  /** writes in reachable code; entry values of parameters and captures count as one */
  readonly writes: number[];
  readonly reads: number[];
  readonly isNumber: readonly boolean[];
  /** captured, as value or cell, by a closure or class */
  readonly isCaptured: readonly boolean[];
  readonly isCell: readonly boolean[];
}

export function slotFacts(fn: IrFunction, reachable: readonly number[]): SlotFacts {
  const count = fn.slots.length;
  const writes = new Array<number>(count).fill(0);
  const reads = new Array<number>(count).fill(0);
  const isCaptured = new Array<boolean>(count).fill(false);
  const isCell = fn.slots.map((s) => s.kind === "cell");
  const definitions: Instruction[][] = fn.slots.map(() => []);
  const opaqueWrite = new Array<boolean>(count).fill(false);
  for (const slot of entrySlots(fn)) {
    writes[slot]!++;
    opaqueWrite[slot] = true;
  }
  for (const { slot, isCell: cell } of fn.captures) if (cell) isCell[slot] = true;
  for (const id of reachable) {
    const block = fn.blocks[id]!;
    for (const step of [...block.instructions, block.terminator]) {
      for (const operand of operandsOf(step)) if (typeof operand === "number") reads[operand]!++;
      for (const slot of writtenSlots(step)) {
        writes[slot]!++;
        if ("dst" in step && step.op !== "iterStep") definitions[slot]!.push(step as Instruction);
        else opaqueWrite[slot] = true;
      }
      if (step.op === "newCell") isCell[step.dst] = true;
      for (const slot of capturedBy(step as Instruction)) isCaptured[slot] = true;
      if (step.op === "enterTry") {
        const region = fn.regions[step.region];
        if (region?.kind === "try") {
          writes[region.exception]!++;
          opaqueWrite[region.exception] = true;
        }
      }
    }
  }
  return { writes, reads, isNumber: numberSlots(definitions, opaqueWrite), isCaptured, isCell };
}

/** Slots that hold something when the function starts. */
export function entrySlots(fn: IrFunction): Slot[] {
  const slots = [...fn.params, ...fn.captures.map((c) => c.slot)];
  for (const slot of [fn.rest, fn.thisSlot, fn.argumentsSlot, fn.newTargetSlot, fn.selfSlot]) {
    if (slot !== null && !slots.includes(slot)) slots.push(slot);
  }
  return slots;
}

/** Slots that an instruction hands to closures. */
export function capturedBy(step: Instruction): Slot[] {
  if (step.op === "closure") return step.captures.filter((c) => typeof c === "number");
  if (step.op !== "class") return [];
  const { definition } = step;
  const refs = [definition.constructorFunction, ...definition.members.map((m) => m.closure)];
  return refs.flatMap((ref) => (ref === null ? [] : ref.captures.filter((c) => typeof c === "number")));
}

function numberSlots(definitions: readonly (readonly Instruction[])[], opaqueWrite: readonly boolean[]): boolean[] {
  const isNumber = definitions.map((steps, slot) => steps.length > 0 && !opaqueWrite[slot]);
  const isNumeric = (operand: Operand): boolean =>
    typeof operand === "number" ? isNumber[operand] === true : typeof operand.value === "number";
  for (let changed = true; changed;) {
    changed = false;
    definitions.forEach((steps, slot) => {
      if (!isNumber[slot] || steps.every((step) => givesNumber(step, isNumeric))) return;
      isNumber[slot] = false;
      changed = true;
    });
  }
  return isNumber;
}

function givesNumber(step: Instruction, isNumeric: (operand: Operand) => boolean): boolean {
  switch (step.op) {
    case "copy":
      return isNumeric(step.value);
    case "unary":
      return step.operator === "+" || (numericUnary.has(step.operator) && isNumeric(step.value));
    case "binary":
      return (
        step.operator === ">>>" || (numericBinary.has(step.operator) && isNumeric(step.left) && isNumeric(step.right))
      );
    default:
      return false;
  }
}

export const numericUnary: ReadonlySet<string> = new Set(["-", "+", "~", "toNumeric", "inc", "dec"]);
export const numericBinary: ReadonlySet<string> = new Set([
  "+",
  "-",
  "*",
  "/",
  "%",
  "**",
  "&",
  "|",
  "^",
  "<<",
  ">>",
  ">>>",
]);
