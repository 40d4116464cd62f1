/** Whether two slots of objects, or two properties, hold the same. */
import type { Property } from "./heap.ts";
import type { Value } from "./values.ts";
import { sameValueRef } from "./values.ts";

export function sameProperty(a: Property, b: Property): boolean {
  return a.flags === b.flags && sameSlot(a.value, b.value) && sameSlot(a.get, b.get) && sameSlot(a.set, b.set);
}

/** null: a hole, or nothing; undefined: in its dead zone */
export function sameSlot(a: Value | null | undefined, b: Value | null | undefined): boolean {
  return a === b || (a !== null && a !== undefined && b !== null && b !== undefined && sameValueRef(a, b));
}
