/**
 * Iterators over known things: arrays, `arguments`, strings, typed arrays, Maps and Sets, as long as they have the
 * standard iterators.
 *
 * An iterator is an object of the static heap that holds [what it goes over, position, what it gives]; it holds nothing
 * once it is exhausted. Each step reads the next element then, as the iterators of the language do, so that a loop sees
 * what its body changes. The position in a Map or Set counts the entries in front of it that are still there: whoever
 * removes one calls `entriesRemoved`.
 *
 * After: ECMA-262, 23.1.5, 24.1.5, 24.2.6.
 */
import type { HeapObject } from "./heap.ts";
import { dataProperty, newObject } from "./heap.ts";
import { holdsAtRunTime } from "./holdsAtRunTime.ts";
import { Bailout } from "./limits.ts";
import { lookup } from "./lookup.ts";
import { newArray } from "./make.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import type { Address, Value } from "./values.ts";
import { UNDEFINED, constant } from "./values.ts";
import { ENTRIES } from "./world.ts";

export type Gives = "keys" | "values" | "entries";

/** A fresh iterator over a known thing. */
export function newIterator(run: Run, state: State, over: Value, gives: Gives): Address {
  const address = run.newAddress();
  const iterator = newObject("iterator", null, "iterator");
  iterator.elements = [over, constant(0), constant(gives)];
  state.store.put(address, iterator);
  if (over.kind === "object" && state.store.get(over.address).entries !== null)
    state.store.edit(over.address).iterated = true;
  return address;
}

/** What `value[Symbol.iterator]()` gives; null: not known. */
export function openIterator(run: Run, state: State, value: Value): Address | null {
  if (value.kind === "const" && typeof value.value === "string")
    return newIterator(run, state, newArray(run, state, [...value.value].map(constant), "characters"), "values");
  if (value.kind !== "object") return null;
  const object = state.store.get(value.address);
  if (object.kind === "iterator") return state.store.isBase(value.address) ? null : value.address;
  const method = lookup(run, state, value.address, "@@Symbol.iterator");
  if (method.kind !== "data" || method.value.kind !== "object") return null;
  const { builtin } = state.store.get(method.value.address);
  const gives = builtin === null ? null : givenBy(object, builtin);
  return gives === null || !isReadable(run, state, value.address, object)
    ? null
    : newIterator(run, state, value, gives);
}

/** What the standard iterator method at a path gives, called on an object. */
export function givenBy(object: HeapObject, path: string): Gives | null {
  const indexed = object.kind === "array" || object.kind === "plain" ? "Array" : "%TypedArray%";
  const holder = object.kind === "map" ? "Map" : object.kind === "set" ? "Set" : indexed;
  const match = /^(.+)\.prototype\.(keys|values|entries)$/.exec(path);
  if (match?.[1] !== holder) return null;
  return object.kind === "set" && match[2] === "keys" ? "values" : (match[2] as Gives);
}

/** What the object holds is known here, now. */
export function isReadable(run: Run, state: State, address: Address, object: HeapObject): boolean {
  if (object.residence.kind === "residual" || run.session.world.isHandedOut(address)) return false;
  if (object.entries === null || !state.store.isBase(address)) return true;
  if (run.session.live?.get(address) !== undefined || run.session.isMutable(address, ENTRIES)) return false;
  return holdsAtRunTime(run, state, address, ENTRIES, object, dataProperty(UNDEFINED));
}

/** The next value of an iterator; null: it is exhausted; "unknown": only the run time knows. */
export function advance(run: Run, state: State, address: Address): Value | null | "unknown" {
  const [over, position, gives] = state.store.get(address).elements ?? [];
  if (over === undefined || over === null) return null;
  if (position?.kind === "dynamic") run.demand(position.lifted);
  if (over.kind !== "object" || position?.kind !== "const" || gives?.kind !== "const") return "unknown";
  const at = Number(position.value);
  const object = state.store.get(over.address);
  if (!isReadable(run, state, over.address, object)) return "unknown";
  const found = object.entries === null ? elementOf(run, state, over.address, at) : object.entries[at];
  if (found === "unknown") return "unknown";
  const iterator = state.store.edit(address);
  iterator.elements = found === undefined ? [] : [over, constant(at + 1), gives];
  if (found === undefined) return null;
  if (gives.value === "entries") return newArray(run, state, found, "entry");
  return found[gives.value === "keys" ? 0 : 1];
}

function elementOf(
  run: Run,
  state: State,
  address: Address,
  at: number,
): readonly [Value, Value] | "unknown" | undefined {
  const length = lookup(run, state, address, "length");
  if (length.kind !== "data" || length.value.kind !== "const" || typeof length.value.value !== "number")
    return "unknown";
  if (at >= length.value.value) return undefined;
  const element = lookup(run, state, address, String(at));
  if (element.kind === "data") return [constant(at), element.value];
  return element.kind === "absent" ? [constant(at), UNDEFINED] : "unknown";
}

/** What is left of an iterable, listed now; an iterator is exhausted by it. Null: not known. */
export function listOf(run: Run, state: State, value: Value): Value[] | null {
  const iterator = openIterator(run, state, value);
  if (iterator === null) return null;
  const list: Value[] = [];
  for (let next = advance(run, state, iterator); next !== null; next = advance(run, state, iterator)) {
    if (next === "unknown") return null;
    list.push(next);
  }
  return list;
}

/** Entries of a Map or Set are gone, the one at an index or all of them: iterators behind them move up. */
export function entriesRemoved(run: Run, state: State, address: Address, index: number | null): void {
  if (!state.store.get(address).iterated) return;
  let isOpen = false;
  for (const one of state.store.overlaid()) {
    const object = state.store.get(one);
    const [over, position, gives] = object.kind === "iterator" ? (object.elements ?? []) : [];
    if (over?.kind !== "object" || over.address !== address) continue;
    isOpen = true;
    if (position?.kind === "dynamic") run.demand(position.lifted);
    if (position?.kind !== "const") throw new Bailout("the position of an iterator is not known");
    const at = index === null ? 0 : Number(position.value) - (index < Number(position.value) ? 1 : 0);
    state.store.edit(one).elements = [over, constant(at), gives];
  }
  state.store.edit(address).iterated = isOpen;
}

/** Fields 0 and 1, as constructors of collections read them; null: not known. */
export function pairOf(run: Run, state: State, value: Value): readonly [Value, Value] | null {
  if (value.kind !== "object") return null;
  const [first, second] = ["0", "1"].map((key) => {
    const found = lookup(run, state, value.address, key);
    return found.kind === "data" ? found.value : found.kind === "absent" ? UNDEFINED : null;
  });
  return first === null || second === null || first === undefined || second === undefined ? null : [first, second];
}
