import vm from "node:vm";
import { dynamic, specialize } from "../../src/index.ts";
import { parameterNames } from "../../src/api/parameterNames.ts";

const names = (fn: (...args: never[]) => unknown): string | null =>
  parameterNames(fn)
    ?.map(({ name, rest }) => `${rest ? "..." : ""}${name ?? "?"}`)
    .join(" ") ?? null;

/** Functions as an engine has them, not as a compiler rewrote them. */
const native = (text: string): ((...args: never[]) => unknown) => (0, eval)(`(${text})`) as never;

describe("names of parameters", () => {
  test.each([
    ["function () {}", ""],
    ["function f(a) {}", "a"],
    ["function f(a, b = (1, 2), c) {}", "a b c"],
    ["function f(a = ')', b = \"(\", c = `)${{ x: ')' }.x},`, d) {}", "a b c d"],
    ["function f(a = /[)/]\\/,/, b) {}", "a b"],
    ["function f(a = 6 / 2, b = 4 / 2) {}", "a b"],
    ["function f({ a }, [b], { c = 1, ...d } = {}, ...e) {}", "? ? ? ...e"],
    ["function f(/* x, */ a, // y, )\n b, ...c) {}", "a b ...c"],
    ["function f(a, b,) {}", "a b"],
    ["a => a", "a"],
    ["async a => a", "a"],
    ["async => async", "async"],
    ["async (a, b) => a", "a b"],
    ["( /* nothing */ ) => 1", ""],
    ["function* g(a) {}", "a"],
    ["async function* g(a, ...b) {}", "a ...b"],
    ["{ m(a, b) {} }.m", "a b"],
    ["{ async *[`m(${'x'}`](a, b) {} }['m(x']", "a b"],
    ["{ 'a b'(c) {} }['a b']", "c"],
    ["{ 12(c) {} }[12]", "c"],
    ["Object.getOwnPropertyDescriptor({ set x(v) {} }, 'x').set", "v"],
    ["class { static #p(a, b) {} static get() { return this.#p } }.get()", "a b"],
    ["function ünï($a, _b) {}", "$a _b"],
    ["function f(a = () => { return ','; }, b = function (c, d) {}) {}", "a b"],
    ["function f(a = x => x / 2, b = /,/.test(',')) {}", "a b"],
  ])("%s", (text, expected) => {
    expect(names(native(text))).toBe(expected);
  });

  test("are not there for built-in and bound functions", () => {
    expect(names(Math.max)).toBeNull();
    expect(names(native("(function (a, b) {}).bind(null)"))).toBeNull();
    expect(names(native("class { constructor(a) {} }"))).toBeNull();
  });
});

