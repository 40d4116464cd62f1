/** Unary, binary and template operators by binding time, with the few results that decide branches early. */
import type { BinaryOperator, UnaryOperator } from "../ir/types.ts";
import { keysChange } from "./properties.ts";
import type { Step } from "./step.ts";
import { seen } from "./step.ts";
import type { Cause } from "./types.ts";
import type { Value } from "./value.ts";
import {
  constantValue,
  dynamicValue,
  isObject,
  isPrimitive,
  mergeLocations,
  objectValue,
  singleConstant,
  truthiness,
} from "./value.ts";

const COMPARISONS: ReadonlySet<string> = new Set(["===", "!==", "==", "!=", "in", "instanceof"]);

/** A unary operator. */
export function unary(step: Step, operator: UnaryOperator, valueIn: Value): Value {
  if (operator === "toThis") return boundThis(step, valueIn);
  const value = seen(step, valueIn);
  if (value.cause !== null) return lateResult(step, `\`${operator}\` of something dynamic`, [value]);
  if (operator === "!") {
    const truth = truthiness(value);
    return truth === null ? step.static(value) : constantValue(!truth);
  }
  if (operator === "isNullish") {
    if (isObject(value)) return constantValue(false);
    if (value.locations.length === 0 && value.constants !== null) {
      const answers = new Set(value.constants.map((c) => c === undefined || c === null));
      if (answers.size === 1) return constantValue(answers.has(true));
    }
    return step.static(value);
  }
  if (operator === "typeof") return step.static(value);
  return hasCode(step, value) ? lateResult(step, `\`${operator}\` of an object`, [value]) : step.static(value);
}

/** What the caller passed, if it is an object; else the global object, or an object made for a primitive. */
function boundThis(step: Step, passed: Value): Value {
  if (isObject(passed)) return passed;
  const global = step.engine.locations.builtin("globalThis");
  const constant = singleConstant(passed);
  if (constant !== null && (constant.value ?? null) === null) return objectValue(global, step.def);
  const cause = step.cause("`this` of sloppy code, of what may be no object", passed.cause);
  step.markLate(cause);
  step.lift([passed], cause);
  return dynamicValue(cause, mergeLocations(passed.locations, [global]));
}

/** A binary operator. */
export function binary(step: Step, operator: BinaryOperator, leftIn: Value, rightIn: Value): Value {
  const left = seen(step, leftIn);
  const right = seen(step, rightIn);
  if (left.cause !== null || right.cause !== null)
    return lateResult(step, `\`${operator}\` with an operand that is dynamic`, [left, right]);
  if (operator === "===" || operator === "!==" || operator === "==" || operator === "!=") {
    const same = sameConstant(left, right, operator === "==" || operator === "!=");
    if (same !== null) return constantValue(same === (operator === "===" || operator === "=="));
    return step.static(left, right);
  }
  const changing = operator === "in" ? keysChange(step, right) : null;
  if (changing !== null)
    return lateResult(step, "`in` an object of the module whose fields change", [left, right], changing);
  if (COMPARISONS.has(operator)) return step.static(left, right);
  return hasCode(step, left) || hasCode(step, right)
    ? lateResult(step, `\`${operator}\` of an object`, [left, right])
    : step.static(left, right);
}

/** Objects become primitives by code of their own. */
function hasCode(step: Step, value: Value): boolean {
  return value.locations.some((l) => {
    const object = step.object(l);
    return object === undefined || (object.kind !== "deep" && object.kind !== "builtin");
  });
}

function sameConstant(left: Value, right: Value, loose: boolean): boolean | null {
  const isNullish = (v: Value): boolean => {
    const c = singleConstant(v);
    return c !== null && (c.value === undefined || c.value === null);
  };
  if (loose && isNullish(left) && isNullish(right)) return true;
  const a = singleConstant(left);
  const b = singleConstant(right);
  if (a !== null && b !== null) return loose && typeof a.value !== typeof b.value ? null : a.value === b.value;
  const other = a !== null ? right : left;
  const constant = a ?? b;
  if (constant === null) return null;
  const nullish = constant.value === undefined || constant.value === null;
  if (isObject(other) && (!loose || nullish)) return false;
  if (isPrimitive(other) && other.constants !== null && !loose && !other.constants.includes(constant.value))
    return false;
  return null;
}

/** Strings put together. */
export function template(step: Step, values: readonly Value[]): Value {
  const settled = values.map((v) => seen(step, v));
  return settled.some((v) => v.cause !== null)
    ? lateResult(step, "a template with a part that is dynamic", settled)
    : step.static(...settled);
}

function lateResult(
  step: Step,
  what: string,
  values: readonly Value[],
  from: Cause | null = values.find((v) => v.cause !== null)?.cause ?? null,
): Value {
  const cause = step.cause(what, from);
  step.markLate(cause);
  step.lift(values, cause);
  return dynamicValue(cause);
}
