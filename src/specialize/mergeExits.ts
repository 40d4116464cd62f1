/**
 * The ends of an evaluation that depends on something only the run time knows (`typeof window`), as one.
 *
 * Needs: states at the end of one evaluation, over one base. Promises: whichever way the program goes, what the merged
 * store says holds; what the ways do not agree on is unknown there. An object that has other keys, another length or
 * other bytes at the end of another way is unknown altogether: it is marked as one that was handed out.
 * Algorithm: address by address; objects that only some of the ways made are kept, only those ways lead to them.
 */
import type { HeapObject, Property, Store } from "./heap.ts";
import { dataProperty } from "./heap.ts";
import { sameProperty, sameSlot } from "./sameContents.ts";
import type { State } from "./state.ts";
import type { Address, Cause, Value } from "./values.ts";
import { dynamic } from "./values.ts";

type Slot = Value | null | undefined;

/** Merges the others into the first state's store, which is changed; functions that differ are told to `handOut`. */
export function mergeExits(
  first: State,
  others: readonly State[],
  cause: Cause,
  handOut: (address: Address) => void,
): State {
  const merge = (address: Address, there: HeapObject): void => {
    const here = first.store.edit(address);
    // other objects are handed out with whatever is residual; of functions that does not tell anything
    if (!mergeObject(here, there, cause) && here.kind === "function") handOut(address);
  };
  for (const other of others)
    for (const address of other.store.overlaid()) {
      const there = other.store.get(address);
      const here = find(first.store, address);
      if (here === null) first.store.put(address, { ...there });
      else if (here !== there) merge(address, there);
    }
  for (const other of others)
    for (const address of first.store.overlaid()) {
      const there = find(other.store, address);
      if (there !== null && !other.store.isOverlaid(address)) merge(address, there);
    }
  return first;
}

function find(store: Store, address: number): HeapObject | null {
  return store.has(address) ? store.get(address) : null;
}

/** false: they are not alike, and nothing is known of the object. */
function mergeObject(here: HeapObject, there: HeapObject, cause: Cause): boolean {
  const unknown = dynamic(-1, cause);
  const agree = (a: Slot, b: Slot): Slot => (sameSlot(a, b) ? a : unknown);
  const isSameShape =
    here.kind === there.kind &&
    here.prototype === there.prototype &&
    here.extensible === there.extensible &&
    here.elementFlags === there.elementFlags &&
    here.bytes === there.bytes &&
    here.elements?.length === there.elements?.length &&
    here.entries?.length === there.entries?.length &&
    (here.entries ?? []).every(([key], n) => sameSlot(key, there.entries?.[n]?.[0])) &&
    (here.elements ?? []).every((element, n) => (element === null) === (there.elements?.[n] === null));
  if (there.residence.kind === "residual") here.residence = there.residence;
  const isAlike = mergeProperties(here, there, unknown) && isSameShape;
  if (!isAlike) here.residence = { kind: "residual", temp: -1 };
  if (here.elements !== null) here.elements = here.elements.map((element, n) => agree(element, there.elements?.[n]));
  if (here.entries !== null)
    here.entries = here.entries.map(([key, value], n) => [key, agree(value, there.entries?.[n]?.[1]) ?? unknown]);
  return isAlike;
}

/** false: one has keys that the other has not, or accessors do not agree. */
function mergeProperties(here: HeapObject, there: HeapObject, unknown: Value): boolean {
  let isAlike = true;
  for (const key of new Set([...here.properties.keys(), ...there.properties.keys()])) {
    const [a, b] = [here.properties.get(key), there.properties.get(key)];
    if (a !== undefined && b !== undefined && sameProperty(a, b)) continue;
    // a function's `prototype` is made when somebody asks for it
    if (here.kind === "function" && key === "prototype" && (a === undefined || b === undefined)) {
      if (b !== undefined) here.properties.set(key, b);
      continue;
    }
    if (a === undefined || b === undefined || isAccessor(a) || isAccessor(b) || a.flags !== b.flags) isAlike = false;
    here.properties.set(key, dataProperty(unknown, a?.flags ?? b?.flags));
  }
  return isAlike;
}

function isAccessor({ get, set }: Property): boolean {
  return get !== null || set !== null;
}
