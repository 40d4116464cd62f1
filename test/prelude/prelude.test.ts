/** Every function of the prelude against the engine's own: results, exceptions, what is left behind, order of callbacks. */
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { preludeSources, type PreludeSource } from "../../src/prelude/preludeSources.ts";

type Run = { readonly outcome: unknown; readonly receiver: unknown; readonly log: readonly unknown[] };
type Method = (this: any, ...args: any[]) => any;

const code = new Map<string, Method>();
beforeAll(async () => {
  for (const { path, file, exportName } of preludeSources()) code.set(path, (await import(file))[exportName]);
});

const sources = new Map(preludeSources().map((source) => [source.path, source]));
function nativeOf(path: string): Method {
  return path.split(".").reduce<any>((holder, key) => holder[key], globalThis);
}

/** Elements with the values that comparisons and conversions trip over. */
const element = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, 0, -0, NaN, 1, 2, 3, 10, -1, "", "a", "b", "10", true, 5n),
  fc.integer({ min: -5, max: 5 }),
);
/** Arrays with holes, at the end too. */
const array = fc
  .tuple(fc.array(fc.option(element, { freq: 4, nil: HOLE() }), { maxLength: 8 }), fc.nat(2))
  .map(([items, tail]) => {
    const list: unknown[] = [];
    items.forEach((item, k) => {
      if (item !== HOLE()) list[k] = item;
    });
    list.length = items.length + tail;
    return list;
  });
function HOLE(): string {
  return "hole";
}
const position = fc.oneof(
  fc.integer({ min: -10, max: 10 }),
  fc.constantFrom<unknown>(undefined, null, NaN, Infinity, -Infinity, 1.7, -0.5, "2", "x", true),
);

/** Copies that keep holes, and identity within. */
function copy(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const list = new Array(value.length);
  for (const key of Object.keys(value)) list[key as any] = copy(value[key as any]);
  return list;
}

/** Runs a method on copies of its operands; `args` may hold makers of callbacks, which log. */
function run(method: Method, receiver: unknown, args: (log: unknown[], receiver: unknown) => unknown[]): Run {
  const log: unknown[] = [];
  const own = copy(receiver);
  let outcome: unknown;
  try {
    const value = Reflect.apply(method, own, args(log, own));
    outcome = value === own ? "the receiver" : { value: shape(value) };
  } catch (error) {
    outcome = { error: (error as Error).name, message: (error as Error).message };
  }
  return { outcome, receiver: shape(own), log };
}

/** A value with its holes, -0 and prototype told apart. */
function shape(value: unknown): unknown {
  if (Array.isArray(value))
    return {
      length: value.length,
      elements: Object.entries(value).map(([k, v]) => [k, shape(v)]),
      plain: Object.getPrototypeOf(value) === Array.prototype,
    };
  if (Object.is(value, -0)) return "-0";
  return typeof value === "bigint" ? `${value}n` : value;
}

function compare(path: string, receiver: unknown, args: (log: unknown[], receiver: unknown) => unknown[]): void {
  const mine = code.get(path);
  if (mine === undefined) throw new Error(`no ${path}`);
  expect([path, run(mine, receiver, args)]).toEqual([path, run(nativeOf(path), receiver, args)]);
}

const arrayPath = (name: string): string => `Array.prototype.${name}`;

describe("the list of functions", () => {
  it("names files and exports that exist", () => {
    for (const { path, file, exportName } of preludeSources()) {
      expect([path, existsSync(file), typeof code.get(path)]).toEqual([path, true, "function"]);
      expect(readFileSync(file, "utf8")).toContain(`export function ${exportName}(`);
    }
    expect(sources.size).toBe(preludeSources().length);
  });

  it("has functions that need nothing of their module", () => {
    for (const file of new Set(preludeSources().map((source: PreludeSource) => source.file))) {
      const text = readFileSync(file, "utf8");
      expect([file, /^(import|const|let|var|function|class) /m.test(text)]).toEqual([file, false]);
    }
  });
});

