/** Which objects of the evaluated modules the slots of a function may hold; flow-insensitive, one answer per slot. */
import type { Instruction, Operand } from "../../ir/types.ts";
import { writtenSlots } from "../../ir/operands.ts";
import type { Code } from "../program.ts";
import { isSlot } from "../program.ts";
import type { Objects } from "./objects.ts";
import type { Origin } from "./origin.ts";
import { MADE, UNKNOWN, joinOrigins } from "./origin.ts";
import { slotNumbers } from "./slotNumbers.ts";

export interface Slots {
  origin(operand: Operand): Origin;
  /** a number, whatever way control went */
  isNumber(operand: Operand): boolean;
}

/** What the slots hold, given what the captured variables hold. */
export function slotOrigins(objects: Objects, code: Code, captures: readonly Origin[]): Slots {
  const { ir } = code;
  const held = new Map<number, Origin>();
  const origin = (operand: Operand): Origin => (isSlot(operand) ? (held.get(operand) ?? MADE) : MADE);
  const isInstance = ir.kind === "constructor" || ir.kind === "initializer";
  for (const slot of [...ir.params, ir.rest, ir.argumentsSlot]) if (slot !== null) held.set(slot, UNKNOWN);
  if (ir.thisSlot !== null && !isInstance) held.set(ir.thisSlot, UNKNOWN);
  ir.captures.forEach(({ slot }, i) => {
    held.set(slot, captures[i] ?? UNKNOWN);
  });
  for (const region of ir.regions) if (region.kind === "try") held.set(region.exception, UNKNOWN);
  let changed = true;
  const add = (slot: number, found: Origin): void => {
    const before = held.get(slot);
    const after = before === undefined ? found : joinOrigins(before, found);
    if (before !== undefined && after.known.size === before.known.size && after.unknown === before.unknown) return;
    held.set(slot, after);
    changed = true;
  };
  while (changed) {
    changed = false;
    for (const block of ir.blocks) {
      for (const step of block.instructions) {
        const found = resultOf(objects, code, step, origin);
        for (const slot of writtenSlots(step)) add(slot, found);
      }
      if (block.terminator.op === "forOfNext") add(block.terminator.value, UNKNOWN);
    }
  }
  return { origin, isNumber: slotNumbers(ir) };
}

function resultOf(objects: Objects, code: Code, step: Instruction, origin: (operand: Operand) => Origin): Origin {
  switch (step.op) {
    case "copy":
      return origin(step.value);
    case "getBinding":
      return objects.binding(code.file, step.name);
    case "getGlobal":
      return objects.global(step.name);
    case "getProp":
      return objects.property(origin(step.object), isSlot(step.key) ? null : String(step.key.value));
    case "getCell":
      return objects.cell(origin(step.cell));
    case "call":
    case "getPrivate":
    case "getSuper":
    case "arrayPattern":
    case "objectPattern":
    case "iterStep":
    case "superCall":
      return UNKNOWN;
    case "construct":
      return objects.instance(origin(step.callee));
    case "unary":
      return step.operator === "toThis" ? origin(step.value) : MADE;
    default:
      return MADE;
  }
}
