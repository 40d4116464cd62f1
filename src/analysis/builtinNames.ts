/**
 * Standard built-ins by path: `Math.max`, `Array.prototype.push`. What exists, and what is a constant, is read off the
 * standard library of the machine, for names of ECMAScript only.
 */
import type { Primitive } from "../ir/types.ts";

export type Member =
  { readonly kind: "constant"; readonly value: Primitive } | { readonly kind: "object"; readonly name: string };

export const STANDARD_ROOTS: ReadonlySet<string> = new Set([
  "Math",
  "JSON",
  "Object",
  "Array",
  "String",
  "Number",
  "Boolean",
  "BigInt",
  "Symbol",
  "Function",
  "Map",
  "Set",
  "WeakMap",
  "WeakSet",
  "RegExp",
  "Error",
  "TypeError",
  "RangeError",
  "SyntaxError",
  "ReferenceError",
  "EvalError",
  "URIError",
  "Reflect",
  "Date",
  "Promise",
  "Proxy",
  "ArrayBuffer",
  "DataView",
  "Uint8Array",
  "Int8Array",
  "Uint8ClampedArray",
  "Uint16Array",
  "Int16Array",
  "Uint32Array",
  "Int32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "parseInt",
  "parseFloat",
  "isNaN",
  "isFinite",
  "encodeURIComponent",
  "decodeURIComponent",
  "encodeURI",
  "decodeURI",
  "globalThis",
]);

/** A name that is bound nowhere in the program. */
export function builtinRoot(name: string): Member | null {
  if (name === "undefined") return { kind: "constant", value: undefined };
  if (name === "NaN") return { kind: "constant", value: NaN };
  if (name === "Infinity") return { kind: "constant", value: Infinity };
  return STANDARD_ROOTS.has(name) ? { kind: "object", name } : null;
}

/** A property of a built-in, inherited ones under the name of the owner. */
export function builtinMember(name: string, key: string): Member | null {
  if (name === "globalThis") return builtinRoot(key);
  let holder = realValue(name);
  if (holder === null || (typeof holder !== "object" && typeof holder !== "function")) return null;
  let path: string | null = name;
  while (holder !== null && !Object.hasOwn(holder as object, key)) {
    holder = Object.getPrototypeOf(holder) as unknown;
    path =
      holder === Function.prototype ? "Function.prototype" : holder === Object.prototype ? "Object.prototype" : path;
  }
  if (holder === null) return null;
  const descriptor = Object.getOwnPropertyDescriptor(holder as object, key);
  if (descriptor === undefined || descriptor.get !== undefined) return null;
  const value: unknown = descriptor.value;
  if (typeof value === "function" || (typeof value === "object" && value !== null))
    return { kind: "object", name: `${path}.${key}` };
  if (typeof value === "symbol") return null;
  return { kind: "constant", value: value as Primitive };
}

function realValue(path: string): unknown {
  const [root, ...rest] = path.split(".");
  if (root === undefined || !STANDARD_ROOTS.has(root)) return null;
  let value: unknown = (globalThis as Record<string, unknown>)[root];
  for (const key of rest) {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) return null;
    let holder: object | null = value;
    while (holder !== null && !Object.hasOwn(holder, key)) holder = Object.getPrototypeOf(holder) as object | null;
    value = holder === null ? null : (Object.getOwnPropertyDescriptor(holder, key)?.value as unknown);
  }
  return value ?? null;
}

/** `Array` for `Array.prototype` and the like. */
export function builtinOwner(prototypes: readonly (string | null)[]): string | null {
  for (const prototype of prototypes)
    if (prototype?.endsWith(".prototype") === true) return prototype.slice(0, -".prototype".length);
  return null;
}