describe("specialize without the plugin is partial application", () => {
  const log = function (this: unknown, ...args: unknown[]): unknown[] {
    return [this, ...args];
  };
  function power(n: number, x: number): number {
    return n === 0 ? 1 : x * power(n - 1, x);
  }

  test("by name", () => {
    const cube = specialize(power, { n: 3 });
    expect([cube(2), cube(5), cube.length, cube.name]).toEqual([8, 125, 1, "power"]);
    expect(specialize(power, { x: 3 })(2)).toBe(9);
    expect(specialize(power, { x: 3, n: 3 })()).toBe(27);
  });

  test("by position, with holes", () => {
    expect(specialize(power, [3, dynamic()])(2)).toBe(8);
    expect(specialize(power, [dynamic(), 2])(10)).toBe(1024);
    expect(specialize(log, Object.assign(new Array<unknown>(2), { 1: 1 }) as [unknown, number])(0)).toEqual([
      undefined,
      0,
      1,
    ]);
  });

  test("passes `this` and the other arguments in order", () => {
    const self = {};
    const f = specialize(log, [dynamic(), "b", dynamic(), "d"]);
    expect(f.call(self, "a", "c", "e", "f")).toEqual([self, "a", "b", "c", "d", "e", "f"]);
    expect(f.call(self, ...(["a"] as never as ["a", 0]))).toEqual([self, "a", "b", undefined, "d"]);
  });

  test("known first arguments come first, and in their order, whatever the function calls `call`", () => {
    const self = {};
    const two = specialize(log, ["a", "b"]);
    expect([two.call(self, "c"), two.call(self)]).toEqual([
      [self, "a", "b", "c"],
      [self, "a", "b"],
    ]);
    expect(specialize(log, ["a"]).call(self, "b", "c")).toEqual([self, "a", "b", "c"]);
    expect(specialize(log, ["a", "b", "c"]).call(self, "d")).toEqual([self, "a", "b", "c", "d"]);
    const own = Object.assign((n: number, x: number): number => n - x, { call: () => NaN });
    expect(specialize(own, { n: 3 })(1)).toBe(2);
  });

  test("does not make up arguments that nobody passed", () => {
    const count = function (a?: number, b?: number, c?: number): number {
      void [a, b, c];
      return arguments.length;
    };
    expect([specialize(count, { a: 1 })(), specialize(count, { a: 1 })(2), specialize(count, { b: 1 })()]).toEqual([
      1, 2, 2,
    ]);
  });

  test("lets defaults be: undefined supplied is undefined passed", () => {
    const f = (a: number | undefined, b = 7): unknown[] => [a, b];
    expect(specialize(f, { a: 1 })()).toEqual([1, 7]);
    expect(specialize(f, { a: undefined })(2)).toEqual([undefined, 2]);
  });

  test("rest parameters and patterns", () => {
    const f = ({ k }: { k: number }, b: number, ...rest: number[]): unknown[] => [k, b, ...rest];
    expect(specialize(f, { b: 2 })({ k: 1 }, 3, 4)).toEqual([1, 2, 3, 4]);
    expect(specialize(f, { b: 2, rest: [3, 4] })({ k: 1 })).toEqual([1, 2, 3, 4]);
    expect(specialize(f, { rest: [3, 4] })({ k: 1 }, 2)).toEqual([1, 2, 3, 4]);
  });

  test("a parameter with a hole in its value stays", () => {
    const f = (sk: { type: number; wmem: number; next?: unknown }, n: number): unknown[] => [sk, n];
    const real = { type: 2, wmem: 5 };
    expect(specialize(f, { sk: { type: 2, wmem: dynamic() }, n: 1 })(real)[0]).toBe(real);
    expect(
      specialize(f, { sk: { type: 2, wmem: 1, next: [new Map([[1, { a: dynamic() }]])] } as never })(real, 3),
    ).toEqual([real, 3]);
    const cyclic: Record<string, unknown> = {
      type: 1,
      get never(): unknown {
        throw new Error("read");
      },
    };
    cyclic["next"] = cyclic;
    expect(specialize(f as (sk: unknown, n: number) => unknown[], { sk: cyclic })(4)).toEqual([cyclic, 4]);
  });

  test("holes are seen in objects of another realm", () => {
    const f = (sk: { type: number }, n: number): unknown[] => [sk, n];
    const hole: unknown = dynamic();
    const foreign = vm.runInNewContext("({ type: new Map([[1, [hole]]]) })", { hole }) as { type: number };
    expect(
      specialize(f as (sk: unknown, n: number) => unknown[], { sk: foreign as object })(
        ...([{ type: 1 }, 2] as never as [number]),
      ),
    ).toEqual([{ type: 1 }, 2]);
  });

  test("says what is wrong", () => {
    expect(() => specialize(power, { m: 3 })).toThrow('specialize: power has no parameter "m"; it has: n, x');
    expect(() => specialize(() => 1, { m: 3 } as never)).toThrow('the function has no parameter "m"; it has none');
    expect(() => specialize(Math.max, { x: 3 } as never)).toThrow(
      /names of max cannot be read; give its static values by position/,
    );
    expect(() => specialize(3 as never, {} as never)).toThrow("the first argument is not a function");
    expect(() => specialize(power, null as never)).toThrow("neither an object by name nor an array by position");
    expect(() => specialize((...r: number[]) => r, { r: 3 } as never)).toThrow("...r of the function takes an array");
  });
});
