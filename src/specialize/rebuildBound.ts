/**
 * A bound function that is needed at run time is bound there. One that is kept in what it is bound to, and one that has
 * been changed, cannot be made after it: specialization goes back to where it was bound, and that call stays.
 *
 *   const g = f.bind(o, 1); g(2); host(g)              …unfolded…; host(f.bind(o, 1))
 */
import type { Operand } from "../ir/types.ts";
import type { BoundParts } from "./boundFunction.ts";
import { boundParts, boundProperties } from "./boundFunction.ts";
import type { HeapObject } from "./heap.ts";
import { CONFIGURABLE } from "./heap.ts";
import { Bailout } from "./limits.ts";
import { lookup } from "./lookup.ts";
import type { Parts } from "./rebuildPlain.ts";
import { liftIntrinsic } from "./referTo.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import type { Address, ObjectValue, Temp } from "./values.ts";
import { sameValueRef } from "./values.ts";
import { Restart } from "./versions.ts";

const BIND = "Function.prototype.bind";

/** False: it is no bound function. */
export function rebuildBound(run: Run, state: State, address: Address, temp: Temp, parts: Parts): boolean {
  const object = state.store.get(address);
  const bound = boundParts(object.code);
  if (bound === null) return false;
  const { target, receiver, args } = bound;
  if (!isAsMade(run, state, object, bound) || [target, receiver, ...args].some((value) => parts.isBeingMade(value))) {
    if (!state.store.isFixed(address) && run.session.leaveMaking(object.site))
      throw new Restart(`${object.site} is needed at run time`);
    throw new Bailout(
      "a bound function that has been changed is needed at run time, and has no name to refer to it by",
    );
  }
  const given = [receiver, ...args].map((value) => parts.lift(value));
  const on = parts.lift(target);
  const callee = methodOf(run, state, target, on) ?? liftIntrinsic(run, state, BIND);
  run.write(state, { op: "call", dst: temp, callee, receiver: on, args: given });
  return true;
}

/** `target.bind`, if that is the method of all functions. */
function methodOf(run: Run, state: State, target: ObjectValue, on: Operand): Operand | null {
  const found = lookup(run, state, target.address, "bind");
  if (found.kind !== "data" || found.value.kind !== "object" || found.value.address !== run.session.intrinsic(BIND))
    return null;
  const method = run.newTemp();
  run.write(state, { op: "getProp", dst: method, object: on, key: { value: "bind" }, isPlain: true });
  return method;
}

/** It has the properties that `bind` would give it now. */
function isAsMade(run: Run, state: State, { extensible, properties }: HeapObject, bound: BoundParts): boolean {
  const made = new Map(boundProperties(run, state, bound.target, bound.args.length));
  return (
    extensible &&
    properties.size === made.size &&
    [...properties].every(([key, { value, flags, get, set }]) => {
      const one = made.get(key);
      const isPlain = get === null && set === null && flags === CONFIGURABLE;
      return isPlain && one !== undefined && sameValueRef(one, value);
    })
  );
}
