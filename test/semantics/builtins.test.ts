/** The table of built-ins against the engine. */
import fc from "fast-check";
import type { Primitive } from "../../src/base/primitive.ts";
import { builtinCallEffect, builtinResult, builtins, callBuiltin } from "../../src/semantics/builtins.ts";
import { intrinsicAt, loadIntrinsics } from "../../src/semantics/intrinsics.ts";
import { splitText } from "../../src/semantics/splitText.ts";
import { allows, anyFact, factOf, intFact, TYPE } from "../../src/semantics/numberFacts.ts";
import { anyValue, factAndValue, hostilePrimitives, primitive } from "./hostile.ts";
import { outcome } from "./native.ts";

const evaluated = [...builtins.values()].filter((info) => info.primitive);
const args = fc.array(primitive, { maxLength: 3 });
/** newer than the oldest Node that the product runs on */
const young = new Set(["Object.groupBy", "Map.groupBy"]);

function native(path: string, receiver: unknown, list: readonly unknown[]): ReturnType<typeof outcome> {
  const name = path.split(".").reduce((holder, key) => `${holder}[${JSON.stringify(key)}]`, "globalThis");
  return outcome(() => new Function("receiver", "list", `return ${name}.apply(receiver, list)`)(receiver, list));
}

describe("the table", () => {
  it("names functions that exist", () => {
    const missing = [...builtins.keys()].filter((path) => typeof intrinsicAt(path) !== "function" && !young.has(path));
    expect(missing).toEqual([]);
  });

  it("has each once, of every group", () => {
    for (const path of [
      "Math.floor",
      "Number.isInteger",
      "String.prototype.slice",
      "BigInt.asUintN",
      "encodeURIComponent",
      "Array.prototype.map",
      "Map.prototype.get",
      "JSON.parse",
    ])
      expect(builtins.has(path)).toBe(true);
    expect(evaluated.length).toBeGreaterThan(90);
  });
});

describe("callBuiltin", () => {
  it.each(evaluated.map((info) => [info.path] as const))("%s is the engine's", (path) => {
    let answers = 0;
    const check = (receiver: Primitive, list: readonly Primitive[]): void => {
      const done = callBuiltin(path, receiver, list);
      if (done.kind === "unknown") return;
      answers++;
      const wanted = native(path, receiver, list);
      expect(done.kind === "value" ? { value: done.value } : { error: done.error, message: done.message }).toEqual(
        wanted,
      );
    };
    for (const value of hostilePrimitives) {
      check(value, []);
      check("abcabc", [value]);
      check(1234.5, [value]);
      check(77n, [value]);
      check(true, [value]);
      check("abcabc", ["b", value]);
      check("abcabc", [2, value]);
    }
    fc.assert(fc.property(fc.oneof(primitive, fc.string()), args, check), { numRuns: 60 });
    expect(answers).toBeGreaterThan(20);
  });

  it.each([
    "Math.random",
    "Date.now",
    "Date.parse",
    "String.prototype.localeCompare",
    "Number.prototype.toLocaleString",
    "String.prototype.match",
    "Array.prototype.push",
    "Symbol",
    "no.such.thing",
  ])("does not evaluate %s", (path) => {
    expect(callBuiltin(path, "a", ["b"]).kind).toBe("unknown");
  });

  it.each<[string, Primitive, Primitive[]]>([
    ["String.prototype.repeat", "ab", [1e6]],
    ["String.prototype.repeat", "ab", [2 ** 28]],
    ["String.prototype.padStart", "ab", [1e9]],
    ["String.prototype.padEnd", 1, ["1e9"]],
    ["String.prototype.replaceAll", "a".repeat(1000), ["a", "$`".repeat(100)]],
    ["String.prototype.replaceAll", "a".repeat(2000), ["", "x".repeat(1000)]],
    ["BigInt.asUintN", undefined, [2 ** 40, -1n]],
    ["BigInt", undefined, ["9".repeat(1e6)]],
  ])("leaves what is too large to the run time: %s", (path, receiver, list) => {
    expect(callBuiltin(path, receiver, list).kind).toBe("unknown");
  });

  it("leaves characters to the run time that this Unicode does not know", () => {
    expect(callBuiltin("String.prototype.toUpperCase", "\u{2fe0}", []).kind).toBe("unknown");
    expect(callBuiltin("String.prototype.toUpperCase", "ß", [])).toEqual({ kind: "value", value: "SS" });
  });
});

