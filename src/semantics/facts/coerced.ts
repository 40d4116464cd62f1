/** What is known of a value after one of the specification's conversions. */
import type { TypeFact } from "./typeFact.ts";
import { intFact, joinFacts, mayBe, TYPE } from "./typeFact.ts";

const OBJECT = TYPE.object | TYPE.function;
const NOTHING: TypeFact = { types: 0 };

/** The number part of ToNumeric: what the value is if it comes out as a number; no types if it cannot. */
export function asNumber(fact: TypeFact): TypeFact {
  // strings and objects may give any number, undefined gives NaN
  if (mayBe(fact, TYPE.string | TYPE.undefined | OBJECT)) return { types: TYPE.number };
  let number = NOTHING;
  if (mayBe(fact, TYPE.number))
    number = fact.int === undefined ? { types: TYPE.number } : intFact(fact.int.min, fact.int.max);
  if (mayBe(fact, TYPE.null)) number = joinFacts(number, intFact(0, 0));
  if (mayBe(fact, TYPE.boolean)) number = joinFacts(number, intFact(0, 1));
  return number;
}

/** ToNumeric may give a bigint. */
export function mayBeBigint(fact: TypeFact): boolean {
  return mayBe(fact, TYPE.bigint | OBJECT);
}

/** The fact of an operation whose number result is `number` and which may give a bigint too. */
export function withBigint(number: TypeFact, bigint: boolean): TypeFact {
  const fact = bigint ? joinFacts(number, { types: TYPE.bigint }) : number;
  // an operation that always throws: say the least that is true of whatever comes after
  return fact.types === 0 ? { types: TYPE.number | TYPE.bigint } : fact;
}
