/**
 * A temporary that is written once, by a copy of a constant or of a slot that never changes, is that constant or slot.
 *
 *   t = a; call f, [t]   =>   call f, [a]        (a: a parameter never assigned, or written once before)
 *
 * Needs: every read is behind a write on every path, so a slot with one write has one value wherever it is read; within a
 * loop the one write of the source may run again, so the copy must not be read behind it: both stand in one block, or the
 * source is filled at entry.
 */
import { inputSlots } from "../ir/inputSlots.ts";
import { mapEnd, mapOperands } from "../ir/mapOperands.ts";
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { Block, Instruction, IrFunction, Operand, Slot, Terminator } from "../ir/types.ts";

export function propagateCopies(fn: IrFunction): IrFunction {
  const copies = trivialCopies(fn);
  if (copies.size === 0) return fn;
  const resolve = (operand: Operand): Operand => {
    let at = operand;
    for (
      let to = typeof at === "number" ? copies.get(at) : undefined;
      to !== undefined;
      to = typeof at === "number" ? copies.get(at) : undefined
    )
      at = to;
    return at;
  };
  const blocks = fn.blocks.map((block): Block => ({
    ...block,
    instructions: block.instructions
      .filter((step) => step.op !== "copy" || !copies.has(step.dst))
      .map((step) => mapOperands(step, resolve)),
    terminator: mapEnd(block.terminator, resolve),
  }));
  return { ...fn, blocks };
}

function trivialCopies(fn: IrFunction): Map<Slot, Operand> {
  const writes = new Array<number>(fn.slots.length).fill(0);
  const inputs = new Set(inputSlots(fn));
  for (const slot of inputs) writes[slot]!++;
  for (const region of fn.regions) if (region.kind === "try") writes[region.exception]!++;
  const needsSlot = new Set<Slot>();
  for (const block of fn.blocks) {
    for (const step of [...block.instructions, block.terminator]) {
      for (const slot of writtenSlots(step)) writes[slot]!++;
      for (const slot of slotsOnly(step)) needsSlot.add(slot);
    }
  }
  const copies = new Map<Slot, Operand>();
  for (const block of fn.blocks) {
    for (const { step, value } of block.instructions.flatMap((step) =>
      step.op === "copy" ? [{ step, value: step.value }] : [],
    )) {
      if (writes[step.dst] !== 1 || fn.slots[step.dst]!.kind !== "temporary" || fn.slots[step.dst]!.name !== undefined)
        continue;
      if (typeof value === "number" ? inputs.has(value) && writes[value] === 1 : !needsSlot.has(step.dst))
        copies.set(step.dst, value);
    }
  }
  return copies;
}

/** Operands that cannot be constants. */
function slotsOnly(step: Instruction | Terminator): Slot[] {
  const isSlot = (operand: Operand): operand is Slot => typeof operand === "number";
  switch (step.op) {
    case "call":
    case "construct":
    case "superCall":
    case "array": {
      const list: readonly unknown[] = step.op === "array" ? step.elements : step.args;
      return list.flatMap((a) => (typeof a === "object" && a !== null && "spread" in a ? [a.spread as Slot] : []));
    }
    case "getCell":
    case "setCell":
    case "initCell":
    case "iterStep":
    case "iterRest":
    case "iterClose":
    case "checkInit":
    case "class":
    case "object":
      return operandsOf(step).filter(isSlot);
    default:
      return [];
  }
}
