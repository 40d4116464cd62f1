/**
 * With `checkAssumptions`, a residual looks at each call whether what it assumes holds, and says what does not, with the
 * place of its site. What is assumed and holds is not in the way.
 */
import vm from "node:vm";
import { transformSync } from "@babel/core";
import plugin from "../../src/index.ts";
import { changedBuiltin } from "../../src/runtime/changedBuiltin.ts";
import { packageModule } from "../setup/packageModule.ts";

const source = `
import { specialize, type S, type D } from "babel-plugin-specialize";
export const table = { k: 2, list: [1, 2], deep: { on: true }, names: new Map([["a", 1]]), codes: new Set([7]) };
export const other = { k: 2 };
const hidden = { k: 5 };
export const setHidden = (value) => { hidden.k = value; };
export const frozen = Object.freeze({ k: 3 });
class Point { x = 1; }
export const point = new Point();
export const operations = { run: double };
export function double(x) { return x * 2; }
export function triple(x) { return x * 3; }
function field(n, x) { return x * table.k + n; }
function element(n, x) { return table.list[n] + x; }
function length(n, x) { return table.list.length + n + x; }
function deep(n, x) { return table.deep.on ? x + n : 0; }
function entry(n, x) { return (table.names.get("a") ?? 0) + table.codes.size + n + x; }
function iterated(n, x) { let sum = x; for (const [, value] of table.names) sum += value; for (const one of table.codes) sum += one; return sum; }
function keys(n, x) { return Object.keys(other).join() + n + x; }
function absent(n, x) { return "extra" in other ? 0 : x + n; }
function method(n, x) { return operations.run(x) + n; }
function ofFrozen(n, x) { return frozen.k * x + n; }
function ofHidden(n, x) { return hidden.k * x + n; }
function instance(n, x) { return point.x + x + n; }
function given(n, x) { return n.k * x; }
function typed(n: S<number>, x: D<number>, y: D<string | null>): unknown { return [1 * x, n, y]; }
function floor(n, x) { return Math.floor(n) + Math.floor(x); }
export const m = {
  field: specialize(field, { n: 1 }), element: specialize(element, { n: 1 }), length: specialize(length, { n: 1 }),
  deep: specialize(deep, { n: 1 }), entry: specialize(entry, { n: 1 }), iterated: specialize(iterated, { n: 1 }),
  keys: specialize(keys, { n: 1 }), absent: specialize(absent, { n: 1 }), method: specialize(method, { n: 1 }),
  ofFrozen: specialize(ofFrozen, { n: 1 }), ofHidden: specialize(ofHidden, { n: 1 }), instance: specialize(instance, { n: 1 }),
  given: specialize(given, { n: table }), typed: specialize(typed, { n: 1 }), floor: specialize(floor, { n: 1.5 }),
};
`;

interface Loaded {
  readonly code: string;
  run(expression: string): unknown;
}

/** One site in a file, so that only what it relies on is looked at. */
async function load(name: string, options: object | null): Promise<Loaded> {
  const text = source.replace(/(\w+): specialize\((\w+), (\{.*?\})\),?/g, (all, key: string) =>
    key === name ? all : "",
  );
  const plugins = options === null ? [] : [[plugin, { report: "error", ...options }]];
  const result = transformSync(text, {
    filename: "/program/main.ts",
    configFile: false,
    babelrc: false,
    plugins: plugins as never,
    presets: [["@babel/preset-typescript", { onlyRemoveTypeImports: false }]],
  });
  const code = result?.code ?? "";
  const context = vm.createContext({});
  const main = new vm.SourceTextModule(code, { context, identifier: "main.ts" });
  await main.link((specifier) => packageModule(specifier, context)!);
  await main.evaluate();
  Object.assign(context, { p: main.namespace, m: (main.namespace as unknown as { m: object }).m });
  return { code, run: (expression) => vm.runInContext(expression, context) };
}

