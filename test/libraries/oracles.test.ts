/**
 * Collections of cases that others have made, as oracles: every rule (or schema) is specialized, and its residual gives what
 * the library itself gives for each input, case by case. That the library agrees with the collection is not asked.
 *
 * The collections are read from the folder that the environment variable ORACLES names, where they are
 * (`json-logic/compatible.json`, of jsonlogic.com); without it a small sample of our own is taken.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { transformSync } from "@babel/core";
import plugin from "../../src/index.ts";
import type { SpecializeMetadata } from "../../src/index.ts";

const run = promisify(execFile);
const here = import.meta.dirname;
const work = path.join(here, `oracles.tmp-${process.pid}`);
beforeAll(() => mkdirSync(work, { recursive: true }));
afterAll(() => rmSync(work, { recursive: true }));

function read(file: string): unknown {
  const given = path.join(process.env["ORACLES"] ?? here, file);
  return JSON.parse(readFileSync(existsSync(given) ? given : path.join(here, "oracles", path.basename(file)), "utf8"));
}

/** What is static, as the text of an expression, and the inputs that it is tried on. */
interface Subject {
  readonly site: string;
  readonly inputs: readonly unknown[];
}

/** How many are specialized in one module. */
const TOGETHER = 40;

/** The inputs on which a residual differs, and the sites that have none. */
async function compare(header: string, subjects: readonly Subject[]): Promise<{ wrong: string[]; stays: string[] }> {
  const wrong: string[] = [];
  const stays: string[] = [];
  for (let from = 0; from < subjects.length; from += TOGETHER) {
    const some = subjects.slice(from, from + TOGETHER);
    const code = `${header}\n${some.map(({ site }, n) => `export const s${n} = ${site};`).join("\n")}\n`;
    const [generic, residual] = [path.join(work, `${from}.mjs`), path.join(work, `${from}.residual.mjs`)];
    writeFileSync(generic, code);
    const result = transformSync(code, {
      filename: generic,
      cwd: work,
      configFile: false,
      babelrc: false,
      plugins: [[plugin as never, { report: "silent" }]] as never,
    });
    writeFileSync(residual, result?.code ?? "");
    const { specialize } = (result?.metadata ?? {}) as { specialize?: SpecializeMetadata };
    const reasons = specialize?.diagnostics.map(({ message }) => message) ?? [];
    some.forEach(({ site }, n) => {
      if (specialize?.sites[n]?.replaced !== true) stays.push(`${site}: ${reasons.join("; ")}`);
    });
    const calls = some.flatMap(({ inputs }, n) => inputs.map((input) => `m.s${n}(${JSON.stringify(input) ?? ""})`));
    const [expected, given] = await Promise.all([results(generic, calls), results(residual, calls)]);
    expected.forEach((text, n) => {
      if (text !== given[n]) wrong.push(`${given[n] ?? ""} in place of ${text}`);
    });
  }
  return { wrong, stays };
}

async function results(file: string, calls: readonly string[]): Promise<string[]> {
  const script = path.join(here, "runProgram.mjs");
  const { stdout } = await run(process.execPath, [script, file, JSON.stringify(calls)], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as string[];
}

test("json-logic-js: rules", async () => {
  type Case = { readonly rule: unknown; readonly data?: unknown };
  const cases = (read("json-logic/compatible.json") as (Case | string)[]).filter((one) => typeof one !== "string");
  const inputs = new Map<string, unknown[]>();
  for (const { rule, data } of cases) {
    const text = JSON.stringify(rule);
    inputs.set(text, [...(inputs.get(text) ?? []), data]);
  }
  const subjects = [...inputs].map(([rule, all]) => ({
    site: `specialize(jsonLogic.apply, [${rule}, dynamic()])`,
    inputs: [...all, undefined, null, { a: [1, { b: "x" }] }],
  }));
  const header = `import { specialize, dynamic } from "babel-plugin-specialize";\nimport jsonLogic from "json-logic-js";`;
  const { wrong, stays } = await compare(header, subjects);
  expect(wrong).toEqual([]);
  expect(stays).toEqual([]);
}, 300_000);
