/**
 * Where a value was joined with others: at the join at hand, and at those that the values come from. Sets of tags are
 * shared, not copied: a value may have come through thousands of joins.
 */
import type { LiftTag, LiftTags } from "./values.ts";

/** One set out of several and maybe one tag more; null: there is nothing in it. */
export function joinTags(own: LiftTag | null, sets: Iterable<LiftTags>): LiftTags | null {
  const from = [...new Set(sets)];
  if (own === null && from.length <= 1) return from[0] ?? null;
  return { own, from };
}

/** All tags of a set, those of the last join first. */
export function tagsOf(tags: LiftTags | null | undefined): readonly LiftTag[] {
  const found: LiftTag[] = [];
  const all = new Set(tags === null || tags === undefined ? [] : [tags]);
  for (const { own, from } of all) {
    if (own !== null) found.push(own);
    for (const one of from) all.add(one);
  }
  return found;
}
