/** Facts against concrete samples: whatever values the facts of the operands allow, the fact of the result allows its result. */
import fc from "fast-check";
import type { Primitive } from "../../src/base/primitive.ts";
import { isPrimitive } from "../../src/semantics/attempt.ts";
import type { BinaryOperator } from "../../src/semantics/evaluateBinary.ts";
import {
  allows,
  anyFact,
  binaryFact,
  canThrow,
  elementFact,
  factOf,
  hasEffect,
  intFact,
  joinFacts,
  simplifyBinary,
  TYPE,
  type TypeFact,
  unaryFact,
} from "../../src/semantics/numberFacts.ts";
import { anyValue, factAndValue, hostilePrimitives, primitive } from "./hostile.ts";
import { binaryOperators, nativeBinary, nativeUnary, unaryOperators } from "./native.ts";

const runs = { numRuns: 10_000 };
const number: TypeFact = { types: TYPE.number };
const string: TypeFact = { types: TYPE.string };

describe("factOf and joinFacts", () => {
  it("allow what they were made of", () => {
    fc.assert(
      fc.property(primitive, factAndValue, (value, other) => {
        const fact = factOf(value);
        expect(allows(fact, value)).toBe(true);
        for (const joined of [joinFacts(fact, other.fact), joinFacts(other.fact, fact)]) {
          expect(allows(joined, value) && allows(joined, other.value)).toBe(true);
        }
      }),
      runs,
    );
  });

  it("keep the range of the number part", () => {
    expect(joinFacts(intFact(0, 3), intFact(7, 9))).toEqual(intFact(0, 9));
    expect(joinFacts(intFact(0, 3), factOf(undefined))).toEqual({
      types: TYPE.number | TYPE.undefined,
      int: { min: 0, max: 3 },
    });
    expect(joinFacts(intFact(0, 3), factOf(-0))).toEqual(number);
    expect(factOf(-0)).toEqual(number);
    expect(factOf(2 ** 53)).toEqual(number);
  });
});

describe("unaryFact", () => {
  it("allows every result", () => {
    fc.assert(
      fc.property(fc.constantFrom(...unaryOperators), factAndValue, (operator, { fact, value }) => {
        const done = nativeUnary(operator, value);
        if ("value" in done) expect(allows(unaryFact(operator, fact), done.value)).toBe(true);
      }),
      runs,
    );
  });

  it("is no weaker than it should be", () => {
    expect(unaryFact("~", anyFact)).toEqual({
      types: TYPE.number | TYPE.bigint,
      int: { min: -(2 ** 31), max: 2 ** 31 - 1 },
    });
    expect(unaryFact("inc", intFact(0, 9))).toEqual(intFact(1, 10));
    expect(unaryFact("-", intFact(1, 9))).toEqual(intFact(-9, -1));
    expect(unaryFact("-", intFact(0, 9))).toEqual(number);
    expect(unaryFact("+", string)).toEqual(number);
  });
});

describe("binaryFact", () => {
  it("allows every result", () => {
    fc.assert(
      fc.property(fc.constantFrom(...binaryOperators), factAndValue, factAndValue, (operator, a, b) => {
        const done = nativeBinary(operator, a.value, b.value);
        if ("value" in done) expect(allows(binaryFact(operator, a.fact, b.fact), done.value)).toBe(true);
      }),
      { numRuns: 40_000 },
    );
  });

  it.each<[BinaryOperator, TypeFact, TypeFact, TypeFact]>([
    ["|", number, factOf(0), intFact(-(2 ** 31), 2 ** 31 - 1)],
    [">>>", number, factOf(0), intFact(0, 2 ** 32 - 1)],
    ["&", number, factOf(255), intFact(0, 255)],
    ["&", intFact(0, 65535), factOf(-2), intFact(0, 65535)],
    ["+", intFact(0, 255), intFact(-1, 1), intFact(-1, 256)],
    ["+", number, string, string],
    [
      "+",
      { types: TYPE.number | TYPE.string, int: { min: 0, max: 4 } },
      intFact(1, 1),
      { types: TYPE.number | TYPE.string, int: { min: 1, max: 5 } },
    ],
    ["-", intFact(0, 255), intFact(0, 255), intFact(-255, 255)],
    ["*", intFact(0, 255), intFact(0, 4), intFact(0, 1020)],
    ["*", intFact(0, 255), intFact(-1, 4), number],
    ["%", intFact(0, 1000), intFact(7, 7), intFact(0, 6)],
    ["%", intFact(-1, 1000), intFact(7, 7), number],
    ["<<", intFact(0, 255), factOf(8), intFact(0, 65280)],
    ["<<", intFact(0, 2 ** 24), factOf(8), intFact(-(2 ** 31), 2 ** 31 - 1)],
    [">>", intFact(0, 65535), factOf(8), intFact(0, 255)],
    [">>>", intFact(0, 2 ** 32 - 1), factOf(24), intFact(0, 255)],
    ["|", intFact(0, 15), intFact(0, 240), intFact(0, 255)],
    ["<", anyFact, anyFact, { types: TYPE.boolean }],
    ["*", anyFact, number, number],
    ["*", anyFact, anyFact, { types: TYPE.number | TYPE.bigint }],
  ])("%s of %j and %j is %j", (operator, a, b, result) => {
    expect(binaryFact(operator, a, b)).toEqual(result);
  });

  it("knows the elements of typed arrays", () => {
    for (const name of [
      "Int8Array",
      "Uint8Array",
      "Uint8ClampedArray",
      "Int16Array",
      "Uint16Array",
      "Int32Array",
      "Uint32Array",
      "Float32Array",
      "Float64Array",
    ]) {
      const array = new (globalThis as any)[name](hostilePrimitives.length);
      hostilePrimitives.forEach((value, i) => (array[i] = Number(value)));
      for (const element of array)
        expect([name, element, allows(elementFact(name)!, element)]).toEqual([name, element, true]);
    }
    expect([elementFact("Uint8Array"), elementFact("BigInt64Array"), elementFact("Array")]).toEqual([
      intFact(0, 255),
      { types: TYPE.bigint },
      undefined,
    ]);
  });
});

