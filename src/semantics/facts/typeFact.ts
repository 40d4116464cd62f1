/**
 * What is known of a dynamic value: a set of types, and for its number part perhaps a range of integers. A lattice: a fact
 * stands for the set of values it allows, `joinFacts` for (a superset of) the union.
 *
 * An object for which typeof gives "undefined" (document.all) counts as undefined and object.
 */
import type { Primitive } from "../../base/primitive.ts";

export const TYPE = {
  undefined: 1,
  null: 2,
  boolean: 4,
  number: 8,
  string: 16,
  bigint: 32,
  symbol: 64,
  /** objects that cannot be called */
  object: 128,
  /** objects that can be called, classes included */
  function: 256,
} as const;

export interface IntRange {
  readonly min: number;
  readonly max: number;
}
export interface TypeFact {
  /** set of TYPE bits: the value has one of these types; 0 is a value that never comes to be */
  readonly types: number;
  /** where the value is a number, it is an integer in this range, safe, and not -0 */
  readonly int?: IntRange;
}

export const ALL_TYPES = 511;
/** nothing is known */
export const anyFact: TypeFact = { types: ALL_TYPES };
export const numberFact: TypeFact = { types: TYPE.number };
export const booleanFact: TypeFact = { types: TYPE.boolean };
export const stringFact: TypeFact = { types: TYPE.string };
export const bigintFact: TypeFact = { types: TYPE.bigint };
export const INT32: IntRange = { min: -0x80000000, max: 0x7fffffff };
export const UINT32: IntRange = { min: 0, max: 0xffffffff };

const BIT_OF = { undefined: 1, boolean: 4, number: 8, string: 16, bigint: 32 } as const;

/** An integer in a range; a plain number where the range is not one of safe integers. */
export function intFact(min: number, max: number): TypeFact {
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max) return numberFact;
  // no range bound is -0: 0 and -0 are told apart by Object.is in those who compare facts
  return { types: TYPE.number, int: { min: min + 0, max: max + 0 } };
}

/** All that can be known of one value. */
export function factOf(value: Primitive): TypeFact {
  if (value === null) return { types: TYPE.null };
  if (typeof value === "number")
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? intFact(value, value) : numberFact;
  return { types: BIT_OF[typeof value as keyof typeof BIT_OF] };
}

/** What holds of a value of which one of two facts holds. */
export function joinFacts(a: TypeFact, b: TypeFact): TypeFact {
  const types = a.types | b.types;
  const int = joinRanges(a, b);
  return int === undefined ? { types } : { types, int };
}

function joinRanges(a: TypeFact, b: TypeFact): IntRange | undefined {
  if (!mayBe(a, TYPE.number)) return mayBe(b, TYPE.number) ? b.int : undefined;
  if (!mayBe(b, TYPE.number)) return a.int;
  if (a.int === undefined || b.int === undefined) return undefined;
  return { min: Math.min(a.int.min, b.int.min), max: Math.max(a.int.max, b.int.max) };
}

/** True if some type of `types` is possible. */
export function mayBe(fact: TypeFact, types: number): boolean {
  return (fact.types & types) !== 0;
}

/** True if no type outside of `types` is possible. */
export function isOnly(fact: TypeFact, types: number): boolean {
  return (fact.types & ~types) === 0;
}

/** The range of a value that is known to be an integer number and nothing else. */
export function intOf(fact: TypeFact): IntRange | undefined {
  return fact.types === TYPE.number ? fact.int : undefined;
}

/** True if `value` is one that the fact allows (objects and symbols: by type alone). */
export function allows(fact: TypeFact, value: unknown): boolean {
  if (!mayBe(fact, typeBit(value))) return false;
  if (typeof value !== "number" || fact.int === undefined) return true;
  return Number.isSafeInteger(value) && !Object.is(value, -0) && value >= fact.int.min && value <= fact.int.max;
}

function typeBit(value: unknown): number {
  return value === null ? TYPE.null : TYPE[typeof value];
}

/** The types whose typeof is this text. */
export function typesOfName(name: string): number {
  if (name === "object") return TYPE.object | TYPE.null;
  return Object.hasOwn(TYPE, name) && name !== "null" ? TYPE[name as keyof typeof TYPE] : 0;
}

/** What typeof gives; null: it is not one text for all of them. */
export function typeofFact({ types }: TypeFact): string | null {
  const name = NAMES.find((one) => types !== 0 && (types & ~typesOfName(one)) === 0);
  return name ?? null;
}

const NAMES = ["undefined", "boolean", "number", "string", "bigint", "symbol", "object", "function"];