describe("visitors", () => {
  const names = [
    "forEach",
    "map",
    "filter",
    "some",
    "every",
    "find",
    "findIndex",
    "findLast",
    "findLastIndex",
    "flatMap",
  ];
  /** A callback that logs and answers by a table; `act` changes the array while it is visited. */
  const callback = (answers: readonly unknown[], act: number) => (log: unknown[], receiver: unknown) =>
    function (this: unknown, ...args: unknown[]): unknown {
      log.push([this, ...args.map((arg) => (arg === receiver ? "the receiver" : shape(arg)))]);
      const list = receiver as unknown[];
      if (log.length === 2 && act === 1) list.pop();
      if (log.length === 2 && act === 2) list.push("new");
      if (log.length === 2 && act === 3) delete list[3];
      if (log.length === 2 && act === 4) list[3] = "changed";
      if (log.length === 3 && act === 5) throw new RangeError("enough");
      return answers[log.length % answers.length];
    };

  it.each(names)("%s", (name) => {
    fc.assert(
      fc.property(
        array,
        fc.array(fc.oneof(element, array), { minLength: 1, maxLength: 4 }),
        fc.nat(5),
        fc.constantFrom<unknown[]>([], [undefined], ["self"], [null], [{ a: 1 }]),
        (list, answers, act, thisArg) => {
          compare(arrayPath(name), list, (log, receiver) => [callback(answers, act)(log, receiver), ...thisArg]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(["reduce", "reduceRight"])("%s", (name) => {
    fc.assert(
      fc.property(
        array,
        fc.array(element, { minLength: 1, maxLength: 4 }),
        fc.nat(5),
        fc.constantFrom<unknown[]>([], [undefined], [0], ["x"]),
        (list, answers, act, initial) => {
          compare(arrayPath(name), list, (log, receiver) => [callback(answers, act)(log, receiver), ...initial]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([...names, "reduce", "reduceRight", "sort", "toSorted"])("%s refuses what cannot be called", (name) => {
    for (const what of [undefined, null, 1, "text", true, 7n, Symbol("s"), {}]) {
      if (name.endsWith("ort") || name.endsWith("orted") ? what === undefined : false) continue;
      compare(arrayPath(name), [1, 2], () => [what]);
      compare(arrayPath(name), [], () => [what]);
    }
  });
});

describe("searches", () => {
  it.each(["includes", "indexOf", "lastIndexOf"])("%s", (name) => {
    fc.assert(
      fc.property(array, element, fc.array(position, { maxLength: 1 }), (list, searched, from) => {
        compare(arrayPath(name), list, () => [searched, ...from]);
      }),
      { numRuns: 500 },
    );
    compare(arrayPath(name), [undefined], () => []);
  });

  it("at, with", () => {
    fc.assert(
      fc.property(array, position, (list, index) => compare(arrayPath("at"), list, () => [index])),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(array, position, element, (list, index, value) =>
        compare(arrayPath("with"), list, () => [index, value]),
      ),
      { numRuns: 300 },
    );
  });

  it("join", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(element, array), { maxLength: 5 }),
        fc.array(fc.oneof(element, position), { maxLength: 1 }),
        (list, separator) => {
          compare(arrayPath("join"), list, () => separator);
        },
      ),
      { numRuns: 300 },
    );
    compare(arrayPath("join"), [Symbol("s")], () => []);
    const cyclic: unknown[] = [1, 2];
    cyclic.push(cyclic);
    expect(Reflect.apply(code.get(arrayPath("join"))!, cyclic, [])).toBe(cyclic.join());
  });
});

describe("copies", () => {
  it("slice", () => {
    fc.assert(
      fc.property(array, fc.array(position, { maxLength: 2 }), (list, ends) =>
        compare(arrayPath("slice"), list, () => ends),
      ),
      { numRuns: 500 },
    );
  });

  it("concat", () => {
    const item = fc.oneof(
      element,
      array,
      fc.constantFrom<unknown>(
        { length: 2, 0: "x", [Symbol.isConcatSpreadable]: true },
        Object.assign([1, 2], { [Symbol.isConcatSpreadable]: false }),
      ),
    );
    fc.assert(
      fc.property(array, fc.array(item, { maxLength: 3 }), (list, items) =>
        compare(arrayPath("concat"), list, () => items.map((x) => x)),
      ),
      { numRuns: 500 },
    );
  });

  it("flat", () => {
    const nested = fc.array(
      fc.oneof(
        element,
        array,
        array.map((inner) => [inner, 1, [inner]]),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(nested, fc.array(position, { maxLength: 1 }), (list, depth) =>
        compare(arrayPath("flat"), list, () => depth),
      ),
      { numRuns: 500 },
    );
  });

  it("toReversed, toSpliced", () => {
    fc.assert(
      fc.property(array, (list) => compare(arrayPath("toReversed"), list, () => [])),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(
        array,
        fc.array(position, { maxLength: 2 }),
        fc.array(element, { maxLength: 3 }),
        (list, ends, items) =>
          compare(arrayPath("toSpliced"), list, () => (ends.length === 2 ? [...ends, ...items] : ends)),
      ),
      { numRuns: 300 },
    );
  });
});

describe("changes", () => {
  it("splice", () => {
    fc.assert(
      fc.property(
        array,
        fc.array(position, { maxLength: 2 }),
        fc.array(element, { maxLength: 3 }),
        (list, ends, items) => {
          compare(arrayPath("splice"), list, () => (ends.length === 2 ? [...ends, ...items] : ends));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("reverse", () => {
    fc.assert(
      fc.property(array, (list) => compare(arrayPath("reverse"), list, () => [])),
      { numRuns: 300 },
    );
  });

  it("fill, copyWithin", () => {
    fc.assert(
      fc.property(array, element, fc.array(position, { maxLength: 2 }), (list, value, ends) =>
        compare(arrayPath("fill"), list, () => [value, ...ends]),
      ),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(array, fc.array(position, { maxLength: 3 }), (list, ends) =>
        compare(arrayPath("copyWithin"), list, () => ends),
      ),
      { numRuns: 1000 },
    );
  });
});

describe("sorting", () => {
  const pair = fc.record({ key: fc.integer({ min: 0, max: 4 }), id: fc.nat(1000) });
  const byKey = (log: unknown[]) => (a: any, b: any) => (log.push([a.id, b.id]), a.key - b.key);

  it.each(["sort", "toSorted"])("%s compares as the engine does, below 64 elements", (name) => {
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 63 }), (list) => compare(arrayPath(name), list, (log) => [byKey(log)])),
      { numRuns: 200 },
    );
  });

  it.each(["sort", "toSorted"])("%s is stable and right for long arrays", (name) => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 64, maxLength: 300 }), (list) =>
        compare(arrayPath(name), list, () => [byKey([])]),
      ),
      { numRuns: 60 },
    );
  });

  it.each(["sort", "toSorted"])("%s by text, with holes and undefined last", (name) => {
    fc.assert(
      fc.property(array, (list) => compare(arrayPath(name), list, () => [])),
      { numRuns: 500 },
    );
    compare(arrayPath(name), [Symbol("s"), 1], () => []);
    compare(arrayPath(name), [3, undefined, 1], () => [undefined]);
  });

  it("answers of comparators are numbers", () => {
    for (const answer of [NaN, "-1", undefined, null, true, "x", -Infinity, { valueOf: () => -1 }, 1n]) {
      compare(arrayPath("sort"), [3, 1, 2], (log) => [(a: number, b: number) => (log.push([a, b]), answer)]);
    }
    compare(arrayPath("sort"), [3, 1, 2], (log) => [
      (a: number, b: number) => {
        log.push([a, b]);
        if (log.length > 2) throw new Error("no");
        return a - b;
      },
    ]);
  });
});

describe("Array.from and Array.of", () => {
  it.each<[string, () => unknown]>([
    ["array", () => Object.assign(new Array(3), { 0: 1, 2: 3 })],
    ["text", () => "a\u{1F600}b"],
    ["Set", () => new Set([1, 2])],
    ["Map", () => new Map([[1, 2]])],
    ["array-like", () => ({ length: 3, 0: "a", 2: "c" })],
    ["odd length", () => ({ length: "2.7", 0: "a", 1: "b" })],
    ["negative length", () => ({ length: -1 })],
    ["number", () => 5],
    ["undefined", () => undefined],
    ["null", () => null],
    ["not iterable", () => ({ [Symbol.iterator]: 1 })],
  ])("from %s", (_, make) => {
    const log = (seen: unknown[]) =>
      function (this: unknown, ...args: unknown[]) {
        seen.push([this, ...args]);
        return [args[0]];
      };
    const on = (args: (seen: unknown[]) => unknown[]): void => {
      const [mine, native] = [code.get("Array.from")!, nativeOf("Array.from")].map((method) =>
        run((...list) => Reflect.apply(method, Array, list), undefined, args),
      );
      expect(mine).toEqual(native);
    };
    on(() => [make()]);
    on((seen) => [make(), log(seen)]);
    on((seen) => [make(), log(seen), "self"]);
    on(() => [make(), 1]);
  });

  it("from closes the iterator when the callback throws", () => {
    const tell = (log: unknown[]) => ({
      [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }), return: () => (log.push("return"), {}) }),
    });
    const fail = () => {
      throw new Error("no");
    };
    const [mine, native] = [code.get("Array.from")!, nativeOf("Array.from")].map((method) =>
      run(
        (...list) => Reflect.apply(method, Array, list),
        undefined,
        (log) => [tell(log), fail],
      ),
    );
    expect(mine).toEqual(native);
    expect(mine?.log).toEqual(["return"]);
  });

  it("of", () => {
    expect(Reflect.apply(code.get("Array.of")!, Array, [1, undefined, 3])).toEqual([1, undefined, 3]);
  });
});

describe("collections", () => {
  it("Map.prototype.forEach and Set.prototype.forEach see what is added while they run", () => {
    for (const path of ["Map.prototype.forEach", "Set.prototype.forEach"]) {
      for (const thisArg of [undefined, "self"]) {
        const logs = [code.get(path)!, nativeOf(path)].map((method) => {
          const log: unknown[] = [];
          const collection: any = path.startsWith("Map")
            ? new Map<unknown, unknown>([
                [1, "a"],
                [2, "b"],
                [3, "c"],
              ])
            : new Set([1, 2, 3]);
          const visit = function (this: unknown, value: unknown, key: unknown, whole: unknown): void {
            log.push([this, value, key, whole === collection]);
            if (key === 1) collection.delete(2);
            if (key === 3 && collection instanceof Map) collection.set(4, "d");
            if (key === 3 && collection instanceof Set) collection.add(4);
          };
          log.push(Reflect.apply(method, collection, [visit, thisArg]));
          return log;
        });
        expect(logs[0]).toEqual(logs[1]);
        expect(logs[0]).toHaveLength(4);
      }
    }
  });

  it("refuse other receivers and callbacks", () => {
    for (const path of ["Map.prototype.forEach", "Set.prototype.forEach"]) {
      const collection = path.startsWith("Map") ? new Map() : new Set();
      for (const what of [undefined, null, 1, -0, true, "text", 7n, Symbol("s"), {}, []]) {
        const [mine, native] = [code.get(path)!, nativeOf(path)].map((method) =>
          run(
            (...list) => Reflect.apply(method, collection, list),
            undefined,
            () => [what],
          ),
        );
        expect(mine).toEqual(native);
      }
      expect(() => Reflect.apply(code.get(path)!, {}, [() => 1])).toThrow(TypeError);
    }
  });
});

describe("strings", () => {
  it.each(["String.prototype.replace", "String.prototype.replaceAll"])("%s with a function", (path) => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "$"), maxLength: 8 });
    fc.assert(
      fc.property(
        text,
        fc.string({ unit: fc.constantFrom("a", "b", "$"), maxLength: 2 }),
        element,
        (receiver, pattern, answer) => {
          compare(path, receiver, (log) => [pattern, (...args: unknown[]) => (log.push(args), answer)]);
        },
      ),
      { numRuns: 500 },
    );
    compare(path, "aaa", () => ["a", () => Symbol("s")]);
  });
});
