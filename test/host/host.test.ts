import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findFiles } from "../../src/host/findFiles.ts";
import { memoryHost } from "../../src/host/memoryHost.ts";
import { nodeHost } from "../../src/host/nodeHost.ts";
import { overlayHost } from "../../src/host/overlayHost.ts";

let folder = "";
beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "host-")));
  const files = {
    "src/a.ts": "a",
    "src/b.spec.ts": "",
    "src/deep/c.spec.ts": "",
    "src/deep/index.ts": "",
    "src/data.json": "{}",
    "tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }',
    "node_modules/pkg/package.json": '{ "exports": { "source": "./s.js", "import": "./i.js", "require": "./r.cjs" } }',
    "node_modules/pkg/s.js": "",
    "node_modules/pkg/i.js": "",
    "node_modules/pkg/r.cjs": "",
    "node_modules/fs/index.js": "",
    "node_modules/pkg/d.spec.ts": "",
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);

test.each([
  ["./a.ts", "src/a.ts"],
  ["./a.js", "src/a.ts"],
  ["./a", "src/a.ts"],
  ["./deep", "src/deep/index.ts"],
  ["./data.json", "src/data.json"],
  ["@/a.ts", "src/a.ts"],
  ["pkg", "node_modules/pkg/i.js"],
  ["node:fs", null],
  ["fs", null],
  ["fs/promises", null],
  ["./none.ts", null],
  ["nobody", null],
])("Node: %s is %s", (specifier, expected) => {
  const found = nodeHost().resolve(specifier, at("src/main.ts"));
  expect(found).toBe(expected === null ? null : at(expected));
});

test("Node: conditions, and `require` from a CommonJS file", () => {
  expect(nodeHost({ conditions: ["source"] }).resolve("pkg", at("src/main.ts"))).toBe(at("node_modules/pkg/s.js"));
  expect(nodeHost().resolve("pkg", at("src/main.cjs"))).toBe(at("node_modules/pkg/r.cjs"));
  expect(nodeHost().resolve("pkg", at("src/main.ts"), "require")).toBe(at("node_modules/pkg/r.cjs"));
});

test("Node: texts, null for what is none", () => {
  const host = nodeHost();
  expect([host.readFile(at("src/a.ts")), host.readFile(at("none")), host.readFile(folder)]).toEqual(["a", null, null]);
  const over = overlayHost(host, new Map([[at("src/a.ts"), "other"]]));
  expect([over.readFile(at("src/a.ts")), over.readFile(at("src/data.json"))]).toEqual(["other", "{}"]);
});

test("memory: with and without extension, up and down", () => {
  const host = memoryHost({ "/x/a.ts": "", "/x/y/index.ts": "", "/node_modules/p.js": "" });
  expect(["./a", "./a.js", "./y", "./y/../a.ts", "p", "./b"].map((one) => host.resolve(one, "/x/main.ts"))).toEqual([
    "/x/a.ts",
    "/x/a.ts",
    "/x/y/index.ts",
    "/x/a.ts",
    "/node_modules/p.js",
    null,
  ]);
});

test("patterns find files, sorted, and enter no packages", () => {
  const names = (patterns: string[]): string[] =>
    findFiles(patterns, folder).map((file) => path.relative(folder, file));
  expect(names(["**/*.spec.ts"])).toEqual(["src/b.spec.ts", "src/deep/c.spec.ts"]);
  expect(names(["src/*.{spec.ts,json}"])).toEqual(["src/b.spec.ts", "src/data.json"]);
  expect(names(["src/?.ts"])).toEqual(["src/a.ts"]);
  expect(names(["src/a.ts", "none/**", "src/a.ts"])).toEqual(["src/a.ts"]);
});