/** An object that tells when it is converted. */
function watched(log: string[]): object {
  return { [Symbol.toPrimitive]: (hint: string) => (log.push(hint), 1) };
}

describe("hasEffect and canThrow", () => {
  it("are true wherever something throws", () => {
    fc.assert(
      fc.property(fc.constantFrom(...binaryOperators), factAndValue, factAndValue, (operator, a, b) => {
        const done = nativeBinary(operator, a.value, b.value);
        if ("error" in done)
          expect([hasEffect(operator, [a.fact, b.fact]), canThrow(operator, [a.fact, b.fact])]).toEqual([true, true]);
      }),
      runs,
    );
    fc.assert(
      fc.property(fc.constantFrom(...unaryOperators), factAndValue, (operator, { fact, value }) => {
        if ("error" in nativeUnary(operator, value)) expect(hasEffect(operator, [fact])).toBe(true);
      }),
      runs,
    );
  });

  it("are true wherever user code runs", () => {
    const object: TypeFact = { types: TYPE.object };
    for (const operator of binaryOperators) {
      for (const other of [1, "a", true, null, undefined, {}]) {
        const log: string[] = [];
        nativeBinary(operator, watched(log), other);
        nativeBinary(operator, other, watched(log));
        const fact = isPrimitive(other) ? factOf(other) : object;
        if (log.length > 0)
          expect([operator, other, hasEffect(operator, [object, fact]), hasEffect(operator, [fact, object])]).toEqual([
            operator,
            other,
            true,
            true,
          ]);
      }
    }
    for (const operator of unaryOperators) {
      const log: string[] = [];
      nativeUnary(operator, watched(log));
      if (log.length > 0) expect([operator, hasEffect(operator, [object])]).toEqual([operator, true]);
    }
  });

  it("are false for plain values, so that unused code goes", () => {
    const plain: TypeFact = { types: TYPE.number | TYPE.string | TYPE.boolean | TYPE.undefined | TYPE.null };
    for (const operator of binaryOperators)
      if (operator !== "in" && operator !== "instanceof")
        expect([operator, hasEffect(operator, [plain, plain])]).toEqual([operator, false]);
    for (const operator of unaryOperators) expect([operator, hasEffect(operator, [plain])]).toEqual([operator, false]);
    expect([
      hasEffect("===", [anyFact, anyFact]),
      hasEffect("==", [anyFact, factOf(null)]),
      hasEffect("!", [anyFact]),
    ]).toEqual([false, false, false]);
  });
});

