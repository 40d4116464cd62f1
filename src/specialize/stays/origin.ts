/** Which objects of the evaluated modules a value may be. */
import type { HeapObject } from "../heap.ts";
import type { Address, Value } from "../values.ts";

/** `unknown`: it may also be an object that nothing is known of; neither: no object, or one that the function made. */
export interface Origin {
  readonly known: ReadonlySet<Address>;
  readonly unknown: boolean;
}

export const MADE: Origin = { known: new Set(), unknown: false };
export const UNKNOWN: Origin = { known: new Set(), unknown: true };

/** The object that a value is. */
export function originOf(value: Value | null | undefined): Origin {
  if (value?.kind === "object") return { known: new Set([value.address]), unknown: false };
  return value?.kind === "dynamic" ? UNKNOWN : MADE;
}

/** Either. */
export function joinOrigins(a: Origin, b: Origin): Origin {
  if (a === b || b === MADE) return a;
  if (a === MADE) return b;
  return { known: new Set([...a.known, ...b.known]), unknown: a.unknown || b.unknown };
}

/** Objects of which the contents may be asked for. */
export function partsOf(object: HeapObject): Value[] {
  return [
    ...[...object.properties.values()].map(({ value }) => value),
    ...(object.elements ?? []).flatMap((element) => element ?? []),
    ...(object.entries ?? []).flat(),
  ];
}
