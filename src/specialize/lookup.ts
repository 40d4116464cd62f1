/**
 * Property look-up on known objects, OrdinaryGet along the prototype chain. Objects of the world answer with what they
 * held when the modules had been evaluated, except fields that this specialization has found to be written at run time.
 */
import type { HeapObject, Property } from "./heap.ts";
import { holdsAtRunTime } from "./holdsAtRunTime.ts";
import { HIDDEN, OF_ARGUMENTS, WRITABLE, dataProperty, newObject } from "./heap.ts";
import { Bailout } from "./limits.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import { elementAt, windowOf } from "./typedWindow.ts";
import type { Address, Value } from "./values.ts";
import { UNDEFINED, constant, reference } from "./values.ts";

export type Lookup =
  | {
      readonly kind: "data";
      readonly value: Value;
      readonly holder: Address;
      readonly own: boolean;
      readonly flags: number;
    }
  | { readonly kind: "accessor"; readonly get: Value; readonly set: Value; readonly holder: Address }
  | { readonly kind: "absent" }
  /** only the run time knows */
  | { readonly kind: "unknown"; readonly what: string };

/** Looks a property up; `key` is a string, or `@@path` for a symbol. */
export function lookup(run: Run, state: State, address: Address, key: string): Lookup {
  const { live } = run.session;
  const passed: Address[] = [];
  let isHeld = false;
  for (let at: Address | null = address; at !== null;) {
    const object: HeapObject = state.store.get(at);
    if (object.residence.kind === "residual") {
      // what a module gave to the host is taken to be as it was, but for properties that it had or gets
      const isTaken = object.kind === "function" && run.session.evaluating;
      if (!isTaken || key === "prototype" || object.properties.has(key))
        return { kind: "unknown", what: "an object that was rebuilt in the residual" };
      isHeld = true;
    }
    if (object.kind === "iterator") return { kind: "unknown", what: "an iterator" };
    const found = ownProperty(run, state, at, object, key);
    if (found === "unknown") return { kind: "unknown", what: `field ${key}, which is written at run time` };
    if (found !== null) {
      if (found.get !== null || found.set !== null) {
        live?.relyOnPrototypes(passed);
        return { kind: "accessor", get: found.get ?? UNDEFINED, set: found.set ?? UNDEFINED, holder: at };
      }
      live?.relyInherited(address, key, found.value, passed);
      return { kind: "data", value: found.value, holder: at, own: at === address, flags: found.flags };
    }
    if (object.properties.has("\u0000open"))
      return { kind: "unknown", what: "a property that the host may have added" };
    // the binder cannot compare prototypes when it may not rely on Object.getPrototypeOf
    if (object.prototype !== null && live?.get(at) !== undefined && !run.session.knowledge.assume.builtins)
      return { kind: "unknown", what: "a property behind the prototype of a live object" };
    passed.push(at);
    at = object.prototype;
  }
  if (isHeld) return { kind: "unknown", what: "a property that a function may have been given at run time" };
  live?.relyOnPrototypes(passed);
  live?.rely(address, key, UNDEFINED);
  return { kind: "absent" };
}

/** The own property, or null; elements of arrays and lengths included. */
export function ownProperty(
  run: Run,
  state: State,
  address: Address,
  object: HeapObject,
  key: string,
): Property | "unknown" | null {
  const owner = object.kind === "typed" ? windowOf(state, address)?.owner : undefined;
  const { world } = run.session;
  if (!state.store.isFixed(address))
    return world.isHandedOut(address) || (owner !== undefined && world.isHandedOut(owner))
      ? "unknown"
      : ordinaryProperty(run, state, address, object, key);
  if (owner !== undefined && run.session.isMutable(owner, key)) return "unknown";
  // what the binder leaves to run time anyway is not asked for: that it is written, too, begins no other round
  if (run.session.live?.isDynamic(address, key) === true || run.session.isMutable(address, key)) return "unknown";
  const found = ordinaryProperty(run, state, address, object, key);
  if (found !== "unknown" && !holdsAtRunTime(run, state, address, key, object, found)) return "unknown";
  if (found !== null && found !== "unknown") run.session.live?.rely(address, key, found.value);
  return found;
}

