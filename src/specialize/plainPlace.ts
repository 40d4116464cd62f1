/**
 * Where a property is plain data: reading gives what was last written and nothing else happens, writing does nothing but
 * that. What stays in the residual is marked so, for simplify knows no types and no objects.
 *
 * Taken for true are what assumptions 13 and 14 say of declared types (a field that is not optional is there), and that a
 * live object's field is of the kind that it was when the residual was made.
 */
import { TYPE, type TypeFact } from "../semantics/numberFacts.ts";
import { isOnly } from "./facts.ts";
import { WRITABLE } from "./heap.ts";
import { arrayIndex, keyOf } from "./lookup.ts";
import type { State } from "./state.ts";
import type { Address, DynamicValue, Value } from "./values.ts";
import { factOfValue } from "./values.ts";

const TO_NUMBER = TYPE.undefined | TYPE.null | TYPE.boolean | TYPE.number | TYPE.string;

/** Storing such a value as an element of the typed array cannot throw and runs no code of the program; true for other arrays. */
export function fitsElement(array: string, fact: TypeFact): boolean {
  if (!/^(Int|Uint|Float|Big)\w*Array$/.test(array)) return true;
  return isOnly(fact, array.startsWith("Big") ? TYPE.bigint : TO_NUMBER);
}

/** A known object that exists at run time has the property as data of its own. */
export function holdsPlain(state: State, address: Address, name: string): boolean {
  if (!state.store.isFixed(address)) return false;
  const property = state.store.get(address).properties.get(name);
  return property !== undefined && property.get === null && property.set === null;
}

/** Whichever property it is, reading it runs no code of the program; the accessors of built-ins have no effect. */
export function isPlainRead(state: State, address: Address, key: Value, end: Address): boolean {
  if (key.kind === "dynamic" && !isPrimitive(key)) return false;
  for (let at: Address | null = address; at !== null && at !== end; at = state.store.get(at).prototype) {
    const object = state.store.get(at);
    if (object.builtin !== null) continue;
    if ([...object.properties.values()].some(({ get }) => get !== null)) return false;
  }
  return true;
}

function isPrimitive(value: DynamicValue): boolean {
  return (value.fact.types & (TYPE.object | TYPE.function | TYPE.symbol)) === 0;
}

/** Writing a value there that fits cannot throw and runs no code of the program. */
export function isPlainPlace(state: State, object: Value, key: Value): boolean {
  if (key.kind === "dynamic" || (key.kind === "const" && typeof key.value === "number")) {
    return isOnly(factOfValue(key), TYPE.number) && object.kind === "dynamic" && object.declared?.isData === true;
  }
  const name = keyOf(key);
  // a shorter length takes elements away, another prototype other things
  if (name === null || name === "length" || name === "__proto__" || arrayIndex(name) !== null) return false;
  if (object.kind === "dynamic") return object.declared?.isData === true;
  return object.kind === "object" && hasPlace(state, object, name);
}

/** An object of a declared type that has the property itself, as data. */
export function isDeclaredOwn(object: Value, name: string): boolean {
  const isObject = object.kind === "dynamic" && isOnly(object.fact, TYPE.object | TYPE.function);
  return isObject && object.declared?.hasOwn(name) === true;
}

/** The object has the property, so that writing it adds nothing. */
export function hasPlace(state: State, object: Value, name: string): boolean {
  if (object.kind === "dynamic") return object.declared?.hasOwn(name) === true;
  if (object.kind !== "object" || !holdsPlain(state, object.address, name)) return false;
  return ((state.store.get(object.address).properties.get(name)?.flags ?? 0) & WRITABLE) !== 0;
}
