/**
 * Folders of fixtures/cases: the residual's text is that of expected.js, and it does what the program does without the
 * plugin. A missing expected.js is written, except in CI; UPDATE=1 writes all of them anew.
 *
 * case.json: `description`; `calls`, expressions over the exports `m` of input.ts that both versions evaluate; `codes`
 * of the diagnostics that the case must give (none when left out); `lacks`, patterns that the residual may not contain;
 * `options` of the plugin; `fails`: the build is refused, with the message in expected.txt;
 * `known`, when the versions still differ or the residual is not what it should be: the reason.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import vm from "node:vm";
import { transformSync } from "@babel/core";
import { show, showThrown } from "./random/observe.ts";
import plugin from "../src/index.ts";
import type { SpecializeMetadata } from "../src/index.ts";
import { packageModule } from "./setup/packageModule.ts";
import { assertNoDuplicateNodes } from "../src/syntax/assertNoDuplicateNodes.ts";

interface Case {
  readonly description: string;
  readonly calls: readonly string[];
  readonly codes?: readonly string[];
  readonly lacks?: readonly string[];
  readonly known?: string;
  readonly fails?: boolean;
  readonly options?: object;
}

const root = path.join(import.meta.dirname, "..", "fixtures", "cases");
const folders = readdirSync(root).flatMap((topic) =>
  readdirSync(path.join(root, topic)).map((name) => `${topic}/${name}`),
);

describe.each(folders)("%s", (name) => {
  const folder = path.join(root, name);
  const about = JSON.parse(readFileSync(path.join(folder, "case.json"), "utf8")) as Case;
  const input = readFileSync(path.join(folder, "input.ts"), "utf8");
  if (about.fails === true) {
    test(about.description, () => {
      const message = messageOf(() => transform(path.join(folder, "input.ts"), input, about.options ?? {}));
      matchFile(path.join(folder, "expected.txt"), message.replaceAll(folder, "").trimEnd());
      expect([...new Set(message.match(/SP\d{4}/g))].sort()).toEqual([...(about.codes ?? [])].sort());
    });
    return;
  }
  const { code, metadata } = transform(path.join(folder, "input.ts"), input, about.options ?? {});

  test(about.description, async () => {
    const codes = (metadata?.diagnostics ?? []).map((one) => one.code);
    expect([...new Set(codes)].sort()).toEqual([...(about.codes ?? [])].sort());
    for (const pattern of about.lacks ?? []) expect(residualsOf(code)).not.toMatch(new RegExp(pattern));
    matchFile(path.join(folder, "expected.js"), code);
    const differing = await compare(folder, input, code, about.calls);
    if (about.known === undefined) expect(differing).toEqual([]);
    else expect(differing).not.toEqual([]);
  });

  // with built-ins that are not the original ones, which the checks need, nothing can be looked at
  if (about.known === undefined && !/"builtins":false/.test(JSON.stringify(about.options ?? {})))
    test("looking whether assumptions hold", async () => {
      const options = { ...about.options, checkAssumptions: true };
      const checked = transform(path.join(folder, "input.ts"), input, options).code;
      const differing = await compare(folder, input, checked, about.calls);
      // what is called with other arguments than are declared is told so
      expect(differing.filter((line) => !/AssumptionViolated\(.*assumption 1[34] /.test(line))).toEqual([]);
    });

  test("the same bytes again, and the residual as input stays what it does", async () => {
    expect(transform(path.join(folder, "input.ts"), input, about.options ?? {}).code).toBe(code);
    const back = transform(path.join(folder, "input.ts"), code, { roundTrip: true }).code;
    if (about.known === undefined) expect(await compare(folder, code, back, about.calls)).toEqual([]);
  });
});

function transform(
  filename: string,
  code: string,
  /** options of the plugin; null: without it */
  how: object | null,
): { code: string; metadata: SpecializeMetadata | null } {
  const result = transformSync(code, {
    filename,
    cwd: path.dirname(filename),
    configFile: false,
    babelrc: false,
    ast: true,
    plugins: (how === null ? [] : [[plugin as never, { report: "silent", ...how }]]) as never,
    presets: [["@babel/preset-typescript", { onlyRemoveTypeImports: false }]],
  });
  if (result?.ast != null) assertNoDuplicateNodes(result.ast);
  const { specialize: metadata = null } = (result?.metadata ?? {}) as { specialize?: SpecializeMetadata | null };
  return { code: result?.code ?? "", metadata };
}

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

/** what stands behind `=` in exported constants: not the generic functions */
function residualsOf(code: string): string {
  const start = code.search(/^export const \w+ = (?:function|\()/m);
  return start < 0 ? code : code.slice(start);
}

function matchFile(file: string, code: string): void {
  const text = `${code}\n`;
  const write = process.env["UPDATE"] === "1" || (!existsSync(file) && process.env["CI"] === undefined);
  if (write) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
}

/** the expressions that do not give the same in both versions, and what they give */
async function compare(folder: string, left: string, right: string, calls: readonly string[]): Promise<string[]> {
  const [generic, residual] = [await load(folder, left), await load(folder, right)];
  return calls.flatMap((expression) => {
    const [expected, got] = [generic(expression), residual(expression)];
    return expected === got ? [] : [`${expression}: ${expected} became ${got}`];
  });
}

async function load(folder: string, main: string): Promise<(expression: string) => string> {
  const log: string[] = [];
  const host = (...args: unknown[]): number => log.push(args.map((one) => show(one)).join());
  const watch = (target: object): object =>
    new Proxy(target, {
      get: (from, key) => (log.push(`get ${String(key)}`), Reflect.get(from, key) as unknown),
      set: (into, key, value) => (log.push(`set ${String(key)} ${show(value)}`), Reflect.set(into, key, value)),
    });
  const context = vm.createContext({ host, watch });
  const made = new Map<string, vm.Module>();
  const module = (name: string, text?: string): vm.Module => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const file = path.join(folder, name);
    const source = transform(file, text ?? readFileSync(file, "utf8"), null).code;
    const fresh = new vm.SourceTextModule(source, { context, identifier: name });
    made.set(name, fresh);
    return fresh;
  };
  const entry = module("input.ts", main);
  await entry.link((specifier) => packageModule(specifier, context) ?? module(specifier.replace("./", "")));
  await entry.evaluate();
  Object.assign(context, { m: entry.namespace });
  return (expression) => {
    log.length = 0;
    try {
      return `${show(vm.runInContext(expression, context))} | ${log.join("; ")}`;
    } catch (error) {
      return `${showThrown(error)} | ${log.join("; ")}`;
    }
  };
}
