/** What `npm run bench:stack` measures does what it says: each level moves packets, and the HTTP server serves its pages. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
// @ts-expect-error -- a script, without types
import { compileTree as compile } from "../../scripts/compileTree.mjs";
// @ts-expect-error -- a script, without types
import { flameGraph as draw } from "../../scripts/stack/flameGraph.mjs";
// @ts-expect-error -- a script, without types
import * as profiles from "../../scripts/stack/profile.mjs";

const root = path.join(import.meta.dirname, "../..");
const compileTree = compile as (from: string, to: string) => void;

interface Tree {
  readonly total: number;
  readonly children: readonly Tree[];
}
interface Row {
  readonly name: string;
  readonly layer: string;
  readonly self: number;
  readonly total: number;
}
const flameGraph = draw as (tree: Tree, options: { title: string }) => string;
const { readTree, functionsOf, layersOf } = profiles as {
  readTree: (profile: unknown, out: string) => Tree;
  functionsOf: (tree: Tree) => Row[];
  layersOf: (rows: Row[]) => { layer: string; self: number }[];
};

let out: string;
beforeAll(() => {
  // Inside of the package: what is compiled imports what it needs by name.
  out = mkdtempSync(path.join(root, ".bench-stack-"));
  compileTree(path.join(root, "fixtures/tcpip"), out);
});
afterAll(() => rmSync(out, { recursive: true }));

function run(script: string, ...args: string[]): unknown {
  const flags = ["--expose-gc", path.join(root, "scripts/stack", script), out, ...args];
  return JSON.parse(execFileSync(process.execPath, flags, { encoding: "utf8" }));
}

it.each([
  { level: "A", size: 64, sum: "sw", sockets: 8 },
  { level: "A'", factor: 4, sum: "sw" },
  { level: "B", transport: "tcp", size: 16_384, sum: "hw" },
  { level: "B", transport: "udp", size: 64, sum: "hw" },
])("level %p moves packets", (one) => {
  const { times, heap } = run("measure.mjs", JSON.stringify(one), "2", "1") as { times: number[]; heap: number };
  expect(times).toHaveLength(2);
  expect(times.every((time) => time >= 0)).toBe(true);
  expect(heap).toBeLessThan(20_000);
});

it.each(["kept", "short"])("the HTTP server serves, and its profile is of the stack (connections are %s)", (kind) => {
  const file = path.join(out, "http.cpuprofile");
  const load = run("httpLoad.mjs", "20", "400", kind, file);
  expect(load).toMatchObject({ requests: 400 });
  const tree = readTree(JSON.parse(readFileSync(file, "utf8")), out);
  const rows = functionsOf(tree);
  const shares = new Map(layersOf(rows).map(({ layer, self }) => [layer, self / tree.total]));
  expect(shares.get("transport")).toBeGreaterThan(0.05);
  expect([...shares.values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 1);
  expect(rows.every(({ self, total }) => self <= total + 1)).toBe(true);
  const svg = flameGraph(tree, { title: "test" });
  expect(svg).toMatch(/^<svg[^>]* xmlns=/);
  expect(svg).toContain("tcpRcv");
});
