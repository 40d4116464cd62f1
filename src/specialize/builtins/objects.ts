/** Object.* and Object.prototype.* on known objects. */
import { defineProperties } from "./defineProperties.ts";
import type { BuiltinModel } from "./model.ts";
import { objectTag } from "./objectTag.ts";
import type { HeapObject } from "../heap.ts";
import { CONFIGURABLE, ENUMERABLE, WRITABLE, dataProperty, newObject } from "../heap.ts";
import { listOf, pairOf } from "../iterators.ts";
import { choiceOfOwn, isDemanded, noteAsked, tellApart } from "../keyedChoice.ts";
import { keyOf, lookup, ownProperty } from "../lookup.ts";
import { assignsLost } from "../lostShapes.ts";
import { newArray } from "../make.ts";
import { isDeclaredOwn } from "../plainPlace.ts";
import { materialField } from "../referTo.ts";
import type { Run } from "../run.ts";
import type { Call, Flow, State } from "../state.ts";
import { ownKeys } from "../stepIteration.ts";
import { set } from "../stepOperators.ts";
import type { Address, Value } from "../values.ts";
import { NULL, TRUE, UNDEFINED, constant, reference } from "../values.ts";

function give(run: Run, state: State, call: Call, value: Value): Flow {
  return call.dst === null ? "next" : set(run, state, call.dst, value);
}

/** Own enumerable string keys with their values, those of symbols behind them if asked for; null: not all is known data. */
function ownEnumerable(run: Run, state: State, value: Value, withSymbols = false): [string, Value][] | null {
  if (value.kind !== "object") return null;
  const object = state.store.get(value.address);
  if (object.residence.kind === "residual") return null;
  const found: [string, Value][] = [];
  const keys = ownKeys(run, state, value.address);
  if (keys === null) return null;
  for (const key of keys) {
    if (key.startsWith("@@") && !withSymbols) continue;
    const property = ownProperty(run, state, value.address, object, key);
    if (property === "unknown" || (property !== null && property.get !== null)) return null;
    if (property !== null && (property.flags & ENUMERABLE) !== 0)
      found.push([key, materialField(run, state, property.value, value.address, key)]);
  }
  const isSymbol = ([key]: readonly [string, Value]): boolean => key.startsWith("@@");
  return [...found.filter((one) => !isSymbol(one)), ...found.filter(isSymbol)];
}

function listing(pick: (run: Run, state: State, entry: [string, Value]) => Value): BuiltinModel {
  return (run, state, call) => {
    const entries = ownEnumerable(run, state, call.args[0] ?? UNDEFINED);
    return entries === null
      ? null
      : give(
          run,
          state,
          call,
          newArray(
            run,
            state,
            entries.map((e) => pick(run, state, e)),
            "Object.keys",
          ),
        );
  };
}

/** Of a plain object: what other kinds have besides (a length, a name) is not listed. */
function ownNames(run: Run, state: State, call: Call): Flow | null {
  const [value = UNDEFINED] = call.args;
  const object = value.kind === "object" ? state.store.get(value.address) : null;
  if (value.kind !== "object" || object?.kind !== "plain" || object.residence.kind === "residual") return null;
  const keys = ownKeys(run, state, value.address)?.filter((key) => !key.startsWith("@@"));
  if (keys === undefined) return null;
  return give(run, state, call, newArray(run, state, keys.map(constant), "Object.getOwnPropertyNames"));
}

function virtual(state: State, value: Value): Address | null {
  return value.kind === "object" && state.store.isOwn(value.address) ? value.address : null;
}

/** Accessors of the prototype that `ownProperty` answers for the object at once. */
function isInherited({ kind, properties }: HeapObject, key: string): boolean {
  if (properties.has(key)) return false;
  if (kind === "map" || kind === "set") return key === "size";
  if (kind === "typed") return key === "length" || key === "byteLength" || key === "byteOffset";
  return kind === "regexp" && (key === "source" || key === "flags");
}

