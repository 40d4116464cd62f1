/**
 * What an instruction does to fields of objects that exist at run time: nothing, reads or writes plain data of a name,
 * reads or writes elements, or anything (it may throw, run code of the program, or read what nobody can tell).
 *
 * Fields are told apart by name, for two slots may hold the same object; elements of arrays not at all, for two arrays may
 * share their bytes. Only what the specializer has marked as plain is known to be.
 */
import type { Instruction, Operand, Slot } from "../ir/types.ts";

export type FieldEffect =
  | { readonly kind: "none" | "elements" | "anything" }
  | { readonly kind: "reads" | "writes"; readonly object: Slot; readonly name: string };

const NONE: FieldEffect = { kind: "none" };
const ELEMENTS: FieldEffect = { kind: "elements" };
const ANYTHING: FieldEffect = { kind: "anything" };

export function fieldEffect(step: Instruction): FieldEffect {
  switch (step.op) {
    case "copy":
    case "closure":
    case "regexp":
    case "newCell":
    case "initCell":
    case "getBinding":
      return NONE;
    case "getCell":
    case "setCell":
      return step.checked ? ANYTHING : NONE;
    case "object":
      return step.properties.every(({ kind }) => kind === "init" || kind === "method") ? NONE : ANYTHING;
    case "array":
      return step.elements.every((one) => one === null || typeof one === "number" || "value" in one) ? NONE : ANYTHING;
    case "unary":
      return step.isPlain === true || ["!", "typeof", "isNullish", "toThis"].includes(step.operator) ? NONE : ANYTHING;
    case "binary":
      return step.isPlain === true || step.operator === "===" || step.operator === "!==" ? NONE : ANYTHING;
    case "getProp":
      return step.isPlain === true ? access("reads", step.object, step.key) : ANYTHING;
    case "setProp":
      return step.isPlain === true ? access("writes", step.object, step.key) : ANYTHING;
    default:
      return ANYTHING;
  }
}

function access(kind: "reads" | "writes", object: Operand, key: Operand): FieldEffect {
  if (typeof object !== "number") return ANYTHING;
  // the specializer marks other computed keys than numbers too, where reading them has no effect
  if (typeof key === "number") return kind === "writes" ? ELEMENTS : ANYTHING;
  if (typeof key.value === "number") return ELEMENTS;
  // how many elements there are depends on which are written
  if (typeof key.value !== "string" || key.value === "length" || isIndex(key.value)) return ANYTHING;
  return { kind, object, name: key.value };
}

function isIndex(name: string): boolean {
  return /^\d+$/.test(name);
}
