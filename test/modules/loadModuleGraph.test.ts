import { DiagnosticSink } from "../../src/diagnostics/sink.ts";
import { memoryHost } from "../../src/host/memoryHost.ts";
import type { IrModule } from "../../src/ir/types.ts";
import { loadModuleGraph, type LoadOptions } from "../../src/modules/loadModuleGraph.ts";
import type { ModuleGraph } from "../../src/modules/types.ts";
import { printCode } from "../../src/syntax/printModule.ts";

const lower = (_ast: unknown, file: string): IrModule => ({ file, functions: [], bindings: new Map() });

function load(
  files: Record<string, string>,
  options: Partial<LoadOptions> = {},
): { graph: ModuleGraph; codes: string[] } {
  const sink = new DiagnosticSink();
  const [entry = ""] = Object.keys(files);
  const graph = loadModuleGraph([entry], memoryHost(files), sink, { lower, ...options });
  return { graph, codes: sink.all().map(({ code, message }) => `${code} ${message}`) };
}

const local = (file: string, name: string): unknown => ({ kind: "local", file, name });

describe("order of evaluation", () => {
  test("is that of the imports, depth first, each module once", () => {
    const { graph } = load({
      "/a.ts": 'import "./b.ts"; export { x } from "./c.ts"; import type { T } from "./t.ts"; import "node:fs";',
      "/b.ts": 'import { x } from "./d.ts"; import "./c.ts";',
      "/c.ts": 'import "./d.ts"; export const x = 1;',
      "/d.ts": "export const x = 2;",
      "/t.ts": "export type T = 1;",
    });
    expect(graph.order).toEqual(["/d.ts", "/c.ts", "/b.ts", "/a.ts"]);
    expect(graph.module("/t.ts")?.evaluated).toBe(false);
    expect(graph.module("/a.ts")?.externals).toEqual(["node:fs"]);
  });

  test("of a cycle is where ECMAScript meets it, and agrees with the engine", async () => {
    const cycle = {
      a: ["b", "c"],
      b: ["c", "a"],
      c: ["d", "b"],
      d: ["a"],
    };
    const files = Object.fromEntries(
      Object.entries(cycle).map(([name, imports]) => [
        `/${name}.ts`,
        imports.map((i) => `import "./${i}.ts";`).join(""),
      ]),
    );
    const { graph } = load(files);
    const { SourceTextModule, createContext } = await import("node:vm");
    const log: string[] = [];
    const context = createContext({ log });
    const made = new Map(
      Object.entries(cycle).map(([name, imports]) => [
        `./${name}.ts`,
        new SourceTextModule(`${imports.map((i) => `import "./${i}.ts";`).join("")} log.push("/${name}.ts")`, {
          context,
        }),
      ]),
    );
    await made.get("./a.ts")?.link((specifier) => made.get(specifier) as never);
    await made.get("./a.ts")?.evaluate();
    expect(graph.order).toEqual(log);
  });

  test("a chain of ten thousand modules is no deep recursion", () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 10_000; i++) files[`/m${i}.ts`] = i < 9_999 ? `import "./m${i + 1}.ts";` : "";
    const { graph } = load(files);
    expect(graph.order.length).toBe(10_000);
    expect(graph.order.at(-1)).toBe("/m0.ts");
  });
});

