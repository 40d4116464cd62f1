/**
 * What residual code changes of the objects that existed before: each such write is filed with the session, and what it
 * may have reached is dynamic in every residual of the file. A field that is written by name is that field. A computed key
 * reaches all elements or, unless it is a number, all fields; a built-in that changes what it is called on reaches what
 * its kind of object holds.
 *
 * Example: `log.push(x)` on an array of the module: its length and its elements are read at run time from then on.
 */
import { builtinEffect } from "../semantics/builtins.ts";
import { TYPE } from "../semantics/numberFacts.ts";
import { isOnly } from "./facts.ts";
import type { HeapObject } from "./heap.ts";
import { arrayIndex } from "./lookup.ts";
import { readRegExp } from "./readRegExp.ts";
import type { Run } from "./run.ts";
import type { Call, State } from "./state.ts";
import { windowOf } from "./typedWindow.ts";
import type { Address, Value } from "./values.ts";
import { ALL, ELEMENTS, ENTRIES, KEYS } from "./world.ts";

/** A field is assigned or deleted by name. */
export function noteFieldWrite(run: Run, state: State, address: Address, name: string, isDelete = false): void {
  const object = state.store.get(address);
  const index = arrayIndex(name);
  if (object.kind === "typed" && index !== null) return noteElements(run, state, address);
  if (object.kind === "array" && name === "length") return run.session.mutates(address, ELEMENTS);
  run.session.mutates(address, name);
  const isThere =
    index !== null && object.kind === "array" ? hasElement(object.elements, index) : object.properties.has(name);
  if (isThere && !isDelete) return;
  run.session.mutates(address, KEYS);
  if (object.kind === "array" && index !== null) run.session.mutates(address, "length");
}

function hasElement(elements: readonly unknown[] | null, index: number): boolean {
  return elements?.[index] !== undefined && elements[index] !== null;
}

/** A field whose key is not known is assigned or deleted. */
export function noteComputedWrite(run: Run, state: State, address: Address, key: Value): void {
  const { kind } = state.store.get(address);
  const isIndex = key.kind === "dynamic" && isOnly(key.fact, TYPE.number);
  if (kind === "typed") noteElements(run, state, address);
  else run.session.mutates(address, kind === "array" && isIndex ? ELEMENTS : ALL);
}

/** A built-in is called at run time. */
export function noteBuiltinWrites(run: Run, state: State, call: Call, path: string): void {
  if (path === "%TypedArray%.prototype.subarray") noteSharedBytes(run, state, call.receiver);
  if (/^String\.prototype\.(match|replace|replaceAll)$/.test(path)) notePutBack(run, state, call.args[0]);
  const effect = builtinEffect(path);
  if (effect !== "mutates" && effect !== null) return;
  const isMethod = path.includes(".prototype.");
  for (const value of effect === null ? [call.receiver, ...call.args] : isMethod ? [call.receiver] : call.args) {
    if (value.kind !== "object" || !state.store.isBase(value.address)) continue;
    const object = state.store.get(value.address);
    const { kind } = object;
    // what the table does not know changes no built-in object that it is a function of: `Symbol.keyFor(x)`
    if (effect === null && value === call.receiver && object.builtin !== null) continue;
    if (!isMethod) run.session.mutates(value.address, ALL);
    else if (kind === "typed") noteElements(run, state, value.address);
    else if (kind === "regexp" && path !== "RegExp.prototype.compile") noteLastIndex(run, value.address, object);
    else if (kind === "map" || kind === "set") run.session.mutates(value.address, ENTRIES);
    else run.session.mutates(value.address, kind === "array" ? ELEMENTS : ALL);
  }
}

/** Only an expression that goes on from where it stood writes that down. */
function noteLastIndex(run: Run, address: Address, object: HeapObject): void {
  if (/[gy]/.test(readRegExp(object).flags)) run.session.mutates(address, "lastIndex");
}

/** These begin with a `g` expression at 0, and end there: that is a write if it stood elsewhere. With `y` they go on from where it stood. */
function notePutBack(run: Run, state: State, value: Value | undefined): void {
  if (value?.kind !== "object" || !state.store.isBase(value.address)) return;
  const object = state.store.get(value.address);
  if (object.kind !== "regexp") return;
  const { flags, lastIndex } = readRegExp(object);
  if (flags.includes("y") || (flags.includes("g") && lastIndex !== 0)) run.session.mutates(value.address, "lastIndex");
}

/** The bytes of a typed array get another name at run time, its buffer or a view on it: writes through that are not seen. */
export function noteSharedBytes(run: Run, state: State, value: Value): void {
  if (value.kind !== "object" || !state.store.isBase(value.address)) return;
  if (state.store.get(value.address).kind === "typed") noteElements(run, state, value.address);
}

/** Typed arrays on one buffer change together. */
function noteElements(run: Run, state: State, address: Address): void {
  run.session.mutates(windowOf(state, address)?.owner ?? address, ELEMENTS);
}
