/**
 * The first standard built-in that is not the original one any more, or null. Originals are those that are there when this
 * module is loaded; a function that is not native then is none.
 */
const NAMES =
  "Object Function Array String Number Boolean Symbol BigInt Math JSON Reflect Map Set WeakMap WeakSet Error TypeError " +
  "RangeError SyntaxError RegExp Date Promise Proxy ArrayBuffer DataView Uint8Array Int8Array Uint8ClampedArray " +
  "Uint16Array Int16Array Uint32Array Int32Array Float32Array Float64Array BigInt64Array BigUint64Array parseInt " +
  "parseFloat isNaN isFinite";

interface Original {
  readonly name: string;
  readonly holder: object;
  readonly key: PropertyKey;
  readonly value: unknown;
  readonly get: unknown;
}

// what this module itself uses, so that it works when they are replaced
const { getOwnPropertyDescriptor, is } = Object;
const { ownKeys, apply } = Reflect;
const textOf = Function.prototype.toString;

let foreign: string | null = null;
const originals: readonly Original[] = collect();

export function changedBuiltin(): string | null {
  if (foreign !== null) return foreign;
  for (let n = 0; n < originals.length; n++) {
    const { name, holder, key, value, get } = originals[n]!;
    const now = getOwnPropertyDescriptor(holder, key);
    if (now === undefined || !is(now.value, value) || now.get !== get) return name;
  }
  return null;
}

function collect(): Original[] {
  const found: Original[] = [];
  const iterators: [string, object][] = [
    ["an array iterator", [][Symbol.iterator]()],
    ["a Map iterator", new Map()[Symbol.iterator]()],
    ["a Set iterator", new Set()[Symbol.iterator]()],
    ["a string iterator", ""[Symbol.iterator]()],
  ].map(([name, iterator]) => [name as string, Object.getPrototypeOf(iterator) as object]);
  for (const name of NAMES.split(" ")) {
    add(found, name, globalThis, name);
    const value = (globalThis as unknown as Record<string, unknown>)[name];
    if (typeof value !== "function" && (typeof value !== "object" || value === null)) continue;
    addAll(found, name, value);
    const { prototype } = value as { prototype?: unknown };
    if (typeof prototype === "object" && prototype !== null) addAll(found, `${name}.prototype`, prototype);
  }
  for (const [name, prototype] of iterators) addAll(found, name, prototype);
  return found;
}

function addAll(found: Original[], name: string, holder: object): void {
  for (const key of ownKeys(holder)) {
    // set by regular expressions as they match, and by tools that format stacks
    if (holder === RegExp && typeof key === "string" && key !== "prototype") continue;
    if (holder === Error && (key === "prepareStackTrace" || key === "stackTraceLimit")) continue;
    add(found, `${name}.${String(key)}`, holder, key);
  }
}

function add(found: Original[], name: string, holder: object, key: PropertyKey): void {
  const property = getOwnPropertyDescriptor(holder, key);
  if (property === undefined) return;
  const { value, get } = property as { value?: unknown; get?: unknown };
  for (const fn of [value, get])
    if (typeof fn === "function" && !/\[native code\]/.test(apply(textOf, fn, []) as string)) foreign ??= name;
  found.push({ name, holder, key, value, get });
}
