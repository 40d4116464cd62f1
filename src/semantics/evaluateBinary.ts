/**
 * Binary operators of the control-flow graph on known primitives. `in` and `instanceof` want an object on the right and
 * so always throw here.
 *
 * Example: evaluateBinary("+", 1, "2") is the value "12"; evaluateBinary("+", 1, 2n) throws a TypeError.
 */
import { assertNever } from "../base/assertNever.ts";
import type { Primitive } from "../base/primitive.ts";
import { add } from "./add.ts";
import { arithmetic } from "./arithmetic.ts";
import { attempt } from "./attempt.ts";
import type { Completion } from "./completion.ts";
import { returning } from "./completion.ts";
import { isLessThan } from "./isLessThan.ts";
import { isLooselyEqual } from "./isLooselyEqual.ts";
import { isStrictlyEqual } from "./isStrictlyEqual.ts";

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "**"
  | "&"
  | "|"
  | "^"
  | "<<"
  | ">>"
  | ">>>"
  | "=="
  | "!="
  | "==="
  | "!=="
  | "<"
  | "<="
  | ">"
  | ">="
  | "in"
  | "instanceof";

/** left operator right */
export function evaluateBinary(operator: BinaryOperator, left: Primitive, right: Primitive): Completion {
  switch (operator) {
    case "+":
      return add(left, right);
    case "-":
    case "*":
    case "/":
    case "%":
    case "**":
    case "&":
    case "|":
    case "^":
    case "<<":
    case ">>":
    case ">>>":
      return arithmetic(operator, left, right);
    case "==":
      return returning(isLooselyEqual(left, right));
    case "!=":
      return returning(!isLooselyEqual(left, right));
    case "===":
      return returning(isStrictlyEqual(left, right));
    case "!==":
      return returning(!isStrictlyEqual(left, right));
    case "<":
      return returning(isLessThan(left, right) === true);
    case ">=":
      return returning(isLessThan(left, right) === false);
    case ">":
      return returning(isLessThan(right, left) === true);
    case "<=":
      return returning(isLessThan(right, left) === false);
    case "in":
      return attempt(() => (left as string) in (right as unknown as object));
    case "instanceof":
      return attempt(() => (left as unknown) instanceof (right as unknown as () => void));
    default:
      return assertNever(operator, "binary operator");
  }
}
