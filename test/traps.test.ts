/**
 * fixtures/traps: programs around the corners of the language. Each file says in its first comment what it is about, and
 * below that, line by line, expressions over its exports `m`. They give the same, log the same, throw the same with the
 * plugin and without it, taken to a graph and back, and specialized once more; in V8 and in another engine.
 */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { quickJs } from "./engines/quickJs.ts";
import { v8 } from "./engines/v8.ts";
import type { Engine } from "./engines/engine.ts";
import { observer } from "./random/observe.ts";
import { transformMain } from "./random/transformMain.ts";

const folder = path.join(import.meta.dirname, "..", "fixtures", "traps");
const names = readdirSync(folder).filter((name) => name.endsWith(".js"));
const library = Object.fromEntries(
  readdirSync(path.join(folder, "lib")).map((name) => [
    `lib/${name}`,
    readFileSync(path.join(folder, "lib", name), "utf8"),
  ]),
);
const counts = { sites: 0, replaced: 0 };

describe.each(names)("%s", (name) => {
  const file = path.join(folder, name);
  const text = readFileSync(file, "utf8");
  const [about = "", ...lines] = (/^\/\*\n([^]*?)\*\//.exec(text)?.[1] ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const onlyHere = lines[0]?.startsWith("only in V8") === true;
  const calls = onlyHere ? lines.slice(1) : lines;
  const residual = transformMain(file, text, "specialize", { limits: {} });
  const sites = residual.metadata?.sites ?? [];
  counts.sites += sites.length;
  counts.replaced += sites.filter(({ replaced }) => replaced).length;

  test.each(onlyHere ? [v8] : [v8, quickJs])(`${about} ($name)`, async (engine) => {
    expect(calls.length).toBeGreaterThan(0);
    expect((residual.metadata?.diagnostics ?? []).map((one) => one.code)).not.toContain("SP9001");
    const expected = await runIn(engine, name, text, calls);
    expect(await runIn(engine, name, residual.code, calls)).toEqual(expected);
  });

  test("to a graph and back", async () => {
    const expected = await runIn(v8, name, text, calls);
    expect(await runIn(v8, name, transformMain(file, text, "roundTrip").code, calls)).toEqual(expected);
    if (!onlyHere)
      expect(await runIn(v8, name, transformMain(file, residual.code, "roundTrip").code, calls)).toEqual(expected);
  });
});

test("most sites have a residual: the traps are walked into", () => {
  expect(counts.replaced / counts.sites).toBeGreaterThan(0.7);
});

const SURROUNDINGS = (engine: Engine): string => `
globalThis.trap = (${String(observer)})(${engine.sameMessages});
globalThis.logged = [];
globalThis.host = (...args) => logged.push(args.map((one) => trap.show(one)).join());
globalThis.watch = (target) => new Proxy(target, Object.fromEntries(["get", "set", "has", "deleteProperty", "ownKeys", "getOwnPropertyDescriptor", "defineProperty"].map((name) =>
  [name, (...args) => (logged.push(name + " " + args.slice(1, name === "set" ? 3 : 2).map(String).join(" ")), Reflect[name](...args.slice(0, name === "get" ? 2 : name === "set" ? 3 : args.length)))])));
globalThis.outcome = (act) => {
  logged.length = 0;
  let text;
  try { text = trap.show(act()); } catch (error) { text = trap.showThrown(error); }
  return text + " | " + logged.join("; ");
};`;

async function runIn(engine: Engine, name: string, text: string, calls: readonly string[]): Promise<string[]> {
  const files = { ...library, [name]: text };
  const loaded = await engine.load({ files, main: name, setup: SURROUNDINGS(engine) });
  try {
    expect(loaded.loading).toBe("done");
    return calls.map((call) => `${call}: ${loaded.evaluate(`outcome(() => ${call})`) ?? "did not end"}`);
  } finally {
    loaded.dispose();
  }
}
