/** What a call may write. */
import type { Seen } from "./seen.ts";

export interface Effects {
  /** fields, by name, of whichever object */
  readonly fields: Set<string>;
  /** elements of arrays or typed arrays */
  elements: boolean;
  /** lengths of arrays */
  lengths: boolean;
}
export interface Summary {
  readonly effects: Effects;
  readonly result: Seen;
}

/** Nothing is written. */
export function newEffects(): Effects {
  return { fields: new Set(), elements: false, lengths: false };
}

/** Adds the effects of a part. */
export function addTo(whole: Effects, part: Effects): void {
  for (const field of part.fields) whole.fields.add(field);
  whole.elements ||= part.elements;
  whole.lengths ||= part.lengths;
}
