/**
 * Whether what an object of the world held when the modules had been evaluated is what it holds at run time, under the
 * assumptions that are switched on.
 *
 * Without `builtins`, built-in objects and the members of classes may have been replaced by anybody. Without `statics`, so
 * may the fields of all other objects that code can reach, now or between two calls. What is left: properties that can be
 * neither written nor reconfigured, properties that objects lack which take no more, objects that only the static values
 * of sites lead to, and what the declarations of live objects promise.
 */
import type { HeapObject, Property } from "./heap.ts";
import { CONFIGURABLE, ENUMERABLE, WRITABLE } from "./heap.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import type { Address } from "./values.ts";

/** `found`: the object's own property of this key, or null: it has none. */
export function holdsAtRunTime(
  run: Run,
  state: State,
  address: Address,
  key: string,
  object: HeapObject,
  found: Property | null,
): boolean {
  const { session } = run;
  const holds = isAssumed(run, state, address, key, object, found);
  if (holds && object.builtin === null && session.live === null && !session.evaluating && state.store.isFixed(address))
    session.relied.note(address, key, object, found);
  return holds;
}

function isAssumed(
  run: Run,
  state: State,
  address: Address,
  key: string,
  object: HeapObject,
  found: Property | null,
): boolean {
  const { session } = run;
  const { assume } = session.knowledge;
  if (assume.builtins && assume.statics) return true;
  // the size of a Map or Set cannot be written, but it changes
  const isSize = key === "size" && object.entries !== null;
  if (found === null ? !object.extensible : isFixed(found) && !isSize) return true;
  if (object.builtin !== null || isMember(state, object, found)) return assume.builtins;
  if (assume.statics || session.evaluating) return true;
  const live = session.live?.get(address);
  return live === undefined ? session.isPrivate(address) : session.live?.promises(address, key) === true;
}

function isFixed({ get, set, flags }: Property): boolean {
  const isAccessor = get !== null || set !== null;
  return (flags & CONFIGURABLE) === 0 && (isAccessor || (flags & WRITABLE) === 0);
}

/** A method or accessor that a class definition made; or that a prototype, which methods are looked for in, lacks it. */
function isMember(state: State, object: HeapObject, found: Property | null): boolean {
  if (found === null) {
    const maker = object.properties.get("constructor")?.value;
    return maker?.kind === "object" && state.store.get(maker.address).code !== null;
  }
  if ((found.flags & ENUMERABLE) !== 0) return false;
  if (found.get !== null || found.set !== null) return true;
  return found.value.kind === "object" && state.store.get(found.value.address).code !== null;
}
