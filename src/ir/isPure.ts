/**
 * Whether an instruction does nothing but give its result: copies, closures, regular expressions, literals, `typeof`, `!`,
 * strict comparison, arithmetic on constants of one type, calls and what else the specializer has marked. Never another
 * property read, never arithmetic on what may be an object.
 */
import type { Instruction, Operand } from "./types.ts";

export function isPure(step: Instruction): boolean {
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
    case "getGlobal":
    case "call":
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
