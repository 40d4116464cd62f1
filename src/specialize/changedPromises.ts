/**
 * Fields that are declared static and written nevertheless. On the path of the write such a field is what was written; the
 * declaration promises what it holds when the residual starts. So it has to hold that again whenever the residual ends:
 * the next call relies on it.
 *
 * Promises: the written fields that hold another value in this state than at the start, or one that is not known.
 */
import type { HeapObject } from "./heap.ts";
import type { PromiseWritten } from "./live.ts";
import { arrayIndex } from "./lookup.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import type { Value } from "./values.ts";
import { sameValueRef } from "./values.ts";

/** Static fields that are not, in this state, what they were at the start. */
export function changedPromises(run: Run, state: State): PromiseWritten[] {
  return [...run.promisesWritten.values()].filter(({ address, key }) => {
    if (!state.store.isOverlaid(address)) return false;
    const was = fieldOf(run.session.world.get(address), key);
    const is = fieldOf(state.store.get(address), key);
    return was?.kind !== "dynamic" && (was == null || is == null || !sameValueRef(was, is));
  });
}

function fieldOf(object: HeapObject | undefined, key: string): Value | null | undefined {
  const index = object?.elements == null ? null : arrayIndex(key);
  return index === null ? object?.properties.get(key)?.value : object?.elements?.[index];
}
