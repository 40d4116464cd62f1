/** Runs a snippet natively and through the graph and compares what can be seen. */
import { transformSync } from "@babel/core";
import { verifyFunction } from "../../src/ir/verifyFunction.ts";
import { lowerModule } from "../../src/lower/lowerModule.ts";
import { parse } from "../../src/syntax/babel.ts";
import { Interpreter } from "./interpret.ts";

export interface Outcome {
  readonly result: string;
  readonly log: readonly string[];
}

export interface Compared {
  readonly native: Outcome;
  readonly lowered: Outcome;
  /** reasons of opaque functions */
  readonly opaque: readonly string[];
}

/** `code` is the body of a function that may call `log`. */
export function compareRuns(code: string, options: { readonly sloppy?: boolean } = {}): Compared {
  const directive = options.sloppy ? "" : '"use strict";\n';
  const source = `function main(log) {\n${directive}${code}\n}`;
  const stripped = transformSync(source, {
    configFile: false,
    babelrc: false,
    filename: "snippet.ts",
    sourceType: "script",
    presets: [["@babel/preset-typescript", { allowDeclareFields: true }]],
  })!.code!;
  const native = (0, eval)(`(${stripped.trim().replace(/;$/, "")})`) as (log: unknown) => unknown;
  const ast = parse(source, { sourceType: "script", plugins: ["typescript"] });
  const module = lowerModule(ast, "snippet.ts");
  for (const fn of module.functions) verifyFunction(fn);
  const interpreter = new Interpreter(module, {});
  interpreter.runModule();
  const main = interpreter.bindings.get("main");
  return {
    native: observe(native),
    lowered: observe(main),
    opaque: module.functions.flatMap((f) => (f.opaque === null ? [] : [f.opaque.reason])),
  };
}

function observe(main: (log: unknown) => unknown): Outcome {
  const log: string[] = [];
  const record = (...values: unknown[]): unknown => {
    log.push(values.map((v) => show(v)).join(" "));
    return values[values.length - 1];
  };
  try {
    return { result: `returns ${show(main(record))}`, log };
  } catch (error) {
    return { result: `throws ${show(error)}`, log };
  }
}

/** A value as text, with everything that a difference could hide in. */
export function show(value: unknown, depth = 0, seen = new Map<unknown, number>()): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" && typeof value !== "function") return String(value);
  if (value === null) return "null";
  if (seen.has(value)) return `#${seen.get(value)}`;
  seen.set(value, seen.size);
  if (value instanceof Error) return `${value.name}${value.message.startsWith("!") ? value.message : ""}`;
  if (depth > 4) return "...";
  const isFunction = typeof value === "function";
  const parts: string[] = [];
  for (const key of Reflect.ownKeys(value)) {
    if (
      isFunction &&
      (key === "prototype" ? isBare(value) : ["name", "length", "arguments", "caller"].includes(String(key))) &&
      typeof Reflect.getOwnPropertyDescriptor(value, key)?.value !== "function"
    )
      continue;
    if (Array.isArray(value) && key === "length") continue;
    if (Object.prototype.toString.call(value) === "[object Arguments]" && (key === "callee" || key === "length"))
      continue;
    const d = Reflect.getOwnPropertyDescriptor(value, key)!;
    const flags = (d.enumerable ? "" : "h") + (d.configurable ? "" : "c") + ("value" in d && !d.writable ? "r" : "");
    const text =
      "value" in d
        ? show(d.value, depth + 1, seen)
        : `${d.get ? `get ${show(d.get, depth + 1, seen)}` : ""}${d.set ? `set ${show(d.set, depth + 1, seen)}` : ""}`;
    parts.push(`${String(key)}${flags === "" ? "" : `!${flags}`}: ${text}`);
  }
  if (value instanceof Map || value instanceof Set)
    parts.push([...value].map((v) => show(v, depth + 1, seen)).join(", "));
  if (isFunction)
    return `function ${(value as { name: string }).name}/${(value as { length: number }).length} {${parts.join(", ")}}`;
  const proto = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null;
  const tag = Array.isArray(value)
    ? `[${value.length}]`
    : proto === null
      ? "null-proto"
      : proto === Object.prototype
        ? ""
        : (proto.constructor?.name ?? "?");
  return `${tag}{${parts.join(", ")}}`;
}

/** A function whose `prototype` is as it was made. */
function isBare(value: object): boolean {
  const prototype: unknown = (value as { prototype?: unknown }).prototype;
  return Object(prototype) !== prototype || Reflect.ownKeys(prototype as object).join() === "constructor";
}
