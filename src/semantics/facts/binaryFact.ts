/**
 * What is known of the result of a binary operator.
 *
 * Example: of `x & 255` with nothing known of a number x: an integer from 0 to 255.
 */
import { assertNever } from "../../base/assertNever.ts";
import type { BinaryOperator } from "../evaluateBinary.ts";
import { bitwiseRange, int32Range, shiftRange, uint32Range } from "./bitRanges.ts";
import { asNumber, mayBeBigint, withBigint } from "./coerced.ts";
import type { IntRange, TypeFact } from "./typeFact.ts";
import { booleanFact, intFact, isOnly, joinFacts, mayBe, numberFact, stringFact, TYPE } from "./typeFact.ts";

export function binaryFact(operator: BinaryOperator, a: TypeFact, b: TypeFact): TypeFact {
  switch (operator) {
    case "+":
      return sumFact(a, b);
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
      return withBigint(numberResult(operator, asNumber(a), asNumber(b)), mayBeBigint(a) && mayBeBigint(b));
    case ">>>":
      return withBigint(numberResult(operator, asNumber(a), asNumber(b)), false);
    case "==":
    case "!=":
    case "===":
    case "!==":
    case "<":
    case "<=":
    case ">":
    case ">=":
    case "in":
    case "instanceof":
      return booleanFact;
    default:
      return assertNever(operator, "binary operator");
  }
}

function sumFact(a: TypeFact, b: TypeFact): TypeFact {
  if (isOnly(a, TYPE.string) || isOnly(b, TYPE.string)) return stringFact;
  // a string is not converted to a number here
  const number = numberResult("+", asNumber(without(a, TYPE.string)), asNumber(without(b, TYPE.string)));
  const sum = withBigint(number, mayBeBigint(a) && mayBeBigint(b));
  return mayBe(a, TEXT) || mayBe(b, TEXT) ? joinFacts(sum, stringFact) : sum;
}

function without(fact: TypeFact, types: number): TypeFact {
  return { ...fact, types: fact.types & ~types };
}

/** may be a string after ToPrimitive */
const TEXT = TYPE.string | TYPE.object | TYPE.function;

type NumberOperator = "+" | "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>" | ">>>";

function numberResult(operator: NumberOperator, a: TypeFact, b: TypeFact): TypeFact {
  if (a.types === 0 || b.types === 0) return { types: 0 };
  switch (operator) {
    case "&":
    case "|":
    case "^":
      return fromRange(bitwiseRange(operator, int32Range(a), int32Range(b)));
    case "<<":
    case ">>":
      return fromRange(shiftRange(operator, int32Range(a), uint32Range(b)));
    case ">>>":
      return fromRange(shiftRange(operator, uint32Range(a), uint32Range(b)));
    default:
      return a.int === undefined || b.int === undefined ? numberFact : arithmeticFact(operator, a.int, b.int);
  }
}

function fromRange({ min, max }: IntRange): TypeFact {
  return intFact(min, max);
}

function arithmeticFact(operator: "+" | "-" | "*" | "/" | "%" | "**", a: IntRange, b: IntRange): TypeFact {
  switch (operator) {
    // a sum is -0 only if both are
    case "+":
      return intFact(a.min + b.min, a.max + b.max);
    case "-":
      return intFact(a.min - b.max, a.max - b.min);
    case "*":
      return productFact(a, b);
    case "%":
      return remainderFact(a, b);
    default:
      return numberFact;
  }
}

function productFact(a: IntRange, b: IntRange): TypeFact {
  // 0 times something negative is -0
  if ((holdsZero(a) && b.min < 0) || (holdsZero(b) && a.min < 0)) return numberFact;
  const corners = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
  return intFact(Math.min(...corners), Math.max(...corners));
}

function remainderFact(a: IntRange, b: IntRange): TypeFact {
  // x % 0 is NaN, and a negative x may give -0
  if (a.min < 0 || holdsZero(b)) return numberFact;
  const modulus = Math.max(Math.abs(b.min), Math.abs(b.max));
  const least = Math.min(Math.abs(b.min), Math.abs(b.max));
  return a.max < least ? intFact(a.min, a.max) : intFact(0, Math.min(a.max, modulus - 1));
}

function holdsZero({ min, max }: IntRange): boolean {
  return min <= 0 && max >= 0;
}
