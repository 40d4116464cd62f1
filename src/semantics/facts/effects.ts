/**
 * Whether an operator can do more than give a value: throw, or run user code through valueOf, toString and
 * Symbol.toPrimitive. Unary and binary operators of the same name are told apart by the number of operands.
 *
 * Running out of memory (strings beyond the engine's limit) is no exception of the language and does not count.
 */
import type { BinaryOperator } from "../evaluateBinary.ts";
import type { UnaryOperator } from "../evaluateUnary.ts";
import type { TypeFact } from "./typeFact.ts";
import { isOnly, mayBe, TYPE } from "./typeFact.ts";

export type Operator = UnaryOperator | BinaryOperator;

const OBJECT = TYPE.object | TYPE.function;

/** The operator may throw or run user code. */
export function hasEffect(operator: Operator, facts: readonly TypeFact[]): boolean {
  return runsUserCode(operator, facts) || throwsItself(operator, facts);
}

/** The operator may throw: by itself, or because user code that it runs does. */
export function canThrow(operator: Operator, facts: readonly TypeFact[]): boolean {
  return hasEffect(operator, facts);
}

/** The operator may call methods of the program: after it, nothing is known of objects that the program can reach. */
export function runsUserCode(operator: Operator, facts: readonly TypeFact[]): boolean {
  switch (operator) {
    case "!":
    case "typeof":
    case "isNullish":
    case "toThis":
    case "===":
    case "!==":
      return false;
    case "in":
    case "instanceof":
      return true;
    case "==":
    case "!=":
      return comparesObject(facts);
    default:
      return facts.some((fact) => mayBe(fact, OBJECT));
  }
}

/** == converts an object only where the other operand is neither an object, nor null, nor undefined. */
function comparesObject(facts: readonly TypeFact[]): boolean {
  const [a, b] = facts;
  if (a === undefined || b === undefined) return true;
  const converts = (object: TypeFact, other: TypeFact): boolean =>
    mayBe(object, OBJECT) && !isOnly(other, OBJECT | TYPE.null | TYPE.undefined);
  return converts(a, b) || converts(b, a);
}

function throwsItself(operator: Operator, facts: readonly TypeFact[]): boolean {
  switch (operator) {
    case "!":
    case "typeof":
    case "isNullish":
    case "toThis":
    case "==":
    case "!=":
    case "===":
    case "!==":
    case "toPropertyKey":
      return false;
    case "toString":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return facts.some((fact) => mayBe(fact, TYPE.symbol));
    case "+":
      if (facts.length === 2) return sumThrows(facts);
      break;
    default:
      break;
  }
  // a bigint with anything else throws; two of them may be too large, or a division by zero
  if (facts.length === 1 && (operator === "toNumeric" || operator === "-"))
    return facts.some((f) => mayBe(f, TYPE.symbol));
  return facts.some((fact) => mayBe(fact, TYPE.symbol | TYPE.bigint));
}

function sumThrows(facts: readonly TypeFact[]): boolean {
  if (facts.some((fact) => mayBe(fact, TYPE.symbol))) return true;
  return !facts.some((fact) => isOnly(fact, TYPE.string)) && facts.some((fact) => mayBe(fact, TYPE.bigint));
}
