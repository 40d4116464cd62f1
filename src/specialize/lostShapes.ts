/**
 * Records that paths have given different fields, where the paths join: kept apart they would make a version for each set of
 * fields, and most of them are only written to from there on. So the fields are lost first: the joined record has a prototype
 * and a place in the heap, and nothing more is known of it. It remembers the joins that it comes from. Who asks for anything
 * else (`Store.get`) has the fields kept apart at these joins, and specialization starts again.
 *
 * Needs: records made while specializing, that nothing dynamic holds, with plain fields. Promises: what is written to a record
 * whose fields are lost can be left out, unless a prototype says otherwise: nobody reads it.
 *
 * Example: `if (has(x, "a")) seen.a = true; if (has(x, "b")) seen.b = true;` gives one version behind each test, not two and four,
 * unless `seen` is looked at afterwards.
 *
 * After: the polyvariance on demand of `versions`, for shapes in place of values.
 */
import type { HeapObject, Store } from "./heap.ts";
import { PLAIN, WRITABLE, newObject } from "./heap.ts";
import { lookup } from "./lookup.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import type { Address, LiftTags, Value } from "./values.ts";
import { NULL, reference } from "./values.ts";

/** Nothing is known of its fields, or that may be so where it is joined with another one. */
export function mayLose(store: Store, object: HeapObject): boolean {
  const { kind, residence, extensible, code, builtin, properties, prototype } = object;
  if (residence.kind === "lost") return true;
  if (kind !== "plain" || residence.kind !== "virtual" || !extensible || code !== null || builtin !== null)
    return false;
  for (const [name, { get, set, flags }] of properties)
    if (get !== null || set !== null || flags !== PLAIN || name.startsWith("\u0000")) return false;
  return prototype === null || store.isFixed(prototype) || mayLose(store, store.peek(prototype));
}

export function isLost({ residence }: HeapObject): boolean {
  return residence.kind === "lost";
}

/** Two records, without their fields, stand for each other: what they inherit from is of one kind. */
export function losesAlike(x: HeapObject, y: HeapObject): boolean {
  return x.kind === y.kind && (x.prototype === null) === (y.prototype === null);
}

/** What is left of a record whose fields are lost. */
export function withoutFields(object: HeapObject): HeapObject {
  return { ...newObject(object.kind, object.prototype, object.site), residence: object.residence };
}

/** The record that paths join in; it is told apart where `tags` say. */
export function lostRecord(run: Run, model: HeapObject, prototype: Value, tags: LiftTags): HeapObject {
  const made = newObject(model.kind, prototype.kind === "object" ? prototype.address : null, model.site);
  made.residence = { kind: "lost", tags, demand: () => run.demandShape(tags) };
  return made;
}

/** Whether a write to the field of a record whose fields are lost does nothing that anybody sees. */
export function isLostWrite(run: Run, state: State, address: Address, name: string): boolean {
  let at: Address | null = address;
  while (at !== null && state.store.peek(at).residence.kind === "lost") at = state.store.peek(at).prototype;
  if (at === address) return false;
  if (at === null) return true;
  const found = lookup(run, state, at, name);
  return found.kind === "absent" || (found.kind === "data" && (found.flags & WRITABLE) !== 0);
}

/**
 * Object.assign where fields of one of them are lost: those of the target are lost too, since it may get any of them. true: that
 * is all that it does, for nothing is inherited that could hear of it.
 */
export function assignsLost(run: Run, state: State, target: Value, sources: readonly Value[]): boolean {
  const { store } = state;
  const records = [target, ...sources].flatMap((v) => (v.kind === "object" ? [store.peek(v.address)] : []));
  const [model] = records;
  if (target.kind !== "object" || model === undefined || records.length <= sources.length) return false;
  if (!records.some(isLost) || !records.every((one) => mayLose(store, one))) return false;
  for (let at = model.prototype; at !== null; at = store.peek(at).prototype) if (store.isFixed(at)) return false;
  const from = records.flatMap(({ residence }) => (residence.kind === "lost" ? [residence.tags] : []));
  const prototype = model.prototype === null ? NULL : reference(model.prototype);
  store.put(target.address, lostRecord(run, model, prototype, { own: null, from }));
  return true;
}
