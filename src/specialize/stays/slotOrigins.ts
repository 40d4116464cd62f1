/** Which objects of the evaluated modules the slots of a function may hold; flow-insensitive, one answer per slot. */
import type { Instruction, Operand } from "../../ir/types.ts";
import { writtenSlots } from "../../ir/operands.ts";
import type { Code } from "../program.ts";
import { isSlot } from "../program.ts";
import type { Objects } from "./objects.ts";
import type { Origin } from "./origin.ts";
import { MADE, UNKNOWN, joinOrigins } from "./origin.ts";

export interface Slots {
  origin(operand: Operand): Origin;
  /** a number, whatever way control went */
  isNumber(operand: Operand): boolean;
}

/** What the slots hold, given what the captured variables hold. */
export function slotOrigins(objects: Objects, code: Code, captures: readonly Origin[]): Slots {
  const { ir } = code;
  const held = new Map<number, Origin>();
  const numbers = new Map<number, boolean>();
  const origin = (operand: Operand): Origin => (isSlot(operand) ? (held.get(operand) ?? MADE) : MADE);
  const isNumber = (operand: Operand): boolean =>
    isSlot(operand) ? numbers.get(operand) === true : typeof operand.value === "number";
  const isInstance = ir.kind === "constructor" || ir.kind === "initializer";
  for (const slot of [...ir.params, ir.rest, ir.argumentsSlot]) if (slot !== null) held.set(slot, UNKNOWN);
  if (ir.thisSlot !== null && !isInstance) held.set(ir.thisSlot, UNKNOWN);
  for (const slot of [...ir.params, ir.thisSlot]) if (slot !== null) numbers.set(slot, false);
  ir.captures.forEach(({ slot }, i) => {
    held.set(slot, captures[i] ?? UNKNOWN);
    numbers.set(slot, false);
  });
  for (const region of ir.regions) if (region.kind === "try") held.set(region.exception, UNKNOWN);
  let changed = true;
  const add = (slot: number, found: Origin, number: boolean): void => {
    const before = held.get(slot);
    const after = before === undefined ? found : joinOrigins(before, found);
    const grew = before === undefined || after.known.size !== before.known.size || after.unknown !== before.unknown;
    const both = (numbers.get(slot) ?? true) && number;
    if (!grew && numbers.get(slot) === both) return;
    held.set(slot, after);
    numbers.set(slot, both);
    changed = true;
  };
  while (changed) {
    changed = false;
    for (const block of ir.blocks) {
      for (const step of block.instructions) {
        const found = resultOf(objects, code, step, origin);
        const number = givesNumber(step, isNumber);
        for (const slot of writtenSlots(step)) add(slot, found, number);
      }
      if (block.terminator.op === "forOfNext") add(block.terminator.value, UNKNOWN, false);
    }
  }
  return { origin, isNumber };
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