describe("splitText", () => {
  it("is the engine's", () => {
    fc.assert(
      fc.property(
        fc.oneof(primitive, fc.string()),
        primitive,
        fc.option(primitive, { nil: undefined }),
        (text, separator, limit) => {
          const wanted = outcome(() => Reflect.apply(String.prototype.split, text, [separator, limit]));
          expect(splitText(text, separator, limit)).toEqual("value" in wanted ? wanted.value : null);
        },
      ),
    );
    expect(splitText("a,b", ",", undefined)).toEqual(["a", "b"]);
    expect(splitText("x".repeat(200_000), "", undefined)).toBeNull();
  });
});

describe("builtinCallEffect and builtinResult", () => {
  it("pure calls do not throw, and results are as told", () => {
    const values = fc.array(factAndValue, { maxLength: 3 });
    for (const { path } of builtins.values()) {
      const callee = intrinsicAt(path);
      if (typeof callee !== "function" || /^(Reflect|Function|Atomics)|DataView/.test(path)) continue;
      fc.assert(
        fc.property(factAndValue, values, (receiver, list) => {
          const effect = builtinCallEffect(
            path,
            receiver.fact,
            list.map((v) => v.fact),
          );
          if (effect === "effect") return;
          const done = outcome(() =>
            Reflect.apply(
              callee,
              receiver.value,
              list.map((v) => v.value),
            ),
          );
          if ("error" in done) expect([path, done, effect]).toEqual([path, done, "mayThrow"]);
          else {
            const fact =
              builtinResult(
                path,
                list.map((v) => v.fact),
              ) ?? anyFact;
            expect([path, list, fact, allows(fact, done.value)]).toEqual([path, list, fact, true]);
          }
        }),
        { numRuns: 150 },
      );
    }
  });

  it("say effect wherever code of the program runs", () => {
    for (const { path } of builtins.values()) {
      const callee = intrinsicAt(path);
      if (typeof callee !== "function") continue;
      const object = { types: TYPE.object };
      for (const position of [-1, 0, 1]) {
        let ran = false;
        const spy = new Proxy(
          {},
          { get: (_, key) => ((ran = true), key === Symbol.toPrimitive ? () => "1" : undefined) },
        );
        const list: unknown[] = ["1", "1"];
        if (position >= 0) list[position] = spy;
        outcome(() => Reflect.apply(callee, position < 0 ? spy : "1", list));
        const facts = list.map((value) => (value === spy ? object : factOf(value as string)));
        const effect = builtinCallEffect(path, position < 0 ? object : factOf("1"), facts);
        if (ran) expect([path, position, effect]).toEqual([path, position, "effect"]);
      }
    }
  });

  it("let unused calls on plain values go", () => {
    const number = { types: TYPE.number };
    const string = { types: TYPE.string };
    expect(builtinCallEffect("Math.floor", anyFact, [number])).toBe("pure");
    expect(builtinCallEffect("String.prototype.charCodeAt", string, [number])).toBe("pure");
    expect(builtinCallEffect("Number.prototype.toString", number, [])).toBe("pure");
    expect(builtinCallEffect("Number.prototype.toString", number, [number])).toBe("mayThrow");
    expect(builtinCallEffect("Math.floor", anyFact, [{ types: TYPE.bigint }])).toBe("mayThrow");
    expect(builtinCallEffect("Math.floor", anyFact, [anyFact])).toBe("effect");
    expect(builtinCallEffect("Math.random", anyFact, [])).toBe("mayThrow");
    expect(builtinCallEffect("Array.prototype.map", anyFact, [])).toBe("effect");
    expect(builtinCallEffect("no.such.thing", anyFact, [])).toBe("effect");
  });

  it("keep ranges", () => {
    expect(builtinResult("Math.min", [intFact(0, 255), intFact(7, 9)])).toEqual(intFact(0, 9));
    expect(builtinResult("Math.max", [intFact(0, 255), intFact(7, 9)])).toEqual(intFact(7, 255));
    expect(builtinResult("Math.abs", [intFact(-5, 3)])).toEqual(intFact(0, 5));
    expect(builtinResult("Math.abs", [intFact(-5, -3)])).toEqual(intFact(3, 5));
    expect(builtinResult("Math.floor", [intFact(0, 255)])).toEqual(intFact(0, 255));
    expect(builtinResult("Math.floor", [{ types: TYPE.number }])).toEqual({ types: TYPE.number });
    expect(builtinResult("no.such.thing")).toBeUndefined();
  });
});

