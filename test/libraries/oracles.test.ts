/**
 * Collections of cases that others have made, as oracles: every rule (or schema) is specialized, and its residual gives what
 * the library itself gives for each input, case by case. That the library agrees with the collection is not asked.
 *
 * The collections are read from the folder that the environment variable ORACLES names, where they are
 * (`json-logic/compatible.json`, of jsonlogic.com; `json-schema-test-suite/draft7`, of json-schema.org); without it a small sample
 * of our own is taken.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { transformSync } from "@babel/core";
import { dereference, type Schema } from "@cfworker/json-schema";
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
  /** statements that the site needs in front of it */
  readonly before?: string;
  readonly inputs: readonly unknown[];
}

/** The inputs on which a residual differs, and the sites that have none; so many are specialized in one module. */
async function compare(
  header: string,
  subjects: readonly Subject[],
  together = 40,
): Promise<{ wrong: string[]; stays: string[] }> {
  const wrong: string[] = [];
  const stays: string[] = [];
  for (let from = 0; from < subjects.length; from += together) {
    const some = subjects.slice(from, from + together);
    const code = `${header}\n${some.map(({ site, before = "" }, n) => `${before}\nexport const s${n} = ${site};`).join("\n")}\n`;
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

/** What the library has put into a schema and its parts is not enumerable. */
const HIDDEN = ["__absolute_uri__", "__absolute_ref__"];

/** As JSON, but that a key `__proto__` is one. */
function literal(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  const key = (name: string): string => (name === "__proto__" ? `["${name}"]` : JSON.stringify(name));
  return `{ ${Object.entries(value)
    .map(([name, part]) => `${key(name)}: ${literal(part)}`)
    .join(", ")} }`;
}

/** The schema with what `dereference` makes of it, which asks for URL: that is done before. */
function ofSchema(given: unknown): Omit<Subject, "inputs"> {
  const schema = structuredClone(given) as Schema;
  const lookup = dereference(schema);
  const paths = new Map<unknown, string>();
  const visit = (value: unknown, at: string): void => {
    if (typeof value !== "object" || value === null) return;
    paths.set(value, at);
    for (const [name, part] of Object.entries(value)) visit(part, `${at}[${JSON.stringify(name)}]`);
  };
  visit(schema, "schema");
  const lines = [`const schema = ${literal(schema)};`];
  for (const [value, at] of paths)
    for (const name of HIDDEN) {
      const found = Object.getOwnPropertyDescriptor(value, name);
      if (found !== undefined && !found.enumerable)
        lines.push(
          `Object.defineProperty(${at}, "${name}", { enumerable: false, value: ${JSON.stringify(found.value)} });`,
        );
    }
  const entries = Object.entries(lookup).map(
    ([uri, part]) => `${JSON.stringify(uri)}: ${paths.get(part) ?? literal(part)}`,
  );
  lines.push(`const lookup = { __proto__: null, ${entries.join(", ")} };`);
  return { before: lines.join("\n"), site: "specialize(check, { schema, lookup })" };
}

test("@cfworker/json-schema: schemas of draft 7", async () => {
  type Group = { readonly schema: unknown; readonly tests: readonly { readonly data: unknown }[] };
  const given = path.join(process.env["ORACLES"] ?? here, "json-schema-test-suite", "draft7");
  const folder = existsSync(given) ? given : path.join(here, "oracles", "draft7");
  const groups = readdirSync(folder).flatMap(
    (name) => JSON.parse(readFileSync(path.join(folder, name), "utf8")) as Group[],
  );
  const others = [
    null,
    5,
    1.5,
    "x",
    "",
    true,
    [],
    [1, "a", null],
    {},
    { foo: 1, bar: "x" },
    { foo: [], bar: {} },
    [[1]],
  ];
  const subjects = groups.map(({ schema, tests }) => ({
    ...ofSchema(schema),
    inputs: [...tests.map(({ data }) => data), ...others],
  }));
  const header = `import { specialize } from "babel-plugin-specialize";
import { validate } from "@cfworker/json-schema";
const check = (schema, lookup, instance) => validate(instance, schema, "7", lookup);`;
  const { wrong, stays } = await compare(header, subjects, 1);
  expect(wrong).toEqual([]);
  expect(stays).toEqual([]);
}, 1_800_000);