describe("simplifyBinary", () => {
  const known = (fact: TypeFact, value: unknown, use: boolean) =>
    use && isPrimitive(value) ? { fact: factOf(value), known: { value } } : { fact, known: undefined };

  it("never changes a result, nor loses an exception", () => {
    let count = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...binaryOperators),
        factAndValue,
        factAndValue,
        fc.constantFrom("none", "left", "right", "right"),
        (operator, a, b, which) => {
          const l = known(a.fact, a.value, which === "left");
          const r = known(b.fact, b.value, which === "right");
          count += check(operator, [l.fact, r.fact], [a.value, b.value], l.known, r.known);
        },
      ),
      { numRuns: 40_000 },
    );
    expect(count).toBeGreaterThan(500);
  });

  it("never does so with a hostile constant beside a value of each kind", () => {
    const facts: [TypeFact, unknown[]][] = [
      [number, [0, -0, 1, -1, NaN, 0.5, Infinity, 2 ** 31, -(2 ** 31), 2 ** 53]],
      [string, ["", "0", "a", "-0"]],
      [{ types: TYPE.boolean }, [true, false]],
      [intFact(0, 255), [0, 7, 255]],
      [intFact(-(2 ** 31), 2 ** 31 - 1), [0, -1, 2 ** 31 - 1, -(2 ** 31)]],
      [intFact(0, 2 ** 32 - 1), [0, 2 ** 31, 2 ** 32 - 1]],
      [intFact(-(2 ** 53 - 1), 2 ** 53 - 1), [0, -1, 2 ** 53 - 1]],
      [{ types: TYPE.bigint }, [0n, 5n, -1n]],
      [factOf(undefined), [undefined]],
      [{ types: TYPE.undefined | TYPE.null }, [undefined, null]],
      [{ types: TYPE.undefined | TYPE.number, int: { min: 0, max: 3 } }, [undefined, 0, 3]],
      [{ types: TYPE.object }, [{}, [], { valueOf: () => NaN }]],
      [anyFact, [undefined, null, 0, -0, NaN, "", Symbol("x"), {}, 1n]],
    ];
    let count = 0;
    for (const operator of binaryOperators)
      for (const [fact, values] of facts)
        for (const constant of hostilePrimitives)
          for (const value of values) {
            count += check(operator, [fact, factOf(constant)], [value, constant], undefined, { value: constant });
            count += check(operator, [factOf(constant), fact], [constant, value], { value: constant }, undefined);
          }
    expect(count).toBeGreaterThan(1000);
  });

  function check(
    operator: BinaryOperator,
    [a, b]: readonly [TypeFact, TypeFact],
    [x, y]: readonly [unknown, unknown],
    left?: { value: Primitive },
    right?: { value: Primitive },
  ): number {
    const simple = simplifyBinary(operator, a, b, left, right);
    if (simple === null) return 0;
    const done = nativeBinary(operator, x, y);
    const result = simple.kind === "left" ? x : simple.kind === "right" ? y : simple.value;
    if (!("value" in done) || !Object.is(done.value, result))
      throw new Error(
        `${String(x)} ${operator} ${String(y)} is not ${simple.kind} ${String(result)} (${JSON.stringify([a, b])})`,
      );
    return 1;
  }

  const int32 = intFact(-(2 ** 31), 2 ** 31 - 1);
  const uint32 = intFact(0, 2 ** 32 - 1);
  it.each<[string, BinaryOperator, TypeFact, Primitive, "left" | null]>([
    ["x | 0 for int32", "|", int32, 0, "left"],
    ["x | 0 for uint32", "|", uint32, 0, null],
    ["x | 0 for a number", "|", number, 0, null],
    ["x ^ 0", "^", int32, 0, "left"],
    ["x << 0", "<<", int32, 0, "left"],
    ["x >> 32", ">>", int32, 32, "left"],
    ["x >>> 0 for uint32", ">>>", uint32, 0, "left"],
    ["x >>> 0 for int32", ">>>", int32, 0, null],
    ["x & -1", "&", int32, -1, "left"],
    ["x & 255 for a byte", "&", intFact(0, 255), 255, "left"],
    ["x & 0xffff for a byte", "&", intFact(0, 255), 0xffff, "left"],
    ["x & 127 for a byte", "&", intFact(0, 255), 127, null],
    ["x & 0xffffffff for int32", "&", int32, 0xffffffff, "left"],
    ["x + 0 for integers", "+", int32, 0, "left"],
    ["x + 0 for numbers", "+", number, 0, null],
    ["x + -0 for numbers", "+", number, -0, "left"],
    ["x - 0 for numbers", "-", number, 0, "left"],
    ["x - -0 for numbers", "-", number, -0, null],
    ["x * 1", "*", number, 1, "left"],
    ["x / 1", "/", number, 1, "left"],
    ["x * 1 for a string", "*", string, 1, null],
    ["x + '' for a string", "+", string, "", "left"],
    ["x + '' for a number", "+", number, "", null],
    ["x % 256 for a byte", "%", intFact(0, 255), 256, "left"],
  ])("%s", (_, operator, fact, constant, result) => {
    expect(simplifyBinary(operator, fact, factOf(constant), undefined, { value: constant })?.kind ?? null).toBe(result);
  });

  it.each<[BinaryOperator, TypeFact, Primitive, Primitive]>([
    ["<", intFact(0, 255), 256, true],
    [">=", intFact(0, 255), 0, true],
    ["===", intFact(0, 255), 300, false],
    ["!==", intFact(0, 255), 0.5, true],
    ["===", string, 1, false],
    ["==", number, null, false],
    ["&", number, 0, 0],
    ["*", intFact(0, 9), 0, 0],
    [">>>", intFact(0, 255), 8, 0],
  ])("decides x %s constant: %j, %j", (operator, fact, constant, value) => {
    expect(simplifyBinary(operator, fact, factOf(constant), undefined, { value: constant })).toEqual({
      kind: "constant",
      value,
    });
  });
});

it("anyValue has every type", () => {
  const seen = new Set(fc.sample(anyValue, 2000).map((value) => typeof value));
  expect(seen.size).toBe(8);
});
