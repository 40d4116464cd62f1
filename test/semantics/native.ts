/** Operators as the engine itself has them, through code that is made from text. */
import type { BinaryOperator } from "../../src/semantics/evaluateBinary.ts";
import type { UnaryOperator } from "../../src/semantics/evaluateUnary.ts";

export const binaryOperators: readonly BinaryOperator[] = [
  "+",
  "-",
  "*",
  "/",
  "%",
  "**",
  "&",
  "|",
  "^",
  "<<",
  ">>",
  ">>>",
  "==",
  "!=",
  "===",
  "!==",
  "<",
  "<=",
  ">",
  ">=",
  "in",
  "instanceof",
];

const UNARY_CODE: Readonly<Record<UnaryOperator, string>> = {
  "-": "-x",
  "+": "+x",
  "!": "!x",
  "~": "~x",
  typeof: "typeof x",
  toNumeric: "x++",
  inc: "++x",
  dec: "--x",
  toString: "`${x}`",
  toPropertyKey: "Reflect.ownKeys({ [x]: 0 })[0]",
  isNullish: "x === null || x === undefined",
  toThis: "Object(x ?? globalThis)",
};
export const unaryOperators = Object.keys(UNARY_CODE) as UnaryOperator[];

type Outcome = { readonly value: unknown } | { readonly error: string; readonly message: string };

export function nativeUnary(operator: UnaryOperator, value: unknown): Outcome {
  return outcome(() => unaryFunctions[operator](value));
}
const unaryFunctions = Object.fromEntries(
  unaryOperators.map((operator) => [operator, new Function("x", `"use strict"; return ${UNARY_CODE[operator]};`)]),
) as Record<UnaryOperator, (x: unknown) => unknown>;

export function nativeBinary(operator: BinaryOperator, left: unknown, right: unknown): Outcome {
  return outcome(() => binaryFunctions[operator](left, right));
}
const binaryFunctions = Object.fromEntries(
  binaryOperators.map((operator) => [operator, new Function("x", "y", `"use strict"; return x ${operator} y;`)]),
) as Record<BinaryOperator, (x: unknown, y: unknown) => unknown>;

export function outcome(run: () => unknown): Outcome {
  try {
    return { value: run() };
  } catch (error) {
    return { error: (error as Error).name, message: (error as Error).message };
  }
}
