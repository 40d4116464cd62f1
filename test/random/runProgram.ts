/** A program with the plugin and without it, on the same inputs; what is different is told. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import vm from "node:vm";
import { transformSync } from "@babel/core";
import plugin, { dynamic, specialize } from "../../src/index.ts";
import type { SpecializeMetadata } from "../../src/index.ts";
import { show, showThrown } from "./observe.ts";

export interface Program {
  /** by name relative to the program's folder; `main.js` has the sites */
  readonly files: Readonly<Record<string, string>>;
  /** exported names of `main.js` to call, with the kinds of their arguments */
  readonly calls: readonly { readonly name: string; readonly inputs: readonly InputKind[] }[];
}

export type InputKind = "num" | "str" | "bool" | "arr" | "host" | "proxy" | "fn";

export interface Outcome {
  /** what was wrong; null when both versions did the same */
  readonly difference: string | null;
  readonly residual: string;
  readonly sites: number;
  readonly replaced: number;
  readonly reasons: readonly string[];
  /** the program could not be judged: the generic version did not end in time, or ran out of stack */
  readonly void: boolean;
}

const ROUNDS = 4;
const NUMBERS = [0, 1, -1, 2, 3, 7, -0, 0.5, NaN, Infinity, 2 ** 31 - 1, -(2 ** 31), 1e21, 12.75, 255];
const TEXTS = ["", "a", "abc", "7", "hello world", "b,c", "__proto__", "é€😀"];
const PRELUDE = `
const show = globalThis.show;
function host(log, salt) {
  return function host(...args) {
    log.push("host " + args.map((one) => show(one)).join());
    if (log.length > 400) throw new Error("too much");
    if (salt % 5 === 4 && log.length % 7 === 6) throw new RangeError("host refuses");
    return (log.length * 7 + salt) % 11 - 3;
  };
}
function proxy(log, salt) {
  const target = { a: salt % 5, b: (salt % 3) - 1, n: null, s: "p" + (salt % 4) };
  const note = (name) => (...args) => {
    log.push(name + " " + String(args[1]) + (name === "set" ? " " + show(args[2]) : ""));
    if (log.length > 400) throw new Error("too much");
    return Reflect[name](...(name === "set" ? args.slice(0, 3) : args));
  };
  return new Proxy(target, { get: note("get"), set: note("set"), has: note("has"), deleteProperty: note("deleteProperty"), ownKeys: note("ownKeys"), getOwnPropertyDescriptor: note("getOwnPropertyDescriptor") });
}
({ host, proxy })`;

class Stopped extends Error {}

interface Loaded {
  readonly context: vm.Context;
  readonly namespace: Record<string, unknown>;
  readonly main: string;
  readonly metadata: SpecializeMetadata | null;
  readonly loading: string;
  readonly host: (log: string[], salt: number) => unknown;
  readonly proxy: (log: string[], salt: number) => unknown;
}

export async function runProgram(program: Program, folder: string, seed = 1): Promise<Outcome> {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(program.files)) writeFileSync(path.join(folder, name), text);
  const nothing = { residual: "", sites: 0, replaced: 0, reasons: [], void: true, difference: null };
  let generic: Loaded;
  try {
    generic = await load(program, folder, false);
  } catch (error) {
    return error instanceof Stopped ? nothing : { ...nothing, difference: `the program itself: ${String(error)}` };
  }
  let residual: Loaded;
  try {
    residual = await load(program, folder, true);
  } catch (error) {
    const text = error instanceof Error ? String(error.stack ?? error.message) : String(error);
    return { ...nothing, void: false, difference: `compiling: ${text}` };
  }
  const { sites = [], diagnostics = [] } = residual.metadata ?? {};
  const facts = {
    residual: residual.main,
    sites: sites.length,
    replaced: sites.filter((site) => site.replaced).length,
    reasons: diagnostics.map((one) => `${one.code} ${one.message}`),
    void: false,
  };
  const internal = facts.reasons.find((reason) => reason.startsWith("SP9"));
  if (internal !== undefined) return { ...facts, difference: internal };
  const wrongly = facts.reasons.find((reason) => reason.startsWith("SP1"));
  if (wrongly !== undefined) return { ...facts, difference: `refused: ${wrongly}` };
  const compared = compare(program, generic, residual, seed);
  return { ...facts, difference: compared === "void" ? null : compared, void: compared === "void" };
}

