/**
 * fixtures/traps: programs around the corners of the language. Each file says in its first comment what it is about, and
 * below that, line by line, expressions over its exports `m`. They give the same, log the same, throw the same with the
 * plugin and without it, taken to a graph and back, and the residual taken to a graph and back; in V8 and in another engine.
 * So do residuals that look whether assumptions hold. Sites without the others: traps/alone.test.ts.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { quickJs } from "./engines/quickJs.ts";
import { readTrap, runTrap, trapFolder } from "./engines/trapFile.ts";
import { v8 } from "./engines/v8.ts";
import { transformMain } from "./random/transformMain.ts";

const { folder, names, library } = trapFolder();

describe.each(names)("%s", (name) => {
  const file = path.join(folder, name);
  const text = readFileSync(file, "utf8");
  const trap = readTrap(text);
  const { about, calls, onlyInV8, staysGeneric, callsEarly } = trap;
  const residual = transformMain(file, text, "specialize", { limits: {} });
  const sites = residual.metadata?.sites ?? [];
  const filesWith = (code: string): Record<string, string> => ({ ...library, [name]: code });

  test.each(onlyInV8 ? [v8] : [v8, quickJs])(`${about} ($name)`, async (engine) => {
    expect(calls.length).toBeGreaterThan(0);
    expect((residual.metadata?.diagnostics ?? []).map((one) => one.code)).not.toContain("SP9001");
    const expected = await runTrap(engine, filesWith(text), name, calls);
    expect(expected).toHaveLength(calls.length);
    expect(await runTrap(engine, filesWith(residual.code), name, calls)).toEqual(expected);
  });

  test("its sites have residuals: the traps are walked into", () => {
    const replaced = sites.filter((site) => site.replaced).length;
    expect(replaced > sites.length / 2).toBe(!staysGeneric);
  });

  test("looking whether assumptions hold", async () => {
    const { code } = transformMain(file, text, "specialize", { limits: {}, checkAssumptions: true });
    const expected = callsEarly
      ? ["loading: throws AssumptionViolated"]
      : await runTrap(v8, filesWith(text), name, calls);
    expect(await runTrap(v8, filesWith(code), name, calls)).toEqual(expected);
  });

  test("to a graph and back", async () => {
    const expected = await runTrap(v8, filesWith(text), name, calls);
    for (const code of onlyInV8 ? [text] : [text, residual.code])
      expect(await runTrap(v8, filesWith(transformMain(file, code, "roundTrip").code), name, calls)).toEqual(expected);
  });
});