function ordinaryProperty(
  run: Run,
  state: State,
  address: Address,
  object: HeapObject,
  key: string,
): Property | "unknown" | null {
  if (object.elements !== null && object.kind === "array") {
    if (key === "length") return dataProperty(constant(object.elements.length), object.elementFlags & WRITABLE);
    const index = arrayIndex(key);
    if (index !== null) {
      const element = object.elements[index];
      return element === null || element === undefined ? null : dataProperty(element, object.elementFlags);
    }
  }
  if (object.kind === "typed") {
    const window = windowOf(state, address);
    const index = arrayIndex(key);
    if (window === null) return index === null ? null : "unknown";
    if (index !== null) return index < window.length ? dataProperty(constant(elementAt(state, window, index))) : null;
    if (key === "length") return dataProperty(constant(window.length), 0);
    if (key === "byteLength") return dataProperty(constant(window.length * window.size), 0);
    if (key === "byteOffset") return dataProperty(constant(window.offset * window.size), 0);
  }
  if (key === "size" && (object.kind === "map" || object.kind === "set") && hasBuiltinSize(run, state, object))
    return dataProperty(constant(object.entries?.length ?? 0), 0);
  if (object.kind === "regexp" && (key === "source" || key === "flags"))
    return object.properties.get(`\u0000${key}`) ?? null;
  const own = object.properties.get(key);
  if (own !== undefined) return own;
  if (key === "callee" && object.properties.has(OF_ARGUMENTS)) {
    const thrower = reference(run.session.intrinsic("%ThrowTypeError%"));
    return { value: UNDEFINED, get: thrower, set: thrower, flags: 0 };
  }
  // whether errors have one, and what is in it, is for the engine that runs them to say
  if (object.kind === "error" && key === "stack") return "unknown";
  return object.kind === "function" && object.code !== null ? functionProperty(run, state, address, object, key) : null;
}

/** `size` is what the getter of Map or Set gives, and not one of the object itself or of a subclass. */
function hasBuiltinSize(run: Run, state: State, object: HeapObject): boolean {
  const builtin = run.session.intrinsic(object.kind === "map" ? "Map.prototype" : "Set.prototype");
  let holder = object;
  while (!holder.properties.has("size")) {
    if (holder.prototype === null || holder.prototype === builtin) return holder.prototype !== null;
    holder = state.store.get(holder.prototype);
  }
  return false;
}

/** `prototype`, `name` and `length` of functions exist from the start but are made when asked for. */
function functionProperty(run: Run, state: State, address: Address, object: HeapObject, key: string): Property | null {
  const ir = object.code?.code.ir;
  if (ir === undefined) return null;
  if (key === "name") return dataProperty(constant(ir.name), 4);
  if (key === "length") return dataProperty(constant(ir.length), 4);
  if (key !== "prototype" || ir.kind !== "function" || ir.opaque !== null) return null;
  const made = run.newAddress();
  const prototype = newObject("plain", run.session.intrinsic("Object.prototype"), `${ir.name}.prototype`);
  prototype.properties.set("constructor", dataProperty(reference(address), HIDDEN));
  state.store.put(made, prototype);
  const property = dataProperty(reference(made), 1);
  state.store.edit(address).properties.set("prototype", property);
  return property;
}

/** The array index a key spells, or null. */
export function arrayIndex(key: string): number | null {
  if (key === "0") return 0;
  if (!/^[1-9]\d{0,9}$/.test(key)) return null;
  const index = Number(key);
  return index < 4294967295 ? index : null;
}

/** It begins as only names do that the specializer itself gives. */
export function isInner(name: string): boolean {
  return name.startsWith("\u0000") || name.startsWith("\u0001");
}

/** It begins as here the names of symbols and inner fields do: no property of the program can have it. */
export function isTaken(name: string): boolean {
  return name.startsWith("@@") || isInner(name);
}

/** Property key of a static value; null: not static. Symbols and their path are kept apart from strings by `@@`. */
export function keyOf(value: Value): string | null {
  if (value.kind === "const") {
    const text = String(value.value);
    if (isTaken(text)) throw new Bailout("a property name that begins like those of symbols do here");
    return text;
  }
  return value.kind === "symbol" ? `@@${value.key}` : null;
}
