/** Methods of regular expressions against the engine, and what is left to it. */
import fc from "fast-check";
import type { Primitive } from "../../src/base/primitive.ts";
import type { RegExpCall, RegExpMethod, RegExpResult } from "../../src/semantics/evaluateRegExp.ts";
import { evaluateRegExp } from "../../src/semantics/evaluateRegExp.ts";

const METHODS: readonly RegExpMethod[] = ["test", "exec", "match", "search", "replace", "replaceAll", "split"];

/** What the engine gives, in the form of `evaluateRegExp`; null: it throws. */
function native(call: RegExpCall): { result: RegExpResult; lastIndex: number } | null {
  const { method, pattern, flags, lastIndex, text, argument } = call;
  const expression = new RegExp(pattern, flags);
  expression.lastIndex = lastIndex;
  let result: unknown;
  try {
    const holder: object = method === "test" || method === "exec" ? expression : new Object(text);
    const args = holder === expression ? [text] : [expression, argument];
    result = Reflect.apply(
      Reflect.get(holder, method) as () => unknown,
      holder === expression ? expression : text,
      args,
    );
  } catch {
    return null;
  }
  return {
    result: asData(result as RegExpExecArray | string | number | boolean | null),
    lastIndex: expression.lastIndex,
  };
}

function asData(result: RegExpExecArray | string | number | boolean | null): RegExpResult {
  if (result === null || typeof result !== "object") return { kind: "value", value: result };
  const items = Array.from(result, (item): string | undefined => item);
  if (!Object.hasOwn(result, "index")) return { kind: "list", items };
  const groups =
    result.groups === undefined ? null : Object.entries(result.groups as Record<string, string | undefined>);
  return { kind: "match", items, index: result.index, groups };
}

const atom = fc.constantFrom(
  "a",
  "b",
  ".",
  "(a)",
  "(?<x>b)?",
  "(?:)",
  "^",
  "$",
  "[^a]",
  "(?<=a)",
  "(?!b)",
  "\\w",
  "a*",
  "(b)|",
  "😀",
);
const call: fc.Arbitrary<RegExpCall> = fc.record({
  method: fc.constantFrom(...METHODS),
  pattern: fc
    .array(atom, { minLength: 1, maxLength: 4 })
    .map((atoms) => atoms.join(""))
    .filter((pattern) => pattern.split("(?<x>").length < 3),
  flags: fc.subarray(["g", "i", "m", "s", "u", "y"]).map((flags) => flags.join("")),
  lastIndex: fc.integer({ min: 0, max: 4 }),
  text: fc
    .array(fc.constantFrom("a", "b", "B", "\n", "😀", "\ud83d", "\u2028", '"'), { maxLength: 6 })
    .map((all) => all.join("")),
  argument: fc.constantFrom<Primitive>("-", "$1", "[$&$`$'$$]", "$<x>", undefined, null, 2, -1, 0, true, 7n),
});

const plain: RegExpCall = { method: "test", pattern: "a", flags: "", lastIndex: 0, text: "a", argument: undefined };

describe("evaluateRegExp", () => {
  it("gives what the engine gives, lastIndex too", () => {
    fc.assert(
      fc.property(call, (one) => {
        expect(evaluateRegExp(one)).toEqual(native(one));
      }),
      { numRuns: 1500 },
    );
  });

  it("knows negative zero from zero and undefined from its name", () => {
    const split: RegExpCall = { ...plain, method: "split", pattern: ",", text: "a,b" };
    expect(evaluateRegExp({ ...split, argument: undefined })?.result).toEqual({ kind: "list", items: ["a", "b"] });
    expect(evaluateRegExp({ ...split, argument: "undefined" })?.result).toEqual({ kind: "list", items: [] });
    expect(evaluateRegExp({ ...split, argument: -0 })?.result).toEqual({ kind: "list", items: [] });
  });

  it("is interrupted where the pattern does not end, and does not try again", () => {
    const hostile: RegExpCall = { ...plain, pattern: "^(a+)+$", text: `${"a".repeat(60)}b` };
    expect(evaluateRegExp(hostile)).toBeNull();
    expect(evaluateRegExp({ ...hostile, text: "aa" })).toBeNull();
  });

  it.each<[string, Partial<RegExpCall>]>([
    ["a pattern that is none", { pattern: "(" }],
    ["flags that are none", { flags: "gg" }],
    ["what depends on the version of Unicode", { pattern: "\\p{Lu}", flags: "u" }],
    ["a character that is not assigned yet", { text: "\u{E0080}" }],
    ["arrays with more in them", { method: "exec", flags: "d" }],
    ["a group by the name of the prototype", { method: "exec", pattern: "(?<__proto__>a)" }],
    ["a very long text", { text: "a".repeat(200_000) }],
    [
      "replacements that take much room",
      { method: "replace", pattern: "(?:)", flags: "g", text: "a".repeat(9000), argument: "$&" },
    ],
    ["replaceAll without g, which throws", { method: "replaceAll", argument: "" }],
  ])("leaves %s", (_what, given) => {
    expect(evaluateRegExp({ ...plain, ...given })).toBeNull();
  });

  it("is not disturbed by what was done to the built-ins here", () => {
    const { exec } = RegExp.prototype;
    try {
      RegExp.prototype.exec = () => null;
      expect(evaluateRegExp({ ...plain, text: "xa" })?.result).toEqual({ kind: "value", value: true });
    } finally {
      RegExp.prototype.exec = exec;
    }
  });
});
