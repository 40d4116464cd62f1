/** Map and Set with static keys. A dynamic key makes the collection a residual one. */
import type { BuiltinModel } from "./model.ts";
import { knownOf, virtualOf } from "./model.ts";
import type { HeapObject } from "../heap.ts";
import { entriesRemoved } from "../iterators.ts";
import { choiceOfEntry, isDemanded, noteAsked, tellApart } from "../keyedChoice.ts";
import type { Run } from "../run.ts";
import type { Call, Flow, State } from "../state.ts";
import { set } from "../stepOperators.ts";
import type { Value } from "../values.ts";
import { FALSE, TRUE, UNDEFINED, constant } from "../values.ts";
import { ENTRIES } from "../world.ts";

/** SameValueZero on static values; null: one of them is dynamic */
function sameKey(a: Value, b: Value): boolean | null {
  if (a.kind === "dynamic" || b.kind === "dynamic") return null;
  if (a.kind === "const" && b.kind === "const")
    return a.value === b.value || (a.value !== a.value && b.value !== b.value);
  if (a.kind === "object" && b.kind === "object") return a.address === b.address;
  return a.kind === "symbol" && b.kind === "symbol" && a.key === b.key;
}

function find(object: HeapObject, key: Value): number | null {
  const entries = object.entries ?? [];
  for (let i = 0; i < entries.length; i++) {
    const same = sameKey(entries[i]?.[0] ?? UNDEFINED, key);
    if (same === null) return null;
    if (same) return i;
  }
  return key.kind === "dynamic" ? null : -1;
}

function reading(kind: "map" | "set", answer: (value: Value) => Value, otherwise: Value): BuiltinModel {
  return (run, state, call) => {
    const object = knownOf(run, state, call.receiver, kind);
    const key = call.args[0] ?? UNDEFINED;
    if (key.kind === "dynamic") run.demand(key.lifted);
    if (object === null || call.receiver.kind !== "object") return null;
    const at = find(object, key);
    if (at !== null) return give(run, state, call, at < 0 ? otherwise : answer(object.entries?.[at]?.[1] ?? UNDEFINED));
    const choice = choiceOfEntry(run, state, call.receiver.address, key, answer, otherwise);
    if (choice === null) return null;
    if (isDemanded(run, state, call.receiver.address, choice))
      return tellApart(run, state, choice, (arm, value) => void give(run, arm, call, value));
    noteAsked(run, call.receiver.address, choice);
    return null;
  };
}

/** `super.size` */
function sizeOf(kind: "map" | "set"): BuiltinModel {
  return (run, state, call) => {
    const object = knownOf(run, state, call.receiver, kind);
    if (object === null || call.receiver.kind !== "object") return null;
    return run.session.isMutable(call.receiver.address, "size")
      ? null
      : give(run, state, call, constant(object.entries?.length ?? 0));
  };
}

function writing(
  kind: "map" | "set",
  change: (entries: (readonly [Value, Value])[], at: number, call: Call) => Value,
  removes: "one" | "all" | null = null,
): BuiltinModel {
  return (run, state, call) => {
    const key = call.args[0] ?? UNDEFINED;
    if (key.kind === "dynamic") run.demand(key.lifted);
    if (call.receiver.kind === "object" && state.store.isFixed(call.receiver.address)) {
      run.session.mutates(call.receiver.address, ENTRIES);
      return null;
    }
    const address = virtualOf(state, call.receiver, kind);
    if (address === null) return null;
    const at = find(state.store.get(address), key);
    if (at === null) return null;
    if (removes === "all" || (removes === "one" && at >= 0))
      entriesRemoved(run, state, address, removes === "one" ? at : null);
    return give(run, state, call, change(state.store.edit(address).entries ?? [], at, call));
  };
}

function give(run: Run, state: State, call: Call, value: Value): Flow {
  return call.dst === null ? "next" : set(run, state, call.dst, value);
}

function put(entries: (readonly [Value, Value])[], at: number, key: Value, value: Value): void {
  if (at < 0) entries.push([keptKey(key), value]);
  else entries[at] = [entries[at]?.[0] ?? keptKey(key), value];
}

/** As a key, -0 is 0. */
function keptKey(key: Value): Value {
  return key.kind === "const" && key.value === 0 ? constant(0) : key;
}

const remove = (entries: (readonly [Value, Value])[], at: number): Value => {
  if (at >= 0) entries.splice(at, 1);
  return constant(at >= 0);
};
const clear = (entries: (readonly [Value, Value])[]): Value => {
  entries.length = 0;
  return UNDEFINED;
};
export const collectionModels: ReadonlyMap<string, BuiltinModel> = new Map<string, BuiltinModel>([
  ["get Map.prototype.size", sizeOf("map")],
  ["get Set.prototype.size", sizeOf("set")],
  ["Map.prototype.get", reading("map", (value) => value, UNDEFINED)],
  ["Map.prototype.has", reading("map", () => TRUE, FALSE)],
  ["Set.prototype.has", reading("set", () => TRUE, FALSE)],
  [
    "Map.prototype.set",
    writing("map", (entries, at, call) => {
      put(entries, at, call.args[0] ?? UNDEFINED, call.args[1] ?? UNDEFINED);
      return call.receiver;
    }),
  ],
  [
    "Set.prototype.add",
    writing("set", (entries, at, call) => {
      const key = keptKey(call.args[0] ?? UNDEFINED);
      put(entries, at, key, key);
      return call.receiver;
    }),
  ],
  ["Map.prototype.delete", writing("map", remove, "one")],
  ["Set.prototype.delete", writing("set", remove, "one")],
  ["Map.prototype.clear", writing("map", clear, "all")],
  ["Set.prototype.clear", writing("set", clear, "all")],
]);
