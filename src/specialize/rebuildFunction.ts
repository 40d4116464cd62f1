/**
 * A function that is needed at run time, with the properties of its own: they are assigned once it is there. The object
 * behind `prototype` comes with it, for the engine makes one.
 *
 *   function F() {}  F.prototype.n = 3                 const prototype = F.prototype;  prototype.n = 3;
 */
import type { Operand } from "../ir/types.ts";
import { copyGeneric } from "./copyGeneric.ts";
import type { HeapObject } from "./heap.ts";
import { CONFIGURABLE, HIDDEN, PLAIN, WRITABLE } from "./heap.ts";
import { Bailout } from "./limits.ts";
import { rebuildBound } from "./rebuildBound.ts";
import { define, type Parts, restrict } from "./rebuildPlain.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import type { Address, Temp } from "./values.ts";

export function rebuildFunction(run: Run, state: State, address: Address, temp: Temp, parts: Parts): void {
  const object = state.store.get(address);
  if (state.store.isFixed(address)) refuseWritten(run, address, object);
  if (rebuildBound(run, state, address, temp, parts)) return;
  if (object.code?.code.ir.kind === "arrow" && object.code.code.ir.usesSuper)
    throw new Bailout("an arrow function that uses `super` is needed at run time, apart from the method around it");
  const prototype = prototypeMadeWith(state, address);
  const name = givenName(object);
  const { func, captures } = copyGeneric(run, object.code, (value) => parts.lift(value), name);
  run.write(state, { op: "closure", dst: temp, func, captures });
  if (prototype !== null) {
    const made = run.newTemp("prototype");
    run.write(state, { op: "getProp", dst: made, object: temp, key: { value: "prototype" }, isPlain: true });
    const before = state.store.get(prototype);
    state.store.edit(prototype).residence = { kind: "residual", temp: made };
    putProperties(run, state, before, made, parts, ["constructor"]);
  }
  const done = [...(prototype === null ? [] : ["prototype"]), ...(name === null ? [] : ["name"])];
  putProperties(run, state, object, temp, parts, done);
  if (object.extensible) return;
  const builtin = (object.elementFlags & WRITABLE) === 0 ? "Object.freeze" : "Object.seal";
  parts.later(() => restrict(run, state, temp, { builtin }));
}

/** What is kept in a property of a function of a module from call to call is not to begin anew with a copy. */
function refuseWritten({ session }: Run, address: Address, { site, properties }: HeapObject): void {
  const written = [...properties.keys()].find((key) => session.isMutable(address, key));
  if (written !== undefined || session.changesKeys(address))
    throw new Bailout(`${site} has properties that are written at run time, and no name to refer to it by`);
}

/** The name that a function without one was given, which its code can have then; null: it has its own, or no plain one. */
function givenName({ code, properties }: HeapObject): string | null {
  const name = properties.get("name");
  if (name?.value.kind !== "const" || name.flags !== CONFIGURABLE || code?.code.ir.name !== "") return null;
  return typeof name.value.value === "string" ? name.value.value : null;
}

/** The function that an object is the `prototype` of, since both were made; null: there is none. */
export function functionOfPrototype(state: State, prototype: Address): Address | null {
  const made = state.store.get(prototype).properties.get("constructor");
  if (made?.value.kind !== "object" || made.flags !== HIDDEN || state.store.isFixed(prototype)) return null;
  const { address } = made.value;
  if (state.store.isFixed(address) || state.store.get(address).residence.kind !== "virtual") return null;
  return prototypeMadeWith(state, address) === prototype ? address : null;
}

/** The object behind `prototype`, where it is the one that came with the function. */
function prototypeMadeWith(state: State, address: Address): Address | null {
  const { code, properties } = state.store.get(address);
  const value = properties.get("prototype")?.value;
  if (value?.kind !== "object" || code === null || state.store.isFixed(value.address)) return null;
  const { site, residence, extensible, properties: own } = state.store.get(value.address);
  const back = own.get("constructor");
  const isBack = back?.value.kind === "object" && back.value.address === address && back.flags === HIDDEN;
  const isMade = site === `${code.code.ir.name}.prototype` && [...own.keys()][0] === "constructor" && extensible;
  return isBack && isMade && residence.kind === "virtual" ? value.address : null;
}

function putProperties(
  run: Run,
  state: State,
  object: HeapObject,
  temp: Temp,
  parts: Parts,
  done: readonly string[],
): void {
  for (const [key, property] of object.properties) {
    if (done.includes(key)) continue;
    const name: Operand = parts.key(key);
    const isAssigned = property.flags === PLAIN || (key === "prototype" && property.flags === 1);
    if (property.get === null && property.set === null && isAssigned && key !== "name" && key !== "length")
      parts.later(() =>
        run.write(state, { op: "setProp", object: temp, key: name, value: parts.lift(property.value) }),
      );
    else parts.later(() => define(run, state, temp, name, property, parts));
  }
}
