import type { Primitive } from "../base/primitive.ts";
import type { Completion } from "./completion.ts";
import { andThen, returning, unknown } from "./completion.ts";
import { arithmetic } from "./arithmetic.ts";
import { MAX_STRING_LENGTH } from "./limits.ts";
import { toStringValue } from "./toStringValue.ts";

/** The addition operator on primitives, 13.15.3 ApplyStringOrNumericBinaryOperator with + */
export function add(left: Primitive, right: Primitive): Completion {
  if (typeof left !== "string" && typeof right !== "string") return arithmetic("+", left, right);
  return andThen(toStringValue(left), (a) =>
    andThen(toStringValue(right), (b) => concatenate(a as string, b as string)),
  );
}

function concatenate(left: string, right: string): Completion {
  if (left === "") return returning(right);
  if (right === "") return returning(left);
  if (left.length + right.length > MAX_STRING_LENGTH) return unknown("a very long string");
  return returning(left + right);
}
