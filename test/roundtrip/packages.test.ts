/** Whole packages, rewritten and used: parsers parse as before, a minifier minifies as before. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { rewrite } from "./roundTrip.ts";

const require = createRequire(import.meta.url);

interface Loaded {
  readonly original: any;
  readonly rewritten: any;
  readonly replaced: number;
}

function load(file: string): Loaded {
  const path = `node_modules/${file}`;
  const made = rewrite(readFileSync(path, "utf8"), path);
  const module = { exports: {} };
  new Function("module", "exports", "require", made.code)(
    module,
    module.exports,
    createRequire(require.resolve(`../../${path}`)),
  );
  return { original: require(`../../${path}`), rewritten: module.exports, replaced: made.replaced.length };
}

const plain = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? `${v}n` : v));

function outcome(run: () => unknown): string {
  try {
    return plain(run());
  } catch (error) {
    return `throws ${(error as Error).message}`;
  }
}

const programs = ["commander/lib/command.js", "acorn/dist/acorn.js", "esquery/dist/esquery.min.js"].map((f) =>
  readFileSync(`node_modules/${f}`, "utf8"),
);
const wrong = ["let x = ;", "for(", "a => { b", "`${", "/(/", "class { }", "x = {a, b", "({a:1,a:2})", "\\u{110000}"];

test("acorn parses what it parsed, and complains as it did", () => {
  const { original, rewritten, replaced } = load("acorn/dist/acorn.js");
  expect(replaced).toBeGreaterThan(0);
  for (const code of [...programs, ...wrong]) {
    const options = { ecmaVersion: 2024, locations: true };
    expect(outcome(() => rewritten.parse(code, options)) === outcome(() => original.parse(code, options))).toBe(true);
  }
});

test("the parser of Babel parses what it parsed, and complains as it did", () => {
  const { original, rewritten, replaced } = load("@babel/parser/lib/index.js");
  expect(replaced).toBeGreaterThan(500);
  const typescript = ["src/ir/types.ts", "src/restructure/structureGraph.ts", "src/lower/classes.ts"].map((f) =>
    readFileSync(f, "utf8"),
  );
  for (const code of [...programs, ...wrong, ...typescript]) {
    const options = { sourceType: "unambiguous", errorRecovery: true, plugins: ["typescript"] };
    expect(outcome(() => rewritten.parse(code, options)) === outcome(() => original.parse(code, options))).toBe(true);
  }
});

test("terser minifies as it did", async () => {
  const { original, rewritten } = load("terser/dist/bundle.min.js");
  const [code] = programs;
  expect((await rewritten.minify(code)).code).toBe((await original.minify(code)).code);
});
