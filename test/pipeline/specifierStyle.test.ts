/** How a residual's new imports are written. */
import { DiagnosticSink } from "../../src/diagnostics/sink.ts";
import { memoryHost } from "../../src/host/memoryHost.ts";
import type { IrModule } from "../../src/ir/types.ts";
import { loadModuleGraph } from "../../src/modules/loadModuleGraph.ts";
import type { Host } from "../../src/modules/types.ts";
import { specifierStyle } from "../../src/pipeline/specifierStyle.ts";

const lower = (_ast: unknown, file: string): IrModule => ({ file, functions: [], bindings: new Map() });
const packages: Readonly<Record<string, string>> = {
  one: "/node_modules/one/dist/index.mjs",
  "@of/two": "/node_modules/@of/two/main.js",
  "one/lib/part.js": "/node_modules/one/lib/part.js",
  three: "/elsewhere/node_modules/three/index.js",
};

function written(code: string, to: string): string {
  const memory = memoryHost({ "/src/a.ts": code, "/src/b.ts": "export {};", "/src/in/index.ts": "export {};" });
  const host: Host = { ...memory, resolve: (name, from, by) => packages[name] ?? memory.resolve(name, from, by) };
  const graph = loadModuleGraph(["/src/a.ts"], host, new DiagnosticSink(), { lower });
  return specifierStyle(graph, host, "/src/a.ts")("/src/a.ts", to);
}

test.each([
  ['import "./b.ts";', "/src/in/c.ts", "./in/c.ts"],
  ['import "./b";', "/src/in/index.ts", "./in"],
  ["", "/lib/c.ts", "../lib/c.ts"],
  ["", "/node_modules/one/dist/index.mjs", "one"],
  ["", "/node_modules/one/lib/part.js", "one/lib/part.js"],
  ["", "/node_modules/@of/two/main.js", "@of/two"],
])("%s: %s is %s", (code, to, specifier) => {
  expect(written(code, to)).toBe(specifier);
});

test("a file that the package's name does not lead to is written by its path", () => {
  expect(written("", "/node_modules/one/dist/hidden.mjs")).toBe("../node_modules/one/dist/hidden.mjs");
  expect(written("", "/node_modules/three/index.js")).toBe("../node_modules/three/index.js");
});
