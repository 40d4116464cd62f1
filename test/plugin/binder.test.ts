/** Binders: what they check, in which order, and what they name when something differs. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import vm from "node:vm";
import { transformSync } from "@babel/core";
import plugin from "../../src/index.ts";
import { packageModule } from "../setup/packageModule.ts";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "binder-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Bound {
  readonly code: string;
  /** What the binder gives for these roots; `what` is the name of the difference, `f(...)` what the residual gives. */
  readonly on: (roots: string, args?: string) => unknown;
  readonly messages: readonly string[];
}

/** `main` exports `bind`, a context, and what is needed to make roots of. */
async function bound(main: string): Promise<Bound> {
  const text = `import { context } from "babel-plugin-specialize";\n${main}`;
  const file = path.join(folder, "main.ts");
  writeFileSync(file, text);
  const done = transformSync(text, {
    filename: file,
    cwd: process.cwd(),
    configFile: false,
    babelrc: false,
    plugins: [[plugin as never, { report: "silent" }]],
    presets: [["@babel/preset-typescript", {}]],
  });
  const code = done?.code ?? "";
  const context = vm.createContext({});
  const module = new vm.SourceTextModule(code, { context, identifier: "main.ts" });
  await module.link((specifier) => packageModule(specifier, context) as vm.Module);
  await module.evaluate();
  Object.assign(context, { m: module.namespace });
  const { diagnostics } = (done?.metadata as never as { specialize: { diagnostics: { message: string }[] } })
    .specialize;
  return {
    code,
    on: (roots, args = "") =>
      vm.runInContext(`(r => { const f = m.bind(r, (what) => ({ what })); return f.what ?? f(${args}); })(${roots})`, context), // prettier-ignore
    messages: diagnostics.map((one) => one.message),
  };
}

it("NaN and -0 are told from other numbers", async () => {
  const { on, code } = await bound(`
    export function f(o, x) { return Number.isNaN(o.nan) ? [o.minus, x] : x; }
    export const bind = context(f, () => ({ o: { nan: NaN, minus: -0 } }), ({ o }) => ({ o }));`);
  expect(code).toContain("differs(roots, {");
  expect(on("{ o: { nan: NaN, minus: -0 } }", "1")).toEqual([-0, 1]);
  expect(on("{ o: { nan: NaN, minus: 0 } }")).toBe("o.minus");
  expect(on("{ o: { nan: 0, minus: -0 } }")).toBe("o.nan");
});

it("two paths to one object: they have to lead to one object again", async () => {
  const { on } = await bound(`
    export function f(a, b, x) { return a.peer === b && b.peer === a ? x + a.n : x; }
    export function pair() { const a = { n: 5 }; const b = { peer: a }; a.peer = b; return { a, b }; }
    export const bind = context(f, pair, ({ a, b }) => ({ a, b }));`);
  expect(on("m.pair()", "1")).toBe(6);
  expect(on("{ ...m.pair(), b: m.pair().b }")).toBe("a.peer");
  expect(on("(r => { r.b.peer = m.pair().a; return r; })(m.pair())")).toBe("b.peer");
});

it("methods: an own field in front of one, and another class, are noticed", async () => {
  const { on, code } = await bound(`
    export class Device { constructor(mtu) { this.mtu = mtu; } fits(n) { return n <= this.mtu; } }
    export class Other extends Device { fits() { return true; } }
    export function f(dev, n) { return dev.fits(n); }
    export const bind = context(f, () => ({ dev: new Device(4) }), ({ dev }) => ({ dev }));`);
  expect(code).toContain("fits: method(Device)");
  expect(on("{ dev: new m.Device(4) }", "5")).toBe(false);
  expect(on("{ dev: new m.Other(4) }")).toBe("dev.fits");
  expect(on("{ dev: Object.assign(new m.Device(4), { fits: () => true }) }")).toBe("dev.fits");
});

it("getters and fields that are not there: by the prototypes", async () => {
  const { on } = await bound(`
    export class Device { get mtu() { return 4; } }
    export class Other { get mtu() { return 5; } }
    export function f(dev, n) { return n <= dev.mtu && dev.limit === undefined; }
    export const bind = context(f, () => ({ dev: new Device() }), ({ dev }) => ({ dev }));`);
  expect(on("{ dev: new m.Device() }", "4")).toBe(true);
  expect(on("{ dev: new m.Other() }")).toBe("dev.prototype");
  expect(on("{ dev: Object.assign(new m.Device(), { limit: 1 }) }")).toBe("dev.limit");
});

it("the methods of an instance of a class without a name: the call stays generic", async () => {
  const { messages } = await bound(`
    const make = () => new (class { fits(n) { return n <= 4; } })();
    export function f(dev, n) { return dev.fits(n); }
    export const bind = context(f, () => ({ dev: make() }), ({ dev }) => ({ dev }));`);
  expect(messages.join()).toMatch(/which no name leads to/);
});

it("closures: only that they are functions, and that one closure is at all places where one was", async () => {
  const { on, code } = await bound(`
    export const make = () => { const send = (n) => n + 1; return { ops: { send, again: send } }; };
    export function f(ops, n) { return ops.send(n) + ops.again(n); }
    export const bind = context(f, make, ({ ops }) => ({ ops }));`);
  expect(code).toMatch(/again: isFunction,\s+send: at\("ops.again"\)/);
  expect(on("m.make()", "1")).toBe(4);
  expect(on("{ ops: { send: 1, again: 1 } }")).toBe("ops.again");
  expect(on("{ ops: { send: n => n + 1, again: n => n + 1 } }")).toBe("ops.send");
});

it("functions and objects that have a name are compared", async () => {
  const { on } = await bound(`
    export const table = { k: 2 };
    export function twice(n) { return n * table.k; }
    export const make = () => ({ o: { table, twice, max: Math.max } });
    export function f(o, n) { return o.max(o.twice(n), o.table.k); }
    export const bind = context(f, make, ({ o }) => ({ o }));`);
  expect(on("m.make()", "3")).toBe(6);
  expect(on("{ o: { ...m.make().o, table: { k: 2 } } }")).toBe("o.table");
  expect(on("{ o: { ...m.make().o, twice: n => n * 2 } }")).toBe("o.twice");
  expect(on("{ o: { ...m.make().o, max: Math.min } }")).toBe("o.max");
});

it("what is missing is named, whether it is checked or only referred to", async () => {
  const { on } = await bound(`
    export const make = () => ({ a: { list: [{ v: 1 }, { v: 2 }], out: { log: [] } } });
    export function f(a, n) { a.out.log.push(n); return a.list[1].v + a.list.length; }
    export const bind = context(f, make, ({ a }) => ({ a }));`);
  expect(on("m.make()", "1")).toBe(4);
  expect(on("{}")).toBe("a");
  expect(on("{ a: { list: [], out: { log: [] } } }")).toBe("a.list.1");
  expect(on("{ a: { ...m.make().a, out: null } }")).toBe("a.out");
  expect(on("undefined")).toBe("roots");
});

it("paths that are written alike are refused", async () => {
  const { messages } = await bound(`
    export const make = () => { const c = { d: 1 }; return { "a.b": c, a: { b: { d: 2 } } }; };
    export function f(r, n) { return n + r["a.b"].d + r.a.b.d; }
    export const bind = context(f, make, (r) => ({ r }));`);
  expect(messages.join()).toMatch(/two paths of the context are both written a\.b/);
});
