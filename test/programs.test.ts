/**
 * The programs of the literature in fixtures/programs: each is specialized; the residual's text is that of residual.js,
 * and generic, residual and hand-made code do the same on every input: values, exceptions, writes to the arguments. A
 * missing residual.js is written, except in CI; UPDATE=1 writes all of them anew.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { transformSync } from "@babel/core";
import { parse } from "@babel/parser";
import * as t from "@babel/types";
import { minify } from "terser";
import type { Program } from "../fixtures/programs/program.ts";
import plugin from "../src/index.ts";
import type { SpecializeMetadata } from "../src/index.ts";
import { show, showThrown } from "./random/observe.ts";

type Version = (...args: never[]) => unknown;

const root = path.join(import.meta.dirname, "..", "fixtures", "programs");
const names = readdirSync(root, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));

/** Where the residual is not yet what an expert writes, and why. */
const knownGaps: Readonly<Record<string, { readonly size?: string; readonly constructs?: string }>> = {
  "parser-combinators": { size: "the alternatives of a parser that is tried again are not shared" },
};

describe.each(names)("%s", (name) => {
  const folder = path.join(root, name);
  const { code, metadata, milliseconds } = specialized(path.join(folder, "site.ts"));

  test("has the residual that was read, soon, and nothing to say about it", () => {
    matchFile(path.join(folder, "residual.js"), `${code}\n`);
    expect(metadata.sites.every((site) => site.replaced)).toBe(true);
    expect(metadata.diagnostics.filter((one) => one.code !== "SP2005").map((one) => one.message)).toEqual([]);
    // a bound against hanging: the machine has other things to do, and npm run bench prints the time it takes alone
    expect(milliseconds).toBeLessThan(60_000);
  });

  test("generic, residual and hand-made code do the same", async () => {
    const { generic, inputs } = await programOf(folder);
    const run = (version: Version): string[] => inputs().map((args) => outcome(version, args as never[]));
    const expected = run(generic);
    expect(run(await compiledIn(folder, "residual.js"))).toEqual(expected);
    expect(run(await compiledIn(folder, "hand.ts"))).toEqual(expected);
  });

  test("it does the same looking whether assumptions hold", async () => {
    const { generic, inputs } = await programOf(folder);
    const run = (version: Version): string[] => inputs().map((args) => outcome(version, args as never[]));
    const checked = specialized(path.join(folder, "site.ts"), { checkAssumptions: true }).code;
    expect(run(await compiledAs(folder, checked))).toEqual(run(generic));
  });

  test("the residual has no closure, try or allocation where the hand-made code has none, and is not much longer", async () => {
    const hand = withoutTypes(path.join(folder, "hand.ts"));
    const more = [...constructs(code)].filter((kind) => !constructs(hand).has(kind));
    const ratio = (await minified(code)) / (await minified(hand));
    const gaps = knownGaps[name] ?? {};
    if (gaps.constructs === undefined) expect(more).toEqual([]);
    else expect(more).not.toEqual([]);
    if (gaps.size === undefined) expect(ratio).toBeLessThanOrEqual(1.5);
    else expect(ratio).toBeGreaterThan(1.5);
  });
});

test("lisp: what is made for it counts, the functions that calls share included", () => {
  const { metadata } = specialized(path.join(root, "lisp", "site.ts"));
  expect(metadata.sites.map(({ stats }) => (stats?.["versions"] ?? 0) > 1)).toEqual([true]);
});

test.each(["residual.js", "hand.ts"])(
  "matcher: %s reads no character of the text twice, and none backwards",
  async (file) => {
    const folder = path.join(root, "matcher");
    const compiled = await compiledIn(folder, file);
    const { inputs, generic } = await programOf(folder);
    for (const [text] of inputs()) {
      const read: number[] = [];
      const watched = new Proxy(Object(text) as object, {
        get: (string, key) => {
          if (key !== "length") read.push(Number(key));
          return Reflect.get(string, key) as unknown;
        },
      });
      expect(compiled(watched as never)).toBe(generic(text as never));
      expect(read).toEqual(read.map((_, at) => at));
    }
  },
);

function specialized(
  filename: string,
  options: object = {},
): { code: string; metadata: SpecializeMetadata; milliseconds: number } {
  const started = performance.now();
  const result = transformSync(readFileSync(filename, "utf8"), {
    filename,
    cwd: path.dirname(filename),
    configFile: false,
    babelrc: false,
    comments: false,
    plugins: [[plugin as never, { report: "silent", ...options }]],
    presets: [["@babel/preset-typescript", { onlyRemoveTypeImports: true }]],
  });
  const { specialize: metadata } = result?.metadata as unknown as { specialize: SpecializeMetadata };
  return { code: result?.code ?? "", metadata, milliseconds: performance.now() - started };
}

function withoutTypes(filename: string): string {
  const result = transformSync(readFileSync(filename, "utf8"), {
    filename,
    configFile: false,
    babelrc: false,
    presets: [["@babel/preset-typescript", { onlyRemoveTypeImports: true }]],
  });
  return result?.code ?? "";
}

function matchFile(file: string, text: string): void {
  const write = process.env["UPDATE"] === "1" || (!existsSync(file) && process.env["CI"] === undefined);
  if (write) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
}

async function programOf(folder: string): Promise<Program> {
  const { program } = (await import(path.join(folder, "program.ts"))) as { program: Program };
  return program;
}

async function compiledIn(folder: string, file: string): Promise<Version> {
  const { compiled } = (await import(path.join(folder, file))) as { compiled: Version };
  return compiled;
}

/** A text that stands in no file, with the modules of the folder. */
async function compiledAs(folder: string, text: string): Promise<Version> {
  const written = mkdtempSync(path.join(realpathSync(tmpdir()), "checked-"));
  try {
    writeFileSync(
      path.join(written, "checked.mjs"),
      text.replace(/(?<= from ")\.[^"]+/g, (from) => path.join(folder, from)),
    );
    return await compiledIn(written, "checked.mjs");
  } finally {
    rmSync(written, { recursive: true });
  }
}

/** what a call gives or throws, and what it leaves of its arguments */
function outcome(version: Version, args: never[]): string {
  try {
    const result = version(...args);
    return show([result, args]);
  } catch (error) {
    return `${showThrown(error)} ${show(args)}`;
  }
}

/** What costs at run time where the source has none: closures, exceptions caught, objects made. */
function constructs(code: string): Set<string> {
  const found = new Set<string>();
  const visit = (node: t.Node, inFunction: boolean): void => {
    if (t.isFunction(node) && inFunction) found.add("closure");
    if (inFunction && /^(TryStatement|NewExpression|ObjectExpression|ArrayExpression|SpreadElement)$/.test(node.type))
      found.add(node.type);
    for (const key of t.VISITOR_KEYS[node.type] ?? []) {
      const children = [node[key as keyof t.Node]].flat() as unknown as (t.Node | null)[];
      for (const child of children) if (child != null) visit(child, inFunction || t.isFunction(node));
    }
  };
  visit(parse(code, { sourceType: "module" }).program, false);
  return found;
}

async function minified(code: string): Promise<number> {
  const text = code.replace(/^import "[^"]*";\n/gm, "");
  const { code: small = "" } = await minify(text, { module: true, compress: { passes: 2 }, ecma: 2020 });
  return Buffer.byteLength(small);
}
