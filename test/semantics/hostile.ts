/** Primitive values that operations on them trip over, and generators of more. */
import fc from "fast-check";
import type { Primitive } from "../../src/base/primitive.ts";
import { allows, anyFact, intFact, TYPE, type TypeFact } from "../../src/semantics/facts/typeFact.ts";

export const hostilePrimitives: readonly Primitive[] = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  2,
  31,
  32,
  33,
  0.5,
  -0.5,
  1.5,
  NaN,
  Infinity,
  -Infinity,
  255,
  256,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  -(2 ** 31) - 1,
  2 ** 32 - 1,
  2 ** 32,
  -(2 ** 32),
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  1e21,
  1e-7,
  5e-324,
  1.7976931348623157e308,
  "",
  " ",
  "0",
  "-0",
  "1",
  " 12 ",
  "0x10",
  "0b2",
  "1n",
  "1e3",
  "Infinity",
  "NaN",
  "abc",
  "b",
  "true",
  "null",
  "\u{1F600}",
  "\ud800",
  "\udc00x",
  "ſ",
  "İ",
  "\u0000",
  0n,
  1n,
  -1n,
  2n,
  31n,
  32n,
  64n,
  2n ** 53n,
  2n ** 64n,
  -(2n ** 64n),
  2n ** 200n,
];

export const primitive: fc.Arbitrary<Primitive> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostilePrimitives) },
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.boolean(),
);

/** A value of any type, objects and symbols included; the objects have no effects. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: primitive },
  fc.constantFrom<unknown>(
    Symbol("s"),
    {},
    [],
    [1],
    () => 1,
    { valueOf: () => 3 },
    { valueOf: () => 4n },
    { toString: () => "5" },
    { valueOf: () => -0 },
  ),
);

/** A range of integers around something interesting. */
const intRange: fc.Arbitrary<TypeFact> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(
        0,
        1,
        -1,
        15,
        255,
        2 ** 31 - 1,
        -(2 ** 31),
        2 ** 32 - 1,
        2 ** 52,
        -(2 ** 52),
        Number.MAX_SAFE_INTEGER,
      ),
      fc.integer({ min: -40, max: 40 }),
      fc.integer(),
    ),
    fc.oneof(fc.nat(3), fc.nat(300), fc.nat(), fc.constant(2 ** 40)),
  )
  .map(([min, size]) => intFact(min, Math.min(min + size, Number.MAX_SAFE_INTEGER)));

/** A fact, and a value that it allows. */
export const factAndValue: fc.Arbitrary<{ readonly fact: TypeFact; readonly value: unknown }> = fc.oneof(
  { weight: 3, arbitrary: intRange.chain((fact) => inRange(fact).map((value) => ({ fact, value }))) },
  { weight: 2, arbitrary: fc.tuple(anyValue, fc.nat(511)).map(([value, more]) => widen(value, more)) },
  fc
    .tuple(intRange, fc.nat(511))
    .chain(([fact, more]) => inRange(fact).map((value) => ({ fact: { ...fact, types: fact.types | more }, value }))),
);

/** An integer of the range, its ends and the middle more often. */
function inRange({ int }: TypeFact): fc.Arbitrary<number> {
  const { min, max } = int ?? { min: 0, max: 0 };
  return fc.oneof(fc.constantFrom(min, max), fc.integer({ min, max }));
}

function widen(value: unknown, more: number): { fact: TypeFact; value: unknown } {
  const types = Object.values(TYPE)
    .filter((bit) => allows({ types: bit }, value))
    .reduce<number>((all, bit) => all | bit, 0);
  return { fact: more === 511 ? anyFact : { types: types | more }, value };
}