function compare(program: Program, generic: Loaded, residual: Loaded, seed: number): string | null {
  if (generic.loading !== residual.loading) return `loading: ${generic.loading} became ${residual.loading}`;
  if (generic.loading !== "done") return "void";
  for (let round = 0; round < ROUNDS; round++)
    for (const { name, inputs } of program.calls) {
      const salt = seed * 31 + round * 17;
      const expected = call(generic, name, inputs, salt);
      if (expected === null) return "void";
      const got = call(residual, name, inputs, salt) ?? "did not end";
      if (expected !== got) return `${name}(${inputs.join()}) salt ${salt}:\n  generic  ${expected}\n  residual ${got}`;
    }
  const left = show(generic.namespace);
  const right = show(residual.namespace);
  return left === right ? null : `module state:\n  generic  ${left}\n  residual ${right}`;
}

/** null: it cannot be judged */
function call(loaded: Loaded, name: string, kinds: readonly InputKind[], salt: number): string | null {
  const log: string[] = [];
  const inputs = kinds.map((kind, index) => input(loaded, kind, salt + index * 13, log));
  Object.assign(loaded.context, { target: loaded.namespace[name], inputs });
  let result: string;
  try {
    result = show(vm.runInContext("target(...inputs)", loaded.context, { timeout: 400 }));
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return null;
    result = showThrown(error);
    if (result.includes("call stack")) return null;
  }
  const after = log.join("; ");
  return `${result} | log ${after} | inputs ${inputs.map((one) => show(one)).join(" ")}`;
}

function input(loaded: Loaded, kind: InputKind, salt: number, log: string[]): unknown {
  const number = (at: number): number => NUMBERS[at % NUMBERS.length] as number;
  if (kind === "num") return salt % 19 === 18 ? undefined : number(salt);
  if (kind === "str") return TEXTS[salt % TEXTS.length];
  if (kind === "bool") return salt % 2 === 0;
  if (kind === "host") return loaded.host(log, salt);
  if (kind === "proxy") return loaded.proxy(log, salt);
  const numbers = [salt, salt + 5, salt + 3].slice(0, salt % 4).map(number);
  if (kind === "arr") return vm.runInContext(`[${numbers.map((one) => show(one)).join()}]`, loaded.context);
  return vm.runInContext(`(x) => x - ${salt % 7}`, loaded.context);
}

async function load(program: Program, folder: string, withPlugin: boolean): Promise<Loaded> {
  const context = vm.createContext({ show });
  const helpers = vm.runInContext(PRELUDE, context) as Pick<Loaded, "host" | "proxy">;
  const made = new Map<string, vm.Module>();
  let main = "";
  let metadata: SpecializeMetadata | null = null;
  const module = (name: string): vm.Module => {
    const known = made.get(name);
    if (known !== undefined) return known;
    let code = program.files[name] ?? "";
    if (name.endsWith(".ts") || (withPlugin && name === "main.js")) {
      const done = transformMain(path.join(folder, name), code, withPlugin && name.startsWith("main."));
      if (name.startsWith("main.")) [main, metadata] = [done.code, done.metadata];
      code = done.code;
    }
    const fresh = new vm.SourceTextModule(code, { context, identifier: name });
    made.set(name, fresh);
    return fresh;
  };
  const entry = module("main.ts" in program.files ? "main.ts" : "main.js");
  await entry.link((specifier) => {
    if (specifier !== "babel-plugin-specialize") return module(specifier.replace("./", ""));
    const api = { specialize, dynamic };
    const fill = function (this: vm.SyntheticModule): void {
      for (const [name, value] of Object.entries(api)) this.setExport(name, value);
    };
    return new vm.SyntheticModule(Object.keys(api), fill, { context });
  });
  let loading = "done";
  try {
    await entry.evaluate({ timeout: 1000 });
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") throw new Stopped();
    loading = showThrown(error);
  }
  return { context, namespace: entry.namespace as Record<string, unknown>, main, metadata, loading, ...helpers };
}

function transformMain(
  filename: string,
  code: string,
  withPlugin: boolean,
): { code: string; metadata: SpecializeMetadata | null } {
  const result = transformSync(code, {
    filename,
    cwd: path.dirname(filename),
    configFile: false,
    babelrc: false,
    plugins: (withPlugin ? [[plugin as never, { report: "silent", limits: { versions: 12 } }]] : []) as never,
    presets: (filename.endsWith(".ts")
      ? [["@babel/preset-typescript", { onlyRemoveTypeImports: false }]]
      : []) as never,
  });
  const { specialize: metadata = null } = (result?.metadata ?? {}) as { specialize?: SpecializeMetadata | null };
  return { code: result?.code ?? "", metadata };
}
