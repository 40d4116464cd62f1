/** Operators on known primitives against the engine's own. */
import fc from "fast-check";
import type { Completion } from "../../src/semantics/completion.ts";
import { evaluateBinary } from "../../src/semantics/evaluateBinary.ts";
import { evaluateUnary } from "../../src/semantics/evaluateUnary.ts";
import { isLessThan } from "../../src/semantics/isLessThan.ts";
import { sameValue } from "../../src/semantics/sameValue.ts";
import { sameValueZero } from "../../src/semantics/sameValueZero.ts";
import { toPropertyKey } from "../../src/semantics/toPropertyKey.ts";
import { hostilePrimitives, primitive } from "./hostile.ts";
import { binaryOperators, nativeBinary, nativeUnary, unaryOperators } from "./native.ts";

function asOutcome(done: Completion): unknown {
  if (done.kind === "value") return { value: done.value };
  return done.kind === "throw" ? { error: done.error, message: done.message } : done;
}

/** the one that gives objects */
const toPrimitives = unaryOperators.filter((operator) => operator !== "toThis");

describe("evaluateUnary", () => {
  it.each(toPrimitives)("%s is the engine's on every hostile value", (operator) => {
    for (const value of hostilePrimitives)
      expect([value, asOutcome(evaluateUnary(operator, value))]).toEqual([value, nativeUnary(operator, value)]);
  });

  it("is the engine's on generated values", () => {
    fc.assert(
      fc.property(fc.constantFrom(...toPrimitives), primitive, (operator, value) => {
        expect(asOutcome(evaluateUnary(operator, value))).toEqual(nativeUnary(operator, value));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("evaluateBinary", () => {
  it.each(binaryOperators)("%s is the engine's on every pair of hostile values", (operator) => {
    const wrong: unknown[] = [];
    for (const left of hostilePrimitives) {
      for (const right of hostilePrimitives) {
        const done = evaluateBinary(operator, left, right);
        if (done.kind === "unknown") {
          if (
            typeof left !== "bigint" ||
            typeof right !== "bigint" ||
            !(operator === "**" || operator === "<<" || operator === ">>")
          )
            wrong.push({ left, right, done });
          continue;
        }
        if (!equal(asOutcome(done), nativeBinary(operator, left, right))) wrong.push({ left, right, done });
      }
    }
    expect(wrong).toEqual([]);
  });

  it("is the engine's on generated values", () => {
    fc.assert(
      fc.property(fc.constantFrom(...binaryOperators), primitive, primitive, (operator, left, right) => {
        const done = evaluateBinary(operator, left, right);
        if (done.kind !== "unknown") expect(asOutcome(done)).toEqual(nativeBinary(operator, left, right));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ["**", 2n, 2n ** 40n],
    ["**", -3n, 100_000n],
    ["<<", 1n, 2n ** 60n],
    [">>", -1n, -(2n ** 60n)],
    ["*", 2n ** 60_000n, 2n ** 60_000n],
  ] as const)("leaves a very large bigint to the run time: %s", (operator, left, right) => {
    expect(evaluateBinary(operator, left, right).kind).toBe("unknown");
  });

  it("knows large shifts and powers of small values", () => {
    expect(evaluateBinary("**", -1n, 2n ** 40n + 1n)).toEqual({ kind: "value", value: -1n });
    expect(evaluateBinary("<<", 0n, 2n ** 60n)).toEqual({ kind: "value", value: 0n });
    expect(evaluateBinary(">>", -5n, 2n ** 60n)).toEqual({ kind: "value", value: -1n });
    expect(evaluateBinary("**", 2n, -1n)).toMatchObject({ kind: "throw", error: "RangeError" });
  });

  it("leaves a very long string to the run time", () => {
    const long = "x".repeat(600_000);
    expect(evaluateBinary("+", long, long).kind).toBe("unknown");
    expect(evaluateBinary("+", long, "")).toEqual({ kind: "value", value: long });
  });

  it("uses the engine's words", () => {
    expect(evaluateBinary("+", 1, 2n)).toEqual({
      kind: "throw",
      error: "TypeError",
      message: "Cannot mix BigInt and other types, use explicit conversions",
    });
    expect(evaluateBinary("in", "a", "b")).toMatchObject({ kind: "throw", error: "TypeError" });
  });
});

describe("comparisons", () => {
  it("tell 0 and -0, NaN and NaN as the standard does", () => {
    expect([
      sameValue(0, -0),
      sameValue(NaN, NaN),
      sameValueZero(0, -0),
      sameValueZero(NaN, NaN),
      sameValueZero("1", 1),
    ]).toEqual([false, true, true, true, false]);
    expect([isLessThan(NaN, 1), isLessThan("a", "b"), isLessThan(2n, 1.5), isLessThan(1n, "x")]).toEqual([
      undefined,
      true,
      false,
      undefined,
    ]);
  });

  it("make property keys as computed keys do", () => {
    for (const value of hostilePrimitives) {
      const done = toPropertyKey(value);
      expect(done.kind === "value" && Object.keys({ [done.value as string]: 1 })).toEqual(
        Object.keys({ [value as string]: 1 }),
      );
    }
  });
});

/** toEqual for outcomes, without its cost. */
function equal(a: unknown, b: unknown): boolean {
  const [p, q] = [a, b] as Record<string, unknown>[];
  return ["value", "error", "message"].every((key) => Object.is(p?.[key], q?.[key]));
}
