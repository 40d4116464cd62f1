/**
 * The standard built-in objects by path: what each is, its prototype and its properties. Read off the realm that this
 * runs in, by the standard's names only, so that what a host adds is not there. Paths are as the standard writes them:
 * "Array.prototype.map", "%TypedArray%.prototype.set" for what has no global name, "get Map.prototype.size" for a getter;
 * "Symbol.iterator" stands for the symbol, and "@@Symbol.iterator" is its property key.
 *
 * An object that can be reached by several names has one path: a global's own name first, then the name that the function
 * itself bears (`Array.prototype[Symbol.iterator]` is "Array.prototype.values"), then the first in order.
 */
import type { Primitive } from "../base/primitive.ts";
import { compareText } from "../base/mapOf.ts";
import { isPrimitive } from "./attempt.ts";

/** `path` of an object, or "Symbol.iterator" and the like for a well-known symbol. */
export type IntrinsicProperty =
  | { readonly path: string; readonly writable: boolean }
  | { readonly value: Primitive; readonly writable: boolean }
  | { readonly getter: string; readonly setter: string | null };

export interface IntrinsicObject {
  readonly path: string;
  readonly kind: "object" | "function";
  /** path of the prototype; null: none */
  readonly prototype: string | null;
  /** the host adds properties of its own: that one is not listed does not say that it is not there */
  readonly open: boolean;
  /** own properties in the order of their keys: strings, then "@@Symbol.…" */
  readonly properties: ReadonlyMap<string, IntrinsicProperty>;
}

const GLOBAL_VALUES = ["Infinity", "NaN", "undefined"];
const GLOBAL_FUNCTIONS = [
  "eval",
  "isFinite",
  "isNaN",
  "parseFloat",
  "parseInt",
  "decodeURI",
  "decodeURIComponent",
  "encodeURI",
  "encodeURIComponent",
  "escape",
  "unescape",
];
const GLOBAL_OBJECTS = [
  "Object",
  "Function",
  "Array",
  "String",
  "Number",
  "Boolean",
  "Symbol",
  "BigInt",
  "Math",
  "JSON",
  "Map",
  "Set",
  "WeakMap",
  "WeakSet",
  "WeakRef",
  "FinalizationRegistry",
  "Promise",
  "Proxy",
  "Reflect",
  "RegExp",
  "Date",
  "Error",
  "AggregateError",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
  "ArrayBuffer",
  "SharedArrayBuffer",
  "DataView",
  "Atomics",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
];
const WELL_KNOWN_SYMBOLS = [
  "asyncIterator",
  "hasInstance",
  "isConcatSpreadable",
  "iterator",
  "match",
  "matchAll",
  "replace",
  "search",
  "species",
  "split",
  "toPrimitive",
  "toStringTag",
  "unscopables",
];

type Holder = Readonly<Record<string, unknown>>;
const { getOwnPropertyDescriptor, getPrototypeOf } = Object;

/** All standard built-ins by path, "globalThis" among them. */
export function loadIntrinsics(): ReadonlyMap<string, IntrinsicObject> {
  loaded ??= describeAll(findPaths());
  return loaded;
}
let loaded: ReadonlyMap<string, IntrinsicObject> | undefined;

/** The object of this realm at a path, or undefined. */
export function intrinsicAt(path: string): unknown {
  objects ??= new Map([...findPaths()].map(([object, at]) => [at, object]));
  return objects.get(path);
}
let objects: ReadonlyMap<string, object> | undefined;

/** Where a search begins: globals, and what is reached by no name. */
function roots(): [string, object][] {
  const list: [string, object][] = [];
  const global = globalThis as unknown as Holder;
  for (const name of [...GLOBAL_FUNCTIONS, ...GLOBAL_OBJECTS]) {
    const value = global[name];
    if (isObject(value)) list.push([name, value]);
  }
  const hidden: [string, object][] = [
    ["%ThrowTypeError%", getOwnPropertyDescriptor(ownArguments(), "callee")?.get ?? {}],
    ["%TypedArray%", getPrototypeOf(Int8Array) as object],
    ["%IteratorPrototype%", getPrototypeOf(getPrototypeOf([][Symbol.iterator]()) as object) as object],
    ["%ArrayIteratorPrototype%", getPrototypeOf([][Symbol.iterator]()) as object],
    ["%MapIteratorPrototype%", getPrototypeOf(new Map()[Symbol.iterator]()) as object],
    ["%SetIteratorPrototype%", getPrototypeOf(new Set()[Symbol.iterator]()) as object],
    ["%StringIteratorPrototype%", getPrototypeOf(""[Symbol.iterator]()) as object],
    ["%RegExpStringIteratorPrototype%", getPrototypeOf("".matchAll(/x/g)) as object],
    ["%GeneratorFunction%", function* (): Generator {}.constructor],
    ["%AsyncFunction%", (async (): Promise<void> => {}).constructor],
    ["%AsyncGeneratorFunction%", async function* (): AsyncGenerator {}.constructor],
  ];
  return [...list, ...hidden];
}