function hasOwnByChoice(run: Run, state: State, call: Call, address: Address, key: Value): Flow | null {
  const choice = choiceOfOwn(run, state, address, key);
  if (choice === null) return null;
  if (choice.rest !== null && isDemanded(run, state, address, choice))
    return tellApart(run, state, choice, (arm, value) => void give(run, arm, call, value));
  if (choice.rest !== null) noteAsked(run, address, choice);
  return null;
}

function hasOwn(run: Run, state: State, call: Call, object: Value, key: Value): Flow | null {
  const name = keyOf(key);
  if (key.kind === "dynamic") run.demand(key.lifted);
  if (object.kind === "object" && name === null) return hasOwnByChoice(run, state, call, object.address, key);
  if (name !== null && isDeclaredOwn(object, name)) return give(run, state, call, TRUE);
  if (object.kind !== "object" || name === null) return null;
  const known = state.store.get(object.address);
  if (known.residence.kind === "residual" || run.session.live?.get(object.address) !== undefined) return null;
  const property = isInherited(known, name) ? null : ownProperty(run, state, object.address, known, name);
  return property === "unknown" ? null : give(run, state, call, constant(property !== null));
}

/** freeze and seal: no property can be added, removed or (freeze) written */
function restrict(flags: number): BuiltinModel {
  return (run, state, call) => {
    const value = call.args[0] ?? UNDEFINED;
    const address = virtual(state, value);
    if (address === null) return value.kind === "const" ? give(run, state, call, value) : null;
    const object = state.store.get(address);
    if (object.kind !== "plain" && object.kind !== "array" && object.kind !== "function") return null;
    const edited = state.store.edit(address);
    edited.extensible = false;
    edited.elementFlags &= ~flags;
    for (const [key, property] of edited.properties)
      edited.properties.set(key, { ...property, flags: property.flags & ~flags });
    return give(run, state, call, value);
  };
}

/** A primitive without enumerable fields: all but texts. */
function hasNoFields(value: Value): boolean {
  return value.kind === "const" && (typeof value.value !== "string" || value.value === "");
}

/** An assignment to the key makes or changes a field of the object itself: nothing on the way up is asked or refuses. */
function isPlainPlace(run: Run, state: State, address: Address, key: string): boolean {
  const found = lookup(run, state, address, key);
  return found.kind === "absent" || (found.kind === "data" && (found.flags & WRITABLE) !== 0);
}

const define: BuiltinModel = (run, state, call) => {
  const [object = UNDEFINED, key = UNDEFINED, descriptor = UNDEFINED] = call.args;
  const address = virtual(state, object);
  const name = keyOf(key);
  const fields = descriptorOf(run, state, descriptor);
  if (address === null || name === null || fields === null) return null;
  return defineProperties(run, state, address, [[name, fields]]) ? give(run, state, call, object) : null;
};

/** ToPropertyDescriptor; null: not all is known. */
function descriptorOf(run: Run, state: State, value: Value): Map<string, Value> | null {
  if (value.kind !== "object") return null;
  const fields = new Map<string, Value>();
  for (const name of ["value", "writable", "get", "set", "enumerable", "configurable"]) {
    const found = lookup(run, state, value.address, name);
    if (found.kind === "accessor" || found.kind === "unknown") return null;
    if (found.kind === "data") fields.set(name, materialField(run, state, found.value, found.holder, name));
  }
  return fields;
}

/** The descriptors in an object, which are all read before the first is applied; null: not all is known. */
function descriptorsIn(run: Run, state: State, value: Value): [string, Map<string, Value>][] | null {
  const found: [string, Map<string, Value>][] = [];
  for (const [key, descriptor] of ownEnumerable(run, state, value, true) ?? [["", UNDEFINED] as const]) {
    const fields = descriptorOf(run, state, descriptor);
    if (fields === null) return null;
    found.push([key, fields]);
  }
  return found;
}

const defineAll: BuiltinModel = (run, state, call) => {
  const [object = UNDEFINED, properties = UNDEFINED] = call.args;
  const address = virtual(state, object);
  const descriptors = descriptorsIn(run, state, properties);
  if (address === null || descriptors === null) return null;
  return defineProperties(run, state, address, descriptors) ? give(run, state, call, object) : null;
};