describe("names", () => {
  const files = {
    "/main.ts": `
      import first, { a as b, ns } from "./lib.ts"; import * as all from "./lib.ts"; import { readFile } from "node:fs";
      export { b, all }; export { readFile as read } from "node:fs"; export * from "./more.ts"; export * from "./lib.ts";
      const inner = 1; { var hoisted = 2; } for (var [p, { q }] of []) {} function f() { var no; } class C {} enum E { X }
      declare const ambient: number; type T = 1; export default class {}`,
    "/lib.ts": `
      export const a = 1; export default function () {} export * as ns from "./more.ts"; export * from "ext";
      export { z as "odd name", w as default2 }; let z = 1; import w from "./data.json"; export const both = 1;`,
    "/more.ts":
      'export { a as twice } from "./lib.ts"; export const both = 2; export let m = 1; export { loop } from "./main.ts";',
    "/data.json": '{ "__proto__": 1, "x": [1, 2] }',
  };
  const { graph, codes } = load(files);

  test.each([
    ["b", local("/lib.ts", "a")],
    ["first", local("/lib.ts", "*default*")],
    ["ns", { kind: "namespace", file: "/more.ts" }],
    ["all", { kind: "namespace", file: "/lib.ts" }],
    ["readFile", { kind: "external", module: "node:fs", name: "readFile" }],
    ["inner", local("/main.ts", "inner")],
    ["hoisted", local("/main.ts", "hoisted")],
    ["p", local("/main.ts", "p")],
    ["q", local("/main.ts", "q")],
    ["f", local("/main.ts", "f")],
    ["C", local("/main.ts", "C")],
    ["E", local("/main.ts", "E")],
    ["no", null],
    ["ambient", null],
    ["T", null],
    ["Array", null],
  ])("binding %s", (name, expected) => expect(graph.resolveBinding("/main.ts", name)).toEqual(expected));

  test.each([
    ["b", local("/lib.ts", "a")],
    ["all", { kind: "namespace", file: "/lib.ts" }],
    ["read", { kind: "external", module: "node:fs", name: "readFile" }],
    ["twice", local("/lib.ts", "a")],
    ["m", local("/more.ts", "m")],
    ["odd name", local("/lib.ts", "z")],
    ["default", local("/main.ts", "*default*")],
    ["default2", local("/data.json", "*default*")],
    ["fromExt", { kind: "external", module: "ext", name: "fromExt" }],
  ])("export %s", (name, expected) => expect(graph.resolveExport("/main.ts", name)).toEqual(expected));

  test("that two stars disagree on, or that run in a circle, lead nowhere", () => {
    expect(graph.resolveExport("/main.ts", "both")).toBeNull();
    expect(graph.resolveExport("/more.ts", "loop")).toEqual({ kind: "external", module: "ext", name: "loop" });
    const { graph: circle } = load({ "/a.ts": 'export { x } from "./b.ts";', "/b.ts": 'export { x } from "./a.ts";' });
    expect(circle.resolveExport("/a.ts", "x")).toBeNull();
  });

  test("of the namespace are sorted and complete", () => {
    expect(graph.exportsOf("/main.ts")).toEqual([
      "a",
      "all",
      "b",
      "default",
      "default2",
      "loop",
      "m",
      "ns",
      "odd name",
      "read",
      "twice",
    ]);
    expect(codes).toEqual([]);
  });
});

