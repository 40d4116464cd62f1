/**
 * Arithmetic and bitwise operators on primitives: 13.15.3 ApplyStringOrNumericBinaryOperator, with Number::... (6.1.6.1)
 * and BigInt::... (6.1.6.2). A bigint that would be very large is unknown: where it ends differs between engines.
 */
import type { Primitive } from "../base/primitive.ts";
import { attempt } from "./attempt.ts";
import type { Completion } from "./completion.ts";
import { unknown } from "./completion.ts";
import { bitsOf, MAX_BIGINT_BITS } from "./limits.ts";

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>" | ">>>";

/** left operator right; for + neither may be a string */
export function arithmetic(operator: ArithmeticOperator, left: Primitive, right: Primitive): Completion {
  if (typeof left === "bigint" && typeof right === "bigint" && resultBits(operator, left, right) > MAX_BIGINT_BITS) {
    return unknown("a very large bigint");
  }
  // The casts are for the type checker alone: bigints go through the same operators.
  const a = left as number;
  const b = right as number;
  return attempt(() => apply(operator, a, b));
}

function apply(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "**":
      return a ** b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      return a << b;
    case ">>":
      return a >> b;
    case ">>>":
      return a >>> b;
  }
}

/** An upper bound of the bits of the result, or 0 where an exception comes first. */
function resultBits(operator: ArithmeticOperator, left: bigint, right: bigint): number {
  switch (operator) {
    case "+":
    case "-":
    case "&":
    case "|":
    case "^":
      return Math.max(bitsOf(left), bitsOf(right)) + 4;
    case "*":
      return bitsOf(left) + bitsOf(right);
    case "**":
      return right < 0n || (left >= -1n && left <= 1n) ? 0 : bitsOf(left) * Number(right);
    case "<<":
    case ">>": {
      const shift = operator === "<<" ? right : -right;
      if (left === 0n) return 0;
      return shift <= 0n ? bitsOf(left) : bitsOf(left) + Number(shift);
    }
    case "/":
    case "%":
      return bitsOf(left);
    case ">>>":
      return 0;
  }
}
