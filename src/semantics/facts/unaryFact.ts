/**
 * What is known of the result of a unary operator.
 *
 * Example: of `~x` with nothing known of x: a number in the range of int32, or a bigint.
 */
import { assertNever } from "../../base/assertNever.ts";
import type { UnaryOperator } from "../evaluateUnary.ts";
import { int32Range } from "./bitRanges.ts";
import { asNumber, mayBeBigint, withBigint } from "./coerced.ts";
import type { TypeFact } from "./typeFact.ts";
import { booleanFact, intFact, mayBe, numberFact, stringFact, TYPE } from "./typeFact.ts";

export function unaryFact(operator: UnaryOperator, a: TypeFact): TypeFact {
  switch (operator) {
    case "!":
    case "isNullish":
      return booleanFact;
    case "typeof":
    case "toString":
      return stringFact;
    case "toPropertyKey":
      return mayBe(a, TYPE.symbol | TYPE.object | TYPE.function) ? { types: TYPE.string | TYPE.symbol } : stringFact;
    case "toThis":
      return { types: TYPE.object | (a.types & TYPE.function) };
    case "+":
      return withBigint(asNumber(a), false);
    case "toNumeric":
      return withBigint(asNumber(a), mayBeBigint(a));
    case "-":
    case "~":
    case "inc":
    case "dec":
      return withBigint(numberResult(operator, asNumber(a)), mayBeBigint(a));
    default:
      return assertNever(operator, "unary operator");
  }
}

function numberResult(operator: "-" | "~" | "inc" | "dec", a: TypeFact): TypeFact {
  if (a.types === 0) return a;
  if (operator === "~") {
    const { min, max } = int32Range(a);
    return intFact(~max, ~min);
  }
  if (a.int === undefined) return numberFact;
  const { min, max } = a.int;
  if (operator === "inc") return intFact(min + 1, max + 1);
  if (operator === "dec") return intFact(min - 1, max - 1);
  // the negative of 0 is -0, which is no integer of a range
  return min <= 0 && max >= 0 ? numberFact : intFact(-max, -min);
}
