/**
 * Where a value was joined with others: at the join at hand, and at those that the values come from. Sets of tags are
 * shared, not copied: a value may have come through thousands of joins.
 */
import type { Address, DynamicValue, LiftTag, LiftTags, Value } from "./values.ts";

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

/** It was static on some of the ways that have joined in it. */
export function isTagged(value: DynamicValue): boolean {
  return value.lifted !== null || value.mixed !== undefined || value.made !== undefined;
}

/** tags of a value that was static but for merging, here and at the joins that it comes from */
export function liftTags(values: readonly Value[], own: LiftTag): LiftTags | null {
  const from: LiftTags[] = [];
  for (const value of values) {
    if (value.kind === "const") continue;
    if (value.kind !== "dynamic" || value.lifted === null) return null;
    from.push(value.lifted);
  }
  return joinTags(own, from);
}

/** tags of a value that is a constant or a known list on some paths, here and at the joins that it comes from; null: on none */
export function mixedTags(
  values: readonly Value[],
  own: LiftTag,
  isKnownList: (i: number, address: Address) => boolean = () => false,
): LiftTags | null {
  const sets = values.flatMap((v) => (v.kind === "dynamic" ? [v.mixed, v.lifted] : []));
  const from = sets.filter((tags) => tags !== undefined && tags !== null);
  const isKnown = (v: Value, i: number): boolean =>
    v.kind === "const" || (v.kind === "object" && isKnownList(i, v.address));
  return from.length > 0 || values.some(isKnown) ? joinTags(own, from) : null;
}

/** tags of a value that is an object made while specializing on some paths, here and at the joins that it comes from; null: on none */
export function madeTags(values: readonly Value[], own: LiftTag, isMade: boolean): LiftTags | null {
  const from = values.flatMap((v) => (v.kind === "dynamic" && v.made !== undefined ? [v.made] : []));
  return isMade || from.length > 0 ? joinTags(own, from) : null;
}

export function withMade(value: DynamicValue, made: LiftTags | null): DynamicValue {
  return made === null ? value : { ...value, made };
}

export function withMixed(value: DynamicValue, mixed: LiftTags | null): DynamicValue {
  return mixed === null ? value : { ...value, mixed };
}