const create: BuiltinModel = (run, state, call) => {
  const [prototype = UNDEFINED, properties = UNDEFINED] = call.args;
  if (prototype.kind !== "object" && !(prototype.kind === "const" && prototype.value === null)) return null;
  const isBare = properties.kind === "const" && properties.value === undefined;
  const descriptors = isBare ? [] : descriptorsIn(run, state, properties);
  if (descriptors === null) return null;
  const address = run.newAddress();
  const above = prototype.kind === "object" ? prototype.address : null;
  state.store.put(address, newObject("plain", above, "Object.create"));
  return defineProperties(run, state, address, descriptors) ? give(run, state, call, reference(address)) : null;
};

export const objectModels: ReadonlyMap<string, BuiltinModel> = new Map<string, BuiltinModel>([
  ["Object.keys", listing((_run, _state, [key]) => constant(key))],
  ["Object.values", listing((_run, _state, [, value]) => value)],
  ["Object.entries", listing((run, state, [key, value]) => newArray(run, state, [constant(key), value], "entry"))],
  ["Object.getOwnPropertyNames", ownNames],
  ["Object.freeze", restrict(WRITABLE | CONFIGURABLE)],
  ["Object.seal", restrict(CONFIGURABLE)],
  [
    "Object.isFrozen",
    (run, state, call) => {
      const address = virtual(state, call.args[0] ?? UNDEFINED);
      if (address === null) return null;
      const object = state.store.get(address);
      const flags = [...object.properties.values()].map((property) => property.flags);
      if (object.elements !== null) flags.push(object.elementFlags);
      const isFrozen = !object.extensible && flags.every((f) => (f & (WRITABLE | CONFIGURABLE)) === 0);
      return give(run, state, call, constant(isFrozen));
    },
  ],
  [
    "Object.getPrototypeOf",
    (run, state, call) => {
      const value = call.args[0] ?? UNDEFINED;
      if (value.kind !== "object") return null;
      const { prototype } = state.store.get(value.address);
      return give(run, state, call, prototype === null ? NULL : reference(prototype));
    },
  ],
  ["Object.create", create],
  [
    "Object.assign",
    (run, state, call) => {
      const [target = UNDEFINED, ...sources] = call.args;
      if (assignsLost(run, state, target, sources)) return give(run, state, call, target);
      const address = virtual(state, target);
      if (address === null || state.store.get(address).kind !== "plain" || !state.store.get(address).extensible)
        return null;
      const lists = sources.map((s) => (hasNoFields(s) ? [] : ownEnumerable(run, state, s, true)));
      const keys = lists.flatMap((list) => (list ?? []).map(([key]) => key));
      if (lists.includes(null) || keys.some((key) => !isPlainPlace(run, state, address, key))) return null;
      for (const list of lists)
        for (const [key, value] of list ?? [])
          state.store
            .edit(address)
            .properties.set(key, dataProperty(value, state.store.get(address).properties.get(key)?.flags));
      return give(run, state, call, target);
    },
  ],
  [
    "Object.fromEntries",
    (run, state, call) => {
      const list = listOf(run, state, call.args[0] ?? UNDEFINED);
      if (list === null) return null;
      const object = newObject("plain", run.session.intrinsic("Object.prototype"), "Object.fromEntries");
      for (const item of list) {
        const pair = pairOf(run, state, item);
        const name = pair === null ? null : keyOf(pair[0]);
        if (pair === null || name === null) return null;
        const [, value] = pair;
        object.properties.set(name, dataProperty(value));
      }
      const address = run.newAddress();
      state.store.put(address, object);
      return give(run, state, call, reference(address));
    },
  ],
  ["Object.defineProperty", define],
  ["Object.defineProperties", defineAll],
  ["Object.prototype.toString", objectTag],
  [
    "Object.prototype.hasOwnProperty",
    (run, state, call) => hasOwn(run, state, call, call.receiver, call.args[0] ?? UNDEFINED),
  ],
  [
    "Object.hasOwn",
    (run, state, call) => hasOwn(run, state, call, call.args[0] ?? UNDEFINED, call.args[1] ?? UNDEFINED),
  ],
]);
