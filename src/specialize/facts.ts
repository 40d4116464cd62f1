/** Facts about dynamic values that the specializer asks for by name. */
import type { TypeFact } from "../semantics/numberFacts.ts";
import { TYPE, anyFact, factOf, joinFacts } from "../semantics/numberFacts.ts";
import type { Value } from "./values.ts";
import { factOfValue } from "./values.ts";

/** some object, function included */
export const objectFact: TypeFact = { types: TYPE.object | TYPE.function };
export const functionFact: TypeFact = { types: TYPE.function };
export const booleanFact: TypeFact = { types: TYPE.boolean };
export const numberFact: TypeFact = { types: TYPE.number };
export const stringFact: TypeFact = { types: TYPE.string };
export const undefinedFact: TypeFact = factOf(undefined);

/** What holds for a loop variable before the back edge is known: the types seen so far, no ranges. */
export function freshFact(values: readonly Value[]): TypeFact {
  const joined = values.map(factOfValue).reduce(joinFacts);
  return { types: joined.types };
}

/** Everything that `inner` allows is allowed by `outer`. */
export function includesFact(outer: TypeFact, inner: TypeFact): boolean {
  if ((inner.types & ~outer.types) !== 0) return false;
  if (outer.int === undefined || (inner.types & TYPE.number) === 0) return true;
  return inner.int !== undefined && inner.int.min >= outer.int.min && inner.int.max <= outer.int.max;
}

/** Only these types. */
export function isOnly(fact: TypeFact, types: number): boolean {
  return (fact.types & ~types) === 0;
}

/** Reading a property of it cannot fail for want of an object. */
export function isNullable(fact: TypeFact): boolean {
  return (fact.types & (TYPE.null | TYPE.undefined)) !== 0;
}

export { anyFact, TYPE };
