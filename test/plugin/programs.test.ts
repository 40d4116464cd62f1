/**
 * Small programs through the plugin and without it: both do the same. `residuals` is how many of the sites are replaced;
 * a site that stays is one whose reason is given.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import vm from "node:vm";
import { transformSync } from "@babel/core";
import plugin from "../../src/index.ts";
import type { SpecializeMetadata } from "../../src/index.ts";
import { packageModule } from "../setup/packageModule.ts";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "programs-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Program {
  readonly name: string;
  readonly main: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly observe: readonly string[];
  readonly residuals: number;
  readonly stays?: readonly RegExp[];
}

interface Outcome {
  readonly values: unknown[];
  readonly sites: SpecializeMetadata["sites"];
  readonly messages: readonly string[];
}

async function run(program: Program, withPlugin: boolean): Promise<Outcome> {
  const files: Record<string, string> = { ...program.files, "main.ts": use + program.main };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const context = vm.createContext({});
  const made = new Map<string, vm.Module>();
  let metadata: SpecializeMetadata | null = null;
  const load = (name: string): vm.Module => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const isMain = name === "main.ts";
    const result = transformSync(files[name] ?? "", {
      filename: path.join(folder, name),
      cwd: process.cwd(),
      configFile: false,
      babelrc: false,
      plugins: withPlugin && isMain ? [[plugin as never, { report: "silent" }]] : [],
      presets: ["@babel/preset-typescript"],
    });
    if (isMain) metadata = (result?.metadata as unknown as { specialize?: SpecializeMetadata }).specialize ?? null;
    const module = new vm.SourceTextModule(result?.code ?? "", { context, identifier: name });
    made.set(name, module);
    return module;
  };
  const json = (name: string): vm.Module =>
    new vm.SyntheticModule(["default"], function (this: vm.SyntheticModule) {
      this.setExport("default", vm.runInContext(`(${files[name] ?? ""})`, context));
    }, { context }); // prettier-ignore
  const main = load("main.ts");
  await main.link((specifier) => {
    const name = specifier.replace("./", "");
    if (name.endsWith(".json")) return json(name);
    return packageModule(specifier, context) ?? load(name);
  });
  await main.evaluate();
  Object.assign(context, { m: main.namespace });
  const values = program.observe.map((expression) => {
    try {
      return vm.runInContext(`JSON.stringify(${expression}) ?? "undefined"`, context) as string;
    } catch (error) {
      return `threw ${(error as Error).name}`;
    }
  });
  const { sites = [], diagnostics = [] } = (metadata ?? {}) as Partial<SpecializeMetadata>;
  return { values, sites, messages: diagnostics.map(({ message }) => message) };
}

const use = 'import { specialize, dynamic, type S, type D } from "babel-plugin-specialize";\n';

const programs: readonly Program[] = [
  {
    name: "static values from JSON",
    main: `import config from "./c.json";
function f(c: { k: number; list: number[] }, x: D<number>) { let s = c.k; for (const v of c.list) s += v * x; return s; }
export const g = specialize(f, { c: config });`,
    files: { "c.json": '{ "k": 2, "list": [1, 2] }' },
    observe: ["m.g(3)", "m.g(NaN)"],
    residuals: 1,
  },
  {
    name: "rest parameters and `arguments`",
    main: `function f(this: any, a: number, ...rest: number[]) { return [this?.q, a, rest.length, rest]; }
export const g = specialize(f, { a: 1 });
export const h = specialize(f, { rest: [1, 2] });
function k(a: any, b: any) { return arguments.length; }
export const l = specialize(k, { a: 1 });`,
    observe: ["m.g(3, 4)", "m.g.call({ q: 2 })", "m.h(1)", "m.l(1, 2, 3)", "m.l()"],
    residuals: 3,
  },
  {
    name: "patterns and defaults, `this`",
    main: `function f(this: any, { a, b = a }: { a: number; b?: number }, n: number) { return [this?.q, a, b, n]; }
export const g = specialize(f, [{ a: 1 }, dynamic()]);
export const h = specialize(f, { n: 5 });`,
    observe: ["m.g(3)", "m.g.call({ q: 7 }, 3)", "m.h({ a: 1 })", "m.h({ a: 1, b: undefined })", "m.h(null)"],
    residuals: 2,
  },
  {
    name: "dynamic recursion becomes a shared function",
    main: `export function fib(n: D<number>, k: S<number>): number { return n < 2 ? n * k : fib(n - 1, k) + fib(n - 2, k); }
export const g = specialize(fib, { k: 3 });`,
    observe: ["m.g(10)"],
    residuals: 1,
  },
  {
    name: "state of the module",
    main: `let counter = 0;
export function tick(step: number, x: number) { counter += step; return counter * x; }
export const g = specialize(tick, { step: 2 });
export { counter };`,
    observe: ["[m.g(1), m.g(1), m.counter]"],
    residuals: 1,
  },
  {
    name: "what cannot be specialized stays, beside what can",
    main: `async function later(n: number, x: number) { await null; return n * x; }
export const g = specialize(later, { n: 2 });
export const ok = specialize((n: number, x: number) => n * x, { n: 3 });`,
    observe: ["m.ok(2)", "m.g(1) instanceof Promise"],
    residuals: 1,
    stays: [/`later` stays generic: .*async/],
  },
  {
    name: "a hole keeps its parameter",
    main: `function f(sk: { type: number; wmem: number }, n: number) { if (sk.type === 2) sk.wmem += n; return sk.wmem; }
export const g = specialize(f, { sk: { type: 2, wmem: dynamic() }, n: 5 });`,
    observe: ["m.g({ type: 2, wmem: 1 })"],
    residuals: 1,
  },
  {
    name: "sites before and after the functions they need",
    main: `const one = specialize(pow, { n: 2 });
const two = specialize(twice, { f: pow });
function pow(n: number, x: number): number { return n === 0 ? 1 : x * pow(n - 1, x); }
function twice(f: (n: number, x: number) => number, y: number) { return f(3, y); }
export { one, two };
export const generic = pow(5, 2);`,
    observe: ["m.one(3)", "m.two(2)", "m.generic"],
    residuals: 2,
  },
  {
    name: "loops without end and loops too long",
    main: `function endless(n: number) { while (true) { n++; if (n < 0) return n; } }
export const g = specialize(endless, { n: 0 });
function long(n: number, x: number) { let s = 0; for (let i = 0; i < n; i++) s += x; return s; }
export const h = specialize(long, { n: 100000 });`,
    observe: ["m.h(1)"],
    residuals: 0,
    stays: [/`endless` stays generic/, /`long` stays generic/],
  },
  {
    name: "static values that are not known",
    main: `function f(n: S<number>, x: number) { return n + x; }
globalThis.q = 3;
export const g = specialize(f, { n: globalThis.q });
export const h = specialize(f, { n: Math.random() * 0 });
export const i = specialize(f, { n: Number("12") + [1, 2].length });`,
    observe: ["m.g(1)", "m.h(1)", "m.i(1)"],
    residuals: 1,
    stays: [/a static value of the site is not known/, /a static value of the site is not known/],
  },
  {
    name: "classes, getters, methods, statics",
    main: `class Point { constructor(public x: number, public y: number) {} scale(k: number) { return new Point(this.x * k, this.y * k); } get len() { return Math.hypot(this.x, this.y); } static origin = new Point(0, 0); }
function f(p: Point, k: number) { const q = p.scale(k); return q.len + q.x; }
const p = new Point(3, 4);
export const g = specialize(f, { p });
export const h = specialize(f, { k: 2 });
export { Point };`,
    observe: ["m.g(2)", "m.h(new m.Point(1, 2))", "m.h({})"],
    residuals: 2,
  },
  {
    name: "higher-order functions and Maps",
    main: `const handlers = new Map<string, (x: number) => number>([["inc", (x) => x + 1], ["dbl", (x) => x * 2]]);
function pipe(names: string[], x: number) { return names.reduce((v, n) => { const h = handlers.get(n); if (!h) throw new Error("no " + n); return h(v); }, x); }
export const g = specialize(pipe, { names: ["inc", "dbl", "inc"] });
export const bad = specialize(pipe, { names: ["inc", "nope"] });`,
    observe: ["m.g(2)", "m.bad(2)"],
    residuals: 2,
  },
  {
    name: "try, catch, finally",
    main: `function f(kind: string, x: any) { try { if (kind === "a") return x.y.z; throw new Error(kind); } catch (e: any) { return [e.name, x]; } finally { globalThis.fin = (globalThis.fin ?? 0) + 1; } }
export const a = specialize(f, { kind: "a" });
export const b = specialize(f, { kind: "b" });`,
    observe: ["m.a({ y: { z: 1 } })", "m.a({})", "m.b(1)", "fin"],
    residuals: 2,
  },
  {
    name: "for-of and for-in over what is dynamic",
    main: `function* range(n: number) { try { for (let i = 0; i < n; i++) yield i; } finally { globalThis.closed = (globalThis.closed ?? 0) + 1; } }
function total(n: number, k: number, stop: number): number { let s = 0; for (const i of range(n)) { if (i === stop) break; s += i * k; } return s; }
export const t = specialize(total, { n: 4 });
function keys(o: any, sep: string) { let s = ""; let first = true; for (const k in o) { if (!first) s += sep; first = false; s += k; } return s; }
export const j = specialize(keys, { sep: ", " });
function pairs(m: any, d: number) { const out = []; for (const [k, v] of m) { if (v === d) continue; out.push(k); } return out; }
export const p = specialize(pairs, { d: 2 });`,
    observe: [
      "m.t(2, -1)",
      "m.t(2, 2)",
      "closed",
      "m.j({ a: 1, b: 2, __proto__: { c: 3 } })",
      "m.j(null)",
      "m.p(new Map([[1, 2], [3, 4]]))",
      "m.p(3)",
      "m.p([null])",
    ],
    residuals: 3,
  },
  {
    name: "a format string",
    main: `function format(template: string, args: any) {
  let out = "";
  let i = 0;
  while (i < template.length) {
    const c = template[i++];
    if (c === "%") { const k = template[i++]; out += k === "d" ? Number(args[0]) : k === "s" ? String(args[1]) : k; } else out += c;
  }
  return out;
}
export const f = specialize(format, { template: "a=%d, b=%s %%!" });`,
    observe: [
      "m.f([1, 'x'])",
      "m.f([null, Symbol.iterator])",
      "m.f(null)",
      "m.f({ get 0() { throw new RangeError('0') } })",
    ],
    residuals: 1,
  },
  {
    name: "a matcher and its schemas, through a namespace",
    main: `import * as lib from "./lib.ts";
export const f = specialize(lib.mul, { a: lib.K.two });
export const r = specialize(lib.match, [[{ t: "num" }, { t: "opt", of: { t: "str" } }], dynamic()]);`,
    files: {
      "lib.ts": `export const K = { two: 2 } as const; export function mul(a: number, b: number) { return a * b; }
type Schema = { t: "num" } | { t: "str" } | { t: "opt"; of: Schema };
function one(s: Schema, v: unknown): boolean { switch (s.t) { case "num": return typeof v === "number"; case "str": return typeof v === "string"; case "opt": return v === undefined || one(s.of, v); } }
export function match(schemas: Schema[], vs: unknown[]): boolean { return schemas.every((s, i) => one(s, vs[i])); }`,
    },
    observe: ["m.f(4)", "m.r([1, 'a'])", "m.r([1])", "m.r([1, 2])", "m.r('x')"],
    residuals: 2,
  },
];

test.each(programs)("$name", async (program) => {
  const generic = await run(program, false);
  const residual = await run(program, true);
  expect(residual.values).toEqual(generic.values);
  expect({ replaced: residual.sites.filter(({ replaced }) => replaced).length, messages: residual.messages }).toEqual({
    replaced: program.residuals,
    messages:
      program.stays?.map((text) => expect.stringMatching(text)) ??
      expect.not.arrayContaining([expect.stringMatching(/internal error|stays generic/)]),
  });
});