describe("kinds of modules", () => {
  const cjs = (code: string, file = "/lib.cjs", more: Record<string, string> = {}): ModuleGraph =>
    load({ "/main.ts": `import d, { x } from "${file}";`, [file]: code, ...more }).graph;

  test("CommonJS is one function of exports, require, module", () => {
    const graph = cjs('const dep = require("./dep.cjs"); exports.x = dep; if (dep) return;', "/lib.cjs", {
      "/dep.cjs": "",
    });
    const module = graph.module("/lib.cjs");
    expect(module?.kind).toBe("cjs");
    expect(printCode(module!.ast)).toMatchInlineSnapshot(`
     "export default (function (exports, require, module, __filename, __dirname) {
       const dep = require("./dep.cjs");
       exports.x = dep;
       if (dep) return;
     });"
    `);
    expect(module?.ast.program.sourceType).toBe("script");
    expect(graph.order).toEqual(["/dep.cjs", "/lib.cjs", "/main.ts"]);
    expect(graph.resolveRequire("/lib.cjs", "./dep.cjs")).toBe("/dep.cjs");
    expect(graph.resolveBinding("/main.ts", "d")).toEqual(local("/lib.cjs", "*exports*"));
    expect(graph.resolveBinding("/main.ts", "x")).toEqual(local("/lib.cjs", "*exports*.x"));
  });

  test.each([
    ["module.exports = 1", "/p/l.js", {}, "cjs"],
    ["(function (root) { module.exports = root })(this)", "/p/l.js", { "/p/package.json": '{"type":"module"}' }, "cjs"],
    ["globalThis.a = 1", "/p/l.js", { "/p/package.json": '{"type":"module"}' }, "esm"],
    ["globalThis.a = 1", "/p/l.js", {}, "cjs"],
    ["export default 1", "/p/l.js", {}, "esm"],
    ["let a = 1", "/p/l.mjs", {}, "esm"],
    ["let a: number = 1", "/p/l.ts", {}, "esm"],
    ["let a: number = 1", "/p/l.cts", {}, "cjs"],
  ])("%s in %s is %s %s", (code, file, more, kind) => {
    expect(cjs(code, file, more as Record<string, string>).module(file)?.kind).toBe(kind);
  });

  test("a strict CommonJS module is strict", () => {
    const module = cjs('"use strict"; exports.x = 1;').module("/lib.cjs");
    expect(module?.ast.program.sourceType).toBe("module");
    expect(printCode(module!.ast)).toContain('"use strict";');
  });

  test("JSON is a default export, and __proto__ in it a name", () => {
    const { graph } = load({ "/main.ts": 'import d from "./d.json";', "/d.json": '{ "__proto__": [1], "a": null }' });
    expect(printCode(graph.module("/d.json")!.ast)).toMatchInlineSnapshot(`
     "export default {
       ["__proto__"]: [1],
       "a": null
     };"
    `);
    expect(graph.module("/d.json")?.kind).toBe("json");
  });
});

describe("what is wrong or outside", () => {
  test("a file that does not parse is reported, and external to the rest", () => {
    const { graph, codes } = load({ "/a.ts": 'import { x } from "./b.ts";', "/b.ts": "const = 1;" });
    expect(codes).toEqual([expect.stringMatching(/^SP1010 /)]);
    expect(graph.resolveBinding("/a.ts", "x")).toEqual({ kind: "external", module: "./b.ts", name: "x" });
    expect(graph.order).toEqual(["/a.ts"]);
  });

  test("bad JSON and a missing entry are reported", () => {
    expect(load({ "/a.ts": 'import "./b.json";', "/b.json": "{ a: 1 }" }).codes).toEqual([
      expect.stringMatching(/^SP1010 not JSON/),
    ]);
    const sink = new DiagnosticSink();
    loadModuleGraph(["/none.ts"], memoryHost({}), sink, { lower });
    expect(sink.all().map(({ code }) => code)).toEqual(["SP1011"]);
  });

  test("this package, listed externals and packages beyond the limit are not looked into", () => {
    const files = {
      "/a.ts": 'import { S } from "babel-plugin-specialize"; import "big/x.js"; import "p1"; import "p2";',
      "/node_modules/babel-plugin-specialize": "export const S = 1",
      "/node_modules/big/x.js": "export {}",
      "/node_modules/p1.js": "export {}",
      "/node_modules/p2.js": "export {}",
    };
    expect(load(files, { externals: ["big"], maxPackageFiles: 1 }).graph.order).toEqual([
      "/node_modules/p1.js",
      "/a.ts",
    ]);
  });

  test("modules are lowered on first use, once", () => {
    let count = 0;
    const { graph } = load(
      { "/a.ts": 'import "./b.ts";', "/b.ts": "" },
      { lower: (ast, file) => (count++, lower(ast, file)) },
    );
    expect(count).toBe(0);
    expect([graph.module("/a.ts")?.ir, graph.module("/a.ts")?.ir, count]).toEqual([
      expect.anything(),
      expect.anything(),
      1,
    ]);
  });
});