/** of a strict function */
function ownArguments(): IArguments {
  // eslint-disable-next-line prefer-rest-params -- what is asked for
  return arguments;
}

/** A path for every built-in, breadth first, so that the shortest is found first. */
function findPaths(): ReadonlyMap<object, string> {
  if (paths !== undefined) return paths;
  const found = new Map<object, string>();
  const queue: object[] = [];
  const add = (object: unknown, path: string): void => {
    if (!isObject(object) || found.has(object)) return;
    found.set(object, path);
    queue.push(object);
  };
  for (const [path, object] of roots()) add(object, path);
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const path = found.get(at) ?? "";
    const keys = ownKeys(at);
    for (const named of [true, false]) {
      for (const { text, key } of keys) {
        const property = getOwnPropertyDescriptor(at, key) ?? {};
        if (bearsName(property.value, key) === named) add(property.value, `${path}.${text}`);
        if (named) add(property.get, `get ${path}.${text}`);
        if (named) add(property.set, `set ${path}.${text}`);
      }
    }
  }
  paths = found;
  return found;
}
let paths: ReadonlyMap<object, string> | undefined;

function bearsName(value: unknown, key: string | symbol): boolean {
  return typeof value === "function" && value.name === key;
}

function isObject(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}

/** Own keys with their text: strings in order of text, then well-known symbols. */
function ownKeys(object: object): { readonly text: string; readonly key: string | symbol }[] {
  const texts = Object.getOwnPropertyNames(object).sort(compareText);
  const symbols = WELL_KNOWN_SYMBOLS.map((name) => ({
    text: `@@Symbol.${name}`,
    key: (Symbol as unknown as Record<string, symbol>)[name] ?? "",
  }));
  return [
    ...texts.map((key) => ({ text: key, key })),
    ...symbols.filter(({ key }) => typeof key === "symbol" && Object.hasOwn(object, key)),
  ];
}

function describeAll(found: ReadonlyMap<object, string>): ReadonlyMap<string, IntrinsicObject> {
  const all = new Map<string, IntrinsicObject>();
  for (const [object, path] of found) all.set(path, describe(object, path, found));
  all.set("globalThis", describeGlobal(all));
  return all;
}

function describe(object: object, path: string, found: ReadonlyMap<object, string>): IntrinsicObject {
  const properties = new Map<string, IntrinsicProperty>();
  for (const { text, key } of ownKeys(object)) {
    const property = describeProperty(getOwnPropertyDescriptor(object, key) ?? {}, text, found);
    if (property !== null) properties.set(text, property);
  }
  const kind = typeof object === "function" ? "function" : "object";
  return { path, kind, prototype: prototypePath(object, found), open: false, properties };
}

function describeProperty(
  property: PropertyDescriptor,
  key: string,
  found: ReadonlyMap<object, string>,
): IntrinsicProperty | null {
  const { value, writable = false } = property;
  const pathOf = (object: object | undefined): string | null =>
    object === undefined ? null : (found.get(object) ?? null);
  const getter = pathOf(property.get);
  if (getter !== null) return { getter, setter: pathOf(property.set) };
  // By key, not by description: a host that has made Symbol.dispose itself describes it in its own way.
  if (typeof value === "symbol") return { path: `Symbol.${key}`, writable };
  if (isPrimitive(value)) return { value, writable };
  const path = pathOf(value as object);
  return path === null ? null : { path, writable };
}

/**
 * The path of the prototype. Where the host has mixed realms (test runners do) it is found by name: every realm has the
 * same built-ins.
 */
function prototypePath(object: object, found: ReadonlyMap<object, string>): string | null {
  const prototype = getPrototypeOf(object) as unknown;
  if (!isObject(prototype)) return null;
  const path = found.get(prototype);
  if (path !== undefined) return path;
  if (typeof prototype === "function")
    return prototype.name === "TypedArray" ? "%TypedArray%" : prototype.name || "Function.prototype";
  const { constructor } = prototype as { readonly constructor?: unknown };
  const name = typeof constructor === "function" ? constructor.name : "Object";
  return `${name === "TypedArray" ? "%TypedArray%" : name}.prototype`;
}

function describeGlobal(all: ReadonlyMap<string, IntrinsicObject>): IntrinsicObject {
  const properties = new Map<string, IntrinsicProperty>();
  for (const name of GLOBAL_VALUES)
    properties.set(name, { value: (globalThis as unknown as Holder)[name] as Primitive, writable: false });
  for (const name of [...GLOBAL_FUNCTIONS, ...GLOBAL_OBJECTS])
    if (all.has(name)) properties.set(name, { path: name, writable: true });
  properties.set("globalThis", { path: "globalThis", writable: true });
  return { path: "globalThis", kind: "object", prototype: "Object.prototype", open: true, properties };
}
