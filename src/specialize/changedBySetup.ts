/**
 * What setting a context up has changed of objects that modules made: a table that it registers in, a counter. How often the
 * program does so before a residual runs is not known, so residual code reads it there.
 *
 * Needs: the store in which a set-up has ended, before it is adopted. Promises: every field, element and entry of an object
 * of the base that differs from the base is filed as written; the store is only read.
 *
 *   let made = 0; const setup = () => ({ id: ++ids.last })      `ids.last` is read at run time
 */
import type { HeapObject, Store } from "./heap.ts";
import type { Value } from "./values.ts";
import { sameValueRef } from "./values.ts";
import type { World } from "./world.ts";
import { ELEMENTS, ENTRIES, KEYS } from "./world.ts";

/** Files the changes with the world. */
export function changedBySetup(world: World, store: Store): void {
  for (const address of store.changed()) {
    const before = world.get(address);
    if (before === undefined) continue;
    for (const change of changesOf(before, store.get(address))) world.markMutable(address, change);
  }
}

function* changesOf(before: HeapObject, after: HeapObject): Iterable<string> {
  const names = new Set([...before.properties.keys(), ...after.properties.keys()]);
  for (const name of names) {
    const [was, is] = [before.properties.get(name), after.properties.get(name)];
    // `prototype` of a function is there from the start, though it is made when it is asked for
    if (was === undefined && name === "prototype" && before.kind === "function") continue;
    if (was !== undefined && is !== undefined && same(was.value, is.value) && was.get === is.get && was.set === is.set)
      continue;
    yield name;
    if (was === undefined || is === undefined) yield KEYS;
  }
  if (!sameList(before.elements ?? [], after.elements ?? []) || !sameBytes(before, after)) yield ELEMENTS;
  if (!sameList((before.entries ?? []).flat(), (after.entries ?? []).flat())) yield ENTRIES;
}

type Held = Value | null | undefined;

function same(a: Held, b: Held): boolean {
  if (a === b) return true;
  return a !== null && a !== undefined && b !== null && b !== undefined && sameValueRef(a, b);
}

function sameList(a: readonly Held[], b: readonly Held[]): boolean {
  return a.length === b.length && a.every((value, i) => same(value, b[i]));
}

function sameBytes({ bytes: a }: HeapObject, { bytes: b }: HeapObject): boolean {
  if (a === null || b === null || a.content === b.content) return true;
  return a.content.length === b.content.length && Array.from(a.content).every((x, i) => Object.is(x, b.content[i]));
}
