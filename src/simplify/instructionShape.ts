/** Instructions apart from the slots and constants they work on: whether two do the same, and how much text they are. */
import { mapOperands } from "../ir/mapOperands.ts";
import type { Instruction, Operand, Terminator } from "../ir/types.ts";

const shapes = new WeakMap<Instruction, string>();

/** The same for instructions that differ in operands and results only. */
export function shapeOf(step: Instruction): string {
  let shape = shapes.get(step);
  if (shape === undefined) shapes.set(step, (shape = textOf(step)));
  return shape;
}

function textOf(step: Instruction): string {
  // Each of these makes something of its own.
  if (step.op === "class" || step.op === "templateObject") return `${step.op} ${(count += 1)}`;
  const blank = mapOperands(step, () => 0);
  return JSON.stringify(blank, (key, value: unknown) => {
    if (key === "origin") return undefined;
    if (key === "dst" || key === "done" || key === "rest") return value === null ? null : 0;
    return key === "dsts" ? (value as unknown[]).map((slot) => slot !== null) : value;
  });
}

let count = 0;

export function sameOperand(one: Operand, other: Operand): boolean {
  if (typeof one === "number" || typeof other === "number") return one === other;
  return Object.is(one.value, other.value);
}

/** The same for operands that are the same. */
export function nameOf(operand: Operand): string {
  if (typeof operand === "number") return `%${operand}`;
  const { value } = operand;
  if (typeof value === "string") return JSON.stringify(value);
  return Object.is(value, -0) ? "-0" : `${typeof value} ${value}`;
}

/** The operand may be a variable that holds the one or the other. */
export function canDiffer(step: Instruction | Terminator, nth: number, one: Operand, other: Operand): boolean {
  const areSlots = typeof one === "number" && typeof other === "number";
  switch (step.op) {
    case "copy":
    case "binary":
    case "return":
      return true;
    case "setProp":
      return nth === 2 || (nth === 0 && areSlots);
    case "getProp":
      return nth === 0 && areSlots;
    case "call":
      return nth >= 2 && step.args.every((argument) => typeof argument !== "object" || !("spread" in argument));
    default:
      return false;
  }
}

/** About the number of words it is written with. */
export function weightOf(step: Instruction | Terminator): number {
  switch (step.op) {
    case "copy":
    case "jump":
    case "unreachable":
      return 0;
    case "call":
    case "construct":
      return 2 + step.args.length;
    case "getProp":
    case "setProp":
      return 2;
    default:
      return 1;
  }
}
