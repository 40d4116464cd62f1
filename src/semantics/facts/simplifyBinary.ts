/**
 * Algebraic identities that hold exactly for every value the facts allow: NaN, -0 and strings included, and with no
 * exception or user code left out. Null: none is known.
 *
 * Examples: `x | 0` is x where x is an int32; `x * 1` is x where x is a number; `x + 0` is x only for integers, as -0 + 0
 * is 0; `x < 256` is true where x is a byte; `x === true` is x where x is a boolean.
 */
import type { Primitive } from "../../base/primitive.ts";
import type { BinaryOperator } from "../evaluateBinary.ts";
import { evaluateBinary } from "../evaluateBinary.ts";
import { binaryFact } from "./binaryFact.ts";
import { hasEffect } from "./effects.ts";
import type { IntRange, TypeFact } from "./typeFact.ts";
import { intOf, INT32, isOnly, mayBe, TYPE, UINT32 } from "./typeFact.ts";

export type Simplified =
  { readonly kind: "left" } | { readonly kind: "right" } | { readonly kind: "constant"; readonly value: Primitive };
/** A known operand; in a box, as undefined is one. */
export interface Known {
  readonly value: Primitive;
}

const LEFT: Simplified = { kind: "left" };
const RIGHT: Simplified = { kind: "right" };

/** left operator right, of which the facts `a` and `b` hold. */
export function simplifyBinary(
  operator: BinaryOperator,
  a: TypeFact,
  b: TypeFact,
  constA?: Known,
  constB?: Known,
): Simplified | null {
  const left = constA ?? onlyValue(a);
  const right = constB ?? onlyValue(b);
  if (left !== undefined && right !== undefined) return fold(operator, left, right);
  if (isComparison(operator)) {
    if (isTruthItself(operator, a, right)) return LEFT;
    if (isTruthItself(operator, b, left)) return RIGHT;
    return hasEffect(operator, [a, b]) ? null : decide(operator, a, b, left, right);
  }
  if (right !== undefined && isRightIdentity(operator, a, right.value)) return LEFT;
  if (left !== undefined && isLeftIdentity(operator, left.value, b)) return RIGHT;
  if (operator === "%" && isBelow(intOf(a), intOf(b))) return LEFT;
  const result = hasEffect(operator, [a, b]) ? undefined : onlyValue(binaryFact(operator, a, b));
  return result === undefined ? null : { kind: "constant", value: result.value };
}

/** The one value that the fact allows. */
function onlyValue(fact: TypeFact): Known | undefined {
  if (fact.types === TYPE.undefined) return { value: undefined };
  if (fact.types === TYPE.null) return { value: null };
  const int = intOf(fact);
  return int !== undefined && int.min === int.max ? { value: int.min } : undefined;
}

function fold(operator: BinaryOperator, left: Known, right: Known): Simplified | null {
  if (operator === "in" || operator === "instanceof") return null;
  const done = evaluateBinary(operator, left.value, right.value);
  return done.kind === "value" ? { kind: "constant", value: done.value } : null;
}

/** x operator c is x */
function isRightIdentity(operator: BinaryOperator, x: TypeFact, c: Primitive): boolean {
  const int = intOf(x);
  switch (operator) {
    case "+":
      return isSumIdentity(x, c);
    case "-":
      return x.types === TYPE.number && c === 0 && (!Object.is(c, -0) || int !== undefined);
    case "*":
    case "/":
      return x.types === TYPE.number && c === 1;
    case "|":
    case "^":
    case "<<":
    case ">>":
      return (
        typeof c === "number" && within(int, INT32) && (operator === "|" || operator === "^" ? c | 0 : c & 31) === 0
      );
    case ">>>":
      return typeof c === "number" && within(int, UINT32) && (c & 31) === 0;
    case "&":
      return isMaskIdentity(int, c);
    default:
      return false;
  }
}

/** c operator x is x */
function isLeftIdentity(operator: BinaryOperator, c: Primitive, x: TypeFact): boolean {
  switch (operator) {
    case "+":
    case "|":
    case "^":
    case "&":
      return isRightIdentity(operator, x, c);
    case "*":
      return x.types === TYPE.number && c === 1;
    default:
      return false;
  }
}

function isSumIdentity(x: TypeFact, c: Primitive): boolean {
  if (c === "") return isOnly(x, TYPE.string);
  // x + -0 is x for every number; -0 + 0 is 0
  return x.types === TYPE.number && c === 0 && (Object.is(c, -0) || x.int !== undefined);
}