describe("loadIntrinsics", () => {
  const all = loadIntrinsics();

  it("gives each object one path, the one that the standard uses", () => {
    const at = (path: string, key: string): unknown => all.get(path)?.properties.get(key);
    expect(at("Array.prototype", "@@Symbol.iterator")).toMatchObject({ path: "Array.prototype.values" });
    expect(at("Set.prototype", "keys")).toMatchObject({ path: "Set.prototype.values" });
    expect(at("Map.prototype", "@@Symbol.iterator")).toMatchObject({ path: "Map.prototype.entries" });
    expect(at("Map.prototype", "size")).toMatchObject({ getter: "get Map.prototype.size" });
    expect(at("Number", "parseInt")).toMatchObject({ path: "parseInt" });
    expect(at("Array", "prototype")).toMatchObject({ path: "Array.prototype", writable: false });
    expect(at("Symbol", "iterator")).toMatchObject({ path: "Symbol.iterator" });
    expect(at("Math", "PI")).toMatchObject({ value: Math.PI });
    expect(at("globalThis", "NaN")).toMatchObject({ value: NaN });
    expect(at("Math.max", "length")).toMatchObject({ value: 2 });
  });

  it("has the prototypes", () => {
    expect(all.get("TypeError")?.prototype).toBe("Error");
    expect(all.get("TypeError.prototype")?.prototype).toBe("Error.prototype");
    expect(all.get("Uint8Array")?.prototype).toBe("%TypedArray%");
    expect(all.get("Uint8Array.prototype")?.prototype).toBe("%TypedArray%.prototype");
    expect(all.get("Object.prototype")?.prototype).toBeNull();
    expect(all.get("Math")).toMatchObject({ kind: "object", prototype: "Object.prototype", open: false });
    expect(all.get("globalThis")?.open).toBe(true);
  });

  it("leads nowhere but to itself", () => {
    const lost: unknown[] = [];
    for (const [path, { prototype, properties }] of all) {
      if (prototype !== null && !all.has(prototype)) lost.push([path, prototype]);
      for (const [key, property] of properties) {
        const target = "path" in property ? property.path : "getter" in property ? property.getter : null;
        if (target !== null && !all.has(target) && !/^Symbol\.[a-z]+$/i.test(target)) lost.push([path, key, target]);
      }
    }
    expect(lost).toEqual([]);
  });

  it("lists every property there is", () => {
    for (const path of ["Array.prototype", "String.prototype", "Math", "Object", "Reflect", "Function.prototype"]) {
      expect([...all.get(path)!.properties.keys()].filter((key) => !key.startsWith("@@"))).toEqual(
        Object.getOwnPropertyNames(intrinsicAt(path)).sort(),
      );
    }
  });
});

it("the values of the tests have objects among them", () => {
  expect(fc.sample(anyValue, 500).some((value) => typeof value === "object" && value !== null)).toBe(true);
});
