/**
 * Unary operators of the control-flow graph on a known primitive.
 *
 * Example: evaluateUnary("-", "3") is the value -3; evaluateUnary("+", 1n) throws a TypeError.
 */
import { assertNever } from "../base/assertNever.ts";
import type { Primitive } from "../base/primitive.ts";
import { add } from "./add.ts";
import { arithmetic } from "./arithmetic.ts";
import { attempt } from "./attempt.ts";
import type { Completion } from "./completion.ts";
import { andThen, returning, unknown } from "./completion.ts";
import { bitsOf, MAX_BIGINT_BITS } from "./limits.ts";
import { toBoolean } from "./toBoolean.ts";
import { toNumber } from "./toNumber.ts";
import { toNumeric } from "./toNumeric.ts";
import { toPropertyKey } from "./toPropertyKey.ts";
import { toStringValue } from "./toStringValue.ts";
import { typeOf } from "./typeOf.ts";

export type UnaryOperator =
  | "-"
  | "+"
  | "!"
  | "~"
  | "typeof"
  | "toNumeric"
  | "inc"
  | "dec"
  | "toString"
  | "toPropertyKey"
  | "isNullish"
  | "toThis";

/** operator value */
export function evaluateUnary(operator: UnaryOperator, value: Primitive): Completion {
  switch (operator) {
    case "-":
    case "~":
      return negate(operator, value);
    case "+":
      return toNumber(value);
    case "!":
      return returning(!toBoolean(value));
    case "typeof":
      return returning(typeOf(value));
    case "toNumeric":
      return toNumeric(value);
    case "inc":
    case "dec":
      return andThen(toNumeric(value), (numeric) => step(operator, numeric as number | bigint));
    case "toString":
      return toStringValue(value);
    case "toPropertyKey":
      return toPropertyKey(value);
    case "isNullish":
      return returning(value === null || value === undefined);
    case "toThis":
      return unknown("an object");
    default:
      return assertNever(operator, "unary operator");
  }
}

function negate(operator: "-" | "~", value: Primitive): Completion {
  if (typeof value === "bigint" && bitsOf(value) > MAX_BIGINT_BITS) return unknown("a very large bigint");
  return attempt(() => (operator === "-" ? -(value as number) : ~(value as number)));
}

function step(operator: "inc" | "dec", value: number | bigint): Completion {
  const one = typeof value === "bigint" ? 1n : 1;
  return operator === "inc" ? add(value, one) : arithmetic("-", value, one);
}
