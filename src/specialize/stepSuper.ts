/**
 * `super.key` and `super.key = value`: look-up starts above the object that the method was made in; getters and setters
 * run on `this`, and what else is written is a property of `this` itself.
 */
import type { Instruction } from "../ir/types.ts";
import { callFunction } from "./callFunction.ts";
import { read } from "./frames.ts";
import { WRITABLE } from "./heap.ts";
import { Bailout } from "./limits.ts";
import { keyOf, lookup, ownProperty, type Lookup } from "./lookup.ts";
import { materialField } from "./referTo.ts";
import type { Run } from "./run.ts";
import type { Flow, State } from "./state.ts";
import { top } from "./state.ts";
import { set } from "./stepOperators.ts";
import { assign, refuse } from "./stepProperties.ts";
import { UNDEFINED } from "./values.ts";

type Get = Extract<Instruction, { op: "getSuper" }>;
type SetStep = Extract<Instruction, { op: "setSuper" }>;

export function stepSuper(run: Run, state: State, step: Get | SetStep): Flow {
  const key = read(state, step.key);
  if (key.kind === "dynamic") run.demand(key.lifted);
  const name = keyOf(key);
  const above = homeOf(state);
  if (above === null || name === null) throw new Bailout("super in a method whose object is not known", step.origin);
  const found = lookup(run, state, above, name);
  if (found.kind === "unknown") throw new Bailout("a property of super that is not known", step.origin);
  return step.op === "getSuper" ? get(run, state, step, name, found) : put(run, state, step, name, found);
}

function get(run: Run, state: State, step: Get, name: string, found: Lookup): Flow {
  if (found.kind === "data")
    return set(run, state, step.dst, materialField(run, state, found.value, found.holder, name));
  if (found.kind !== "accessor" || found.get.kind === "const") return set(run, state, step.dst, UNDEFINED);
  const receiver = read(state, step.receiver);
  return callFunction(run, state, { callee: found.get, receiver, args: [], dst: step.dst, origin: step.origin, name });
}

/** OrdinarySetWithOwnDescriptor with a receiver that is not where the look-up began. */
function put(run: Run, state: State, step: SetStep, name: string, found: Lookup): Flow {
  const { origin } = step;
  const receiver = read(state, step.receiver);
  const value = read(state, step.value);
  const { strict } = top(state).code.ir;
  if (found.kind === "accessor") {
    if (found.set.kind === "const")
      return refuse(run, state, strict, `Cannot set property ${name} of #<Object> which has only a getter`, origin);
    return callFunction(run, state, { callee: found.set, receiver, args: [value], dst: null, origin, name });
  }
  if (receiver.kind !== "object" || !state.store.isOwn(receiver.address))
    throw new Bailout("assignment to a property of super, of an object that exists at run time", origin);
  const object = state.store.get(receiver.address);
  const own = ownProperty(run, state, receiver.address, object, name);
  if (own === "unknown") throw new Bailout("assignment to a property of super that is not known", origin);
  const isWritable =
    (found.kind !== "data" || (found.flags & WRITABLE) !== 0) &&
    (own === null ? object.extensible : own.get === null && own.set === null && (own.flags & WRITABLE) !== 0);
  if (!isWritable) return refuse(run, state, strict, `Cannot assign to read only property '${name}' of object`, origin);
  return assign(run, state, receiver.address, name, value, origin);
}

function homeOf(state: State): number | null {
  const self = top(state).self;
  const home = self === null ? null : (state.store.get(self).code?.home ?? null);
  return home === null ? null : state.store.get(home).prototype;
}
