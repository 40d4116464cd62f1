/**
 * Instructions whose result nobody reads and that can have no effect are dropped, as are those that only they needed.
 * Only what certainly has none: copies, closures, regular expressions, literals, `typeof`, `!`, strict comparison,
 * arithmetic on constants of one type, and what the specializer has marked as plain. Never another property read, never
 * arithmetic on what may be an object.
 */
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { Block, Instruction, IrFunction, Operand, Slot } from "../ir/types.ts";

export function dropDead(fn: IrFunction): IrFunction {
  const reads = new Array<number>(fn.slots.length).fill(0);
  for (const block of fn.blocks) {
    for (const step of [...block.instructions, block.terminator])
      for (const operand of operandsOf(step)) if (typeof operand === "number") reads[operand]!++;
  }
  const dead = new Set<Instruction>();
  const definitions = new Map<Slot, Instruction[]>();
  for (const block of fn.blocks) {
    for (const step of block.instructions)
      for (const slot of writtenSlots(step)) definitions.set(slot, [...(definitions.get(slot) ?? []), step]);
  }
  const pending: Slot[] = [...definitions.keys()].filter((slot) => reads[slot] === 0);
  for (let slot = pending.pop(); slot !== undefined; slot = pending.pop()) {
    for (const step of definitions.get(slot) ?? []) {
      if (dead.has(step) || !isPure(step)) continue;
      dead.add(step);
      for (const operand of operandsOf(step))
        if (typeof operand === "number" && --reads[operand]! === 0) pending.push(operand);
    }
  }
  if (dead.size === 0) return fn;
  const blocks = fn.blocks.map((block): Block => {
    const instructions = block.instructions.filter((step) => !dead.has(step));
    return instructions.length === block.instructions.length ? block : { ...block, instructions };
  });
  return { ...fn, blocks };
}

function isPure(step: Instruction): boolean {
  switch (step.op) {
    case "copy":
    case "closure":
    case "regexp":
    case "templateObject":
    case "template":
    case "array":
    case "object":
      return true;
    case "getProp":
      return step.isPlain === true;
    case "unary":
      return (
        step.isPlain === true || ["!", "typeof", "isNullish", "toThis"].includes(step.operator) || isPlain(step.value)
      );
    case "binary":
      if (step.isPlain === true || step.operator === "===" || step.operator === "!==") return true;
      return step.operator !== "in" && step.operator !== "instanceof" && sameType(step.left, step.right);
    default:
      return false;
  }
}

function isPlain(operand: Operand): boolean {
  return typeof operand !== "number" && typeof operand.value !== "bigint";
}

function sameType(left: Operand, right: Operand): boolean {
  return (
    typeof left !== "number" &&
    typeof right !== "number" &&
    typeof left.value === typeof right.value &&
    typeof left.value !== "bigint"
  );
}
