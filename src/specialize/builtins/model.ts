/** A built-in's behaviour on known objects. Null: not modelled for these operands, the call stays. */
import type { HeapObject, ObjectKind } from "../heap.ts";
import { isReadable } from "../iterators.ts";
import type { Run } from "../run.ts";
import type { Call, Construction, Flow, State } from "../state.ts";
import type { Address, Value } from "../values.ts";

export type BuiltinModel = (run: Run, state: State, call: Call) => Flow | null;
export type ConstructorModel = (run: Run, state: State, call: Construction, newTarget: Value) => Flow | null;

/** The receiver, if it is a known object of this kind that only the specializer holds. */
export function virtualOf(state: State, value: Value, kind: ObjectKind): Address | null {
  if (value.kind !== "object" || !state.store.isOwn(value.address)) return null;
  return state.store.get(value.address).kind === kind ? value.address : null;
}

/** The object, if it is known (of the world included, but no live one) and of this kind. */
export function knownOf(run: Run, state: State, value: Value, kind: ObjectKind): HeapObject | null {
  if (value.kind !== "object" || run.session.live?.get(value.address) !== undefined) return null;
  const object = state.store.get(value.address);
  return object.kind === kind && isReadable(run, state, value.address, object) ? object : null;
}
