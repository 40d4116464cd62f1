/**
 * Nothing static, nothing changed. A file without a site is printed with the plugin as it is without it, and has the same
 * source map: every file of the product and of its fixtures. So is a file of which every site stays generic, and its calls
 * do what they did.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { transformSync } from "@babel/core";
import { runTrap } from "../engines/trapFile.ts";
import { v8 } from "../engines/v8.ts";
import plugin from "../../src/index.ts";
import type { SpecializeMetadata } from "../../src/index.ts";

const root = path.join(import.meta.dirname, "..", "..");

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|tsx|js|mjs|cjs)$/.test(name) && !name.includes(".tmp-"))
    .map((name) => path.join(folder, name))
    .sort();
}

interface Printed {
  readonly code: string;
  readonly map: string;
  readonly metadata: SpecializeMetadata | null;
}

function print(filename: string, text: string, withPlugin: boolean): Printed {
  const result = transformSync(text, {
    filename,
    cwd: path.dirname(filename),
    configFile: false,
    babelrc: false,
    compact: false,
    sourceMaps: true,
    sourceType: filename.endsWith(".cjs") ? "script" : "module",
    parserOpts: { plugins: /\.tsx?$/.test(filename) ? ["typescript", "decorators"] : ["decorators"] },
    plugins: (withPlugin ? [[plugin as never, { report: "silent" }]] : []) as never,
  });
  const { specialize: metadata = null } = (result?.metadata ?? {}) as { specialize?: SpecializeMetadata | null };
  return { code: result?.code ?? "", map: JSON.stringify(result?.map), metadata };
}

/** A site can only be a call of what the package exports. */
const mayHaveSite = (text: string): boolean => text.includes("babel-plugin-specialize");

test("files without a site: the same bytes, the same source map", () => {
  const changed: string[] = [];
  let seen = 0;
  for (const name of ["src", "fixtures"].flatMap(filesBelow)) {
    const file = path.join(root, name);
    const text = readFileSync(file, "utf8");
    if (mayHaveSite(text)) continue;
    let plain: Printed;
    try {
      plain = print(file, text, false);
    } catch {
      // hostile input that nobody can parse
      continue;
    }
    const done = print(file, text, true);
    if (done.code !== plain.code || done.map !== plain.map) changed.push(name);
    seen++;
  }
  expect(changed).toEqual([]);
  expect(seen).toBeGreaterThan(300);
}, 240_000);

/** One site each, which stays generic for another reason. */
const generic: Readonly<Record<string, string>> = {
  "a generator": `function* f(n, x) { for (let i = 0; i < n; i++) yield x + i; }
export const g = specialize(f, { n: 3 });
export const call = () => [...g(4)];`,
  "an async function": `async function f(n, x) { return n + x; }
export const g = specialize(f, { n: 3 });
export const call = () => g(4) instanceof Promise;`,
  "a static value that is not known": `function f(n, x) { return n * x; }
export const g = specialize(f, { n: globalThis.unheardOf ?? 5 });
export const call = () => g(4);`,
  "a function that is not known": `const f = globalThis.unheardOf ?? ((n, x) => n - x);
export const g = specialize(f, [3]);
export const call = () => g(4);`,
  "a class that is needed at run time": `function f(n, x) { class C { v() { return n + x; } } return x > 9 ? C : new C().v(); }
export const g = specialize(f, { n: 1 });
export const call = () => g(4);`,
  "arguments that tell how many there are": `function f(a, b, c, d) { a = b; return [...arguments, d]; }
export const g = specialize(f, { b: "b" });
export const call = () => g(1, 2, 3);`,
  "a direct eval": `function f(n, x) { return eval("n + x"); }
export const g = specialize(f, { n: 1 });
export const call = () => g(4);`,
};

test.each(Object.keys(generic))("a site that stays generic: %s", async (name) => {
  const text = `import { specialize } from "babel-plugin-specialize";\n${generic[name] ?? ""}\n`;
  const file = path.join(root, "fixtures", "unchanged.js");
  expect(existsSync(file)).toBe(false);
  const plain = print(file, text, false);
  const done = print(file, text, true);
  const sites = done.metadata?.sites ?? [];
  expect(sites.map(({ replaced }) => replaced)).toEqual([false]);
  expect(done.code).toBe(plain.code);
  expect(done.map).toBe(plain.map);
  expect(done.metadata?.diagnostics).not.toEqual([]);
  const run = (code: string): Promise<string[]> => runTrap(v8, { "main.js": code }, "main.js", ["m.call()"]);
  expect(await run(done.code)).toEqual(await run(text));
});
