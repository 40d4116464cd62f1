/**
 * ValidateAndApplyPropertyDescriptor on objects that exist while specializing only. What is defined keeps what the
 * descriptor does not mention, and its place among the properties.
 *
 * Promises: false, with nothing changed, where not all is known or the definition may be refused.
 */
import type { Property } from "../heap.ts";
import { CONFIGURABLE, ENUMERABLE, PLAIN, WRITABLE } from "../heap.ts";
import { ownProperty } from "../lookup.ts";
import type { Run } from "../run.ts";
import type { State } from "../state.ts";
import type { Address, Value } from "../values.ts";
import { UNDEFINED } from "../values.ts";

/** The fields of a descriptor that are there. */
export type Descriptor = ReadonlyMap<string, Value>;

export function defineProperties(
  run: Run,
  state: State,
  address: Address,
  descriptors: readonly (readonly [key: string, fields: Descriptor])[],
): boolean {
  const object = state.store.get(address);
  if (object.elements !== null || !object.extensible || (object.kind !== "plain" && object.kind !== "function"))
    return false;
  const defined = new Map<string, Property>();
  for (const [key, fields] of descriptors) {
    const old = defined.get(key) ?? ownProperty(run, state, address, object, key);
    const property = old === "unknown" ? null : applied(state, old, fields);
    if (property === null) return false;
    defined.set(key, property);
  }
  // an object without properties may be one that the caller has just made
  if (defined.size > 0) {
    const { properties } = state.store.edit(address);
    for (const [key, property] of defined) properties.set(key, property);
  }
  return true;
}

function applied(state: State, old: Property | null, fields: Descriptor): Property | null {
  if (old !== null && (old.flags & CONFIGURABLE) === 0) return null;
  const isAccessor = fields.has("get") || fields.has("set");
  const isData = fields.has("value") || fields.has("writable");
  if (isAccessor && (isData || !isCallable(state, fields.get("get")) || !isCallable(state, fields.get("set"))))
    return null;
  let flags = 0;
  for (const [name, bit] of BITS) {
    const given = fields.get(name);
    if (given !== undefined && given.kind !== "const") return null;
    if (given === undefined ? ((old?.flags ?? 0) & bit) !== 0 : Boolean(given.value)) flags |= bit;
  }
  const was = old !== null && (old.get !== null || old.set !== null) ? old : null;
  if (isAccessor || (was !== null && !isData)) {
    const half = (name: "get" | "set"): Value | null => fields.get(name) ?? was?.[name] ?? null;
    const [get, set] = [half("get"), half("set")];
    // an accessor without either is one all the same
    const isEmpty = get === null && set === null;
    return { value: UNDEFINED, get: isEmpty ? UNDEFINED : get, set, flags: flags & ~WRITABLE };
  }
  if (was !== null && !fields.has("writable")) flags &= ~WRITABLE;
  const value = fields.get("value") ?? (was === null ? old?.value : undefined) ?? UNDEFINED;
  return { value, get: null, set: null, flags: flags & PLAIN };
}

const BITS = [
  ["writable", WRITABLE],
  ["enumerable", ENUMERABLE],
  ["configurable", CONFIGURABLE],
] as const;

function isCallable(state: State, value: Value | undefined): boolean {
  if (value === undefined || value.kind === "const") return value?.value === undefined;
  return value.kind === "object" && state.store.get(value.address).kind === "function";
}
