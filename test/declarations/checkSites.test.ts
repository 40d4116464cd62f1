import { memoryHost } from "../../src/host/memoryHost.ts";
import { defaultOptions } from "../../src/pipeline/checkOptions.ts";
import { compileFile, type Stages } from "../../src/pipeline/compileFile.ts";
import { findSiteCalls } from "../../src/pipeline/checkSites.ts";
import { loadModuleGraph } from "../../src/modules/loadModuleGraph.ts";
import { DiagnosticSink } from "../../src/diagnostics/sink.ts";
import { lowerModule } from "../../src/lower/lowerModule.ts";
import { locationOf } from "../../src/syntax/location.ts";
import type { Diagnostic } from "../../src/diagnostics/types.ts";

const stages: Stages = {
  lower: lowerModule,
  specialize: () => ({
    sites: [],
    functions: [],
    references: new Map(),
    bailouts: [],
    relied: [],
    probes: [],
    quiet: new Set(),
  }),
  restructure: () => {
    throw new Error("nothing is restructured here");
  },
};

function check(site: string, more: Record<string, string> = {}): readonly Diagnostic[] {
  const code = `import { specialize, dynamic, type S, type D } from "babel-plugin-specialize";
import * as pe from "babel-plugin-specialize"; import * as lib from "./lib.ts";
function f(n: S<number>, x: D<number>, y: number, o?: S<number>, ...rest: number[]) {}
const g = (a: S<{ k: number }>, { b }: { b: number }) => {};
function bare(a, b) {}
export const r = ${site};`;
  const files = {
    "/a.ts": code,
    "/lib.ts": 'import type { S } from "babel-plugin-specialize"; export function inLib(n: S<number>) {}',
    ...more,
  };
  const host = memoryHost(files);
  const graph = loadModuleGraph(["/a.ts"], host, new DiagnosticSink(), { lower: lowerModule });
  const sites = findSiteCalls(graph, "/a.ts").flatMap((node) => locationOf(node, "/a.ts") ?? []);
  expect(sites).toHaveLength(1);
  const compiled = compileFile(
    { file: "/a.ts", code, sites, host, options: defaultOptions, declarationFiles: [] },
    stages,
  );
  return compiled.diagnostics;
}

const texts = (site: string): string[] => check(site).map(({ code, message }) => `${code} ${message}`);
const reached = /^SP2002 .* it is not reached when the module is evaluated$/;

test.each([
  ["specialize(f, { n: 3 })"],
  ["specialize(f, { n: 3, y: 2, o: 1, rest: [1] })"],
  ["specialize(f, { n: 3, x: dynamic() })"],
  ["specialize(f, [3])"],
  ["specialize(f, [3, dynamic(), 2, 1, 5, 6])"],
  ["specialize(f, { ...other })"],
  ["specialize(f, other)"],
  ["specialize(g, { a: { k: 1 } })"],
  ["specialize(bare, {})"],
  ["specialize(bare, { b: 1 } as const)"],
  ["pe.specialize(lib.inLib, { n: 1 })"],
  ["specialize((n: number) => n, { n: 1 })"],
  ["specialize(globalThis.f, { q: 1 })"],
  ["pe.context(f, setup, roots)"],
])("%s is right", (site) => expect(texts(site)).toEqual([expect.stringMatching(reached)]));

test.each([
  [
    "specialize(f, { x: dynamic() })",
    ["SP1001 `n` of `f` is declared S, but its value is not known at build time here"],
  ],
  [
    "specialize(f, { n: dynamic() })",
    ["SP1001 `n` of `f` is declared S, but its value is not known at build time here"],
  ],
  ["specialize(f, [])", ["SP1001 `n` of `f` is declared S, but its value is not known at build time here"]],
  ["specialize(f, { n: 3, x: 2 })", ["SP1002 `x` of `f` is declared D, but a value is supplied for it"]],
  ["specialize(f, [3, 2])", ["SP1002 `x` of `f` is declared D, but a value is supplied for it"]],
  ["specialize(f, { n: 3, yy: 2 })", ["SP1003 `f` has no parameter `yy`, did you mean `y`?"]],
  ["specialize(bare, [1, 2, 3])", ["SP1003 `bare` has no parameter `2`"]],
  [
    "specialize(g, { b: 1 })",
    [
      "SP1001 `a` of `g` is declared S, but its value is not known at build time here",
      "SP1003 `g` has no parameter `b`, did you mean `a`?",
    ],
  ],
  [
    "pe.specialize(lib.inLib, { m: 1 })",
    [
      "SP1001 `n` of `inLib` is declared S, but its value is not known at build time here",
      "SP1003 `inLib` has no parameter `m`, did you mean `n`?",
    ],
  ],
  ["specialize(3, { n: 1 })", ["SP1008 `3` is not a function"]],
  ["specialize(f)", ["SP1014 the static values of this site cannot be understood at build time: there are none"]],
  [
    "specialize(f, 3)",
    [
      "SP1014 the static values of this site cannot be understood at build time: they are neither an object nor an array",
    ],
  ],
  [
    "specialize(f, ...more)",
    ["SP1014 the static values of this site cannot be understood at build time: they are spread"],
  ],
] as [string, string[]][])("%s is reported", (site, expected) => expect(texts(site)).toEqual(expected));

test("a report shows the site and leads to the declaration", () => {
  const [diagnostic] = check("specialize(f, { n: 3, x: 2 })");
  expect(diagnostic?.loc).toMatchObject({ file: "/a.ts", line: 6, column: 39 });
  expect(diagnostic?.causes).toMatchObject([{ message: "x is declared D here", loc: { file: "/a.ts", line: 3 } }]);
});