const cases: readonly (readonly [name: string, call: string, change: string, message: RegExp])[] = [
  ["field", "m.field(3)", "p.table.k = 5", /main\.ts:\d+:\d+: assumption 7 .*table\.k is 5, at build time it was 2/],
  ["element", "m.element(3)", "p.table.list[1] = 9", /table\.list\.1 is 9, at build time it was 2/],
  ["length", "m.length(3)", "p.table.list.push(3)", /table\.list\.length is 3, at build time it was 2/],
  ["deep", "m.deep(3)", "p.table.deep = { on: false }", /table\.deep(\.on)? is /],
  ["entry", "m.entry(3)", "p.table.names.set('a', 2)", /entries of table\.names/],
  ["iterated", "m.iterated(3)", "p.table.codes.add(8)", /entries of table\.codes/],
  ["keys", "m.keys(3)", "p.other.extra = 1", /keys of other/],
  ["absent", "m.absent(3)", "p.other.extra = 1", /other\.extra was not there at build time/],
  ["method", "m.method(3)", "p.operations.run = p.triple", /operations\.run is /],
  ["instance", "m.instance(3)", "p.point.x = 2", /point\.x is 2, at build time it was 1/],
  ["ofHidden", "m.ofHidden(3)", "p.setHidden(9)", /hidden\.k is 9/],
  ["given", "m.given(3)", "p.table.k = 5", /table\.k is 5/],
  ["typed", "m.typed(3, null)", "0", /^$/],
];

test.each(cases)("%s: an object is not what it was at build time", async (name, call, change, message) => {
  const generic = await load(name, null);
  const checked = await load(name, { checkAssumptions: true });
  const before = JSON.stringify(generic.run(call));
  expect(JSON.stringify(checked.run(call))).toBe(before);
  if (change === "0") return;
  // the case is one in which the residual is wrong without the check
  const unchecked = await load(name, {});
  generic.run(change);
  unchecked.run(change);
  expect(JSON.stringify(unchecked.run(call))).not.toBe(JSON.stringify(generic.run(call)));
  checked.run(change);
  expect(() => checked.run(call)).toThrow(message);
});

test("types that are declared", async () => {
  const checked = await load("typed", { checkAssumptions: true });
  expect(JSON.stringify(checked.run("m.typed(3, 'a')"))).toBe('[3,1,"a"]');
  expect(() => checked.run("m.typed('3', 'a')")).toThrow(
    /main\.ts:\d+:\d+: assumption 13 .*argument 1 is string, declared is number/,
  );
  expect(() => checked.run("m.typed(3)")).toThrow(
    /argument 2 is undefined, declared is (null or string|string or null)/,
  );
});

test("built-ins", async () => {
  const checked = await load("floor", { checkAssumptions: true });
  expect(changedBuiltin()).toBeNull();
  expect(checked.run("m.floor(3.5)")).toBe(4);
  const { floor } = Math;
  try {
    // The checks are of this realm, in which the tests run.
    Math.floor = (): number => 0;
    expect(() => checked.run("m.floor(3.5)")).toThrow(
      /assumption 1 \(built-ins\): Math\.floor is not the original one/,
    );
  } finally {
    Math.floor = floor;
  }
});

test("what cannot change is not looked at, and no other build carries the checks", async () => {
  expect((await load("ofFrozen", { checkAssumptions: true })).run("m.ofFrozen(2)")).toBe(7);
  expect((await load("field", {})).code).not.toMatch(/checkAssumptions/);
  const { code } = await load("field", { checkAssumptions: true });
  expect(code.slice(code.indexOf("export const m"))).toMatchInlineSnapshot(`
   "export const m = {
     field: checkAssumptions("main.ts:29:10", function field(x) {
       return x * 2 + 1;
     }, () => [["table.k", table, "=", "k", 2]], [null])
   };"
  `);
});

test("a switched-off assumption is not checked", async () => {
  const checked = await load("field", { checkAssumptions: true, assume: { statics: false } });
  checked.run("p.table.k = 5");
  expect(checked.run("m.field(3)")).toBe(16);
});