/** A truth value asked whether it is true, or not false. */
function isTruthItself(operator: Comparison, x: TypeFact, c?: Known): boolean {
  if (x.types !== TYPE.boolean || typeof c?.value !== "boolean") return false;
  return operator === "===" || operator === "==" ? c.value : (operator === "!==" || operator === "!=") && !c.value;
}

/** The mask has every bit that x may have. */
function isMaskIdentity(int: IntRange | undefined, c: Primitive): boolean {
  if (typeof c !== "number" || !within(int, INT32) || int === undefined) return false;
  const mask = c | 0;
  if (mask === -1) return true;
  const width = 32 - Math.clz32(int.max);
  const bits = width === 32 ? -1 : (1 << width) - 1;
  return int.min >= 0 && (mask & bits) === bits;
}

function within(int: IntRange | undefined, outer: IntRange): boolean {
  return int !== undefined && int.min >= outer.min && int.max <= outer.max;
}

/** 0 <= x < y: x % y is x */
function isBelow(x: IntRange | undefined, y: IntRange | undefined): boolean {
  return x !== undefined && y !== undefined && x.min >= 0 && y.min > x.max;
}

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "===", "!==", "<", "<=", ">", ">="]);
type Comparison = "==" | "!=" | "===" | "!==" | "<" | "<=" | ">" | ">=";

function isComparison(operator: BinaryOperator): operator is Comparison {
  return COMPARISONS.has(operator);
}

function decide(operator: Comparison, a: TypeFact, b: TypeFact, left?: Known, right?: Known): Simplified | null {
  const isOrder = operator.startsWith("<") || operator.startsWith(">");
  const answer = isOrder ? order(operator, a, b, left, right) : equality(operator, a, b, left, right);
  if (answer === null) return null;
  return { kind: "constant", value: operator === "!=" || operator === "!==" ? !answer : answer };
}

/** Whether the operands are equal; null: it may be so or not. */
function equality(operator: Comparison, a: TypeFact, b: TypeFact, left?: Known, right?: Known): boolean | null {
  if (isNaNConstant(left) || isNaNConstant(right)) return false;
  const strict = operator === "===" || operator === "!==";
  if (strict && (a.types & b.types) === 0) return false;
  const nullish = TYPE.null | TYPE.undefined;
  if (!strict && isOnly(a, nullish) && isOnly(b, nullish)) return true;
  if (!strict && ((isOnly(a, nullish) && !mayBe(b, nullish)) || (isOnly(b, nullish) && !mayBe(a, nullish))))
    return false;
  // Two numbers are all that could be equal here, and their ranges are apart.
  const numbersOnly = strict ? (a.types & b.types) === TYPE.number : a.types === TYPE.number && b.types === TYPE.number;
  if (!numbersOnly) return null;
  const x = a.int ?? bound(left);
  const y = b.int ?? bound(right);
  if (x === undefined || y === undefined) return null;
  if (x.max < y.min || y.max < x.min || isFraction(left, b) || isFraction(right, a)) return false;
  return null;
}

/** A constant that is no integer, where the other side is one. */
function isFraction(known: Known | undefined, other: TypeFact): boolean {
  return typeof known?.value === "number" && other.int !== undefined && !Number.isInteger(known.value);
}

function isNaNConstant(known: Known | undefined): boolean {
  return typeof known?.value === "number" && Number.isNaN(known.value);
}

/** < <= > >= on numbers */
function order(operator: Comparison, a: TypeFact, b: TypeFact, left?: Known, right?: Known): boolean | null {
  if (isNaNConstant(left) || isNaNConstant(right)) return false;
  const x = intOf(a) ?? bound(left);
  const y = intOf(b) ?? bound(right);
  if (x === undefined || y === undefined) return null;
  const holds = (p: IntRange, q: IntRange, orEqual: boolean): boolean | null => {
    if (p.max < q.min || (orEqual && p.max <= q.min)) return true;
    if (p.min > q.max || (!orEqual && p.min >= q.max)) return false;
    return null;
  };
  return operator === "<" || operator === "<=" ? holds(x, y, operator === "<=") : holds(y, x, operator === ">=");
}

/** Any constant number, fractions and infinities too, bounds itself. */
function bound(known: Known | undefined): IntRange | undefined {
  return typeof known?.value === "number" ? { min: known.value, max: known.value } : undefined;
}
