/**
 * How the versions of a point differ from a state that fits none of them, slot by slot: what varies most is what to make
 * dynamic when there are too many.
 */
import type { Comparison } from "./compareStates.ts";
import type { State, Version } from "./state.ts";
import type { Place } from "./versions.ts";
import { textOfSlot } from "./versions.ts";

export interface Miss {
  readonly slot: string;
  readonly reason: "value" | "object";
  /** values that it has in the versions */
  readonly count: number;
}

/** How a state that fits none of a point's versions differs from them; `compare` walks it beside one of a version. */
export function missesOf(
  versions: readonly Version[],
  place: Place,
  compare: (version: Version, model: State) => Comparison,
): Misses {
  const misses = new Misses(place);
  for (const version of versions) {
    const model = version.state ?? version.pending[0]?.state;
    if (version.point !== place.point) misses.addElsewhere(version);
    else if (model !== undefined) {
      const found = compare(version, model);
      if (found.kind === "other") misses.add(found.slot, found.reason, textOfSlot(model, found.slot), version);
    }
  }
  return misses;
}

class Misses {
  private readonly here = new Map<string, { seen: Set<string>; reason: Miss["reason"] }>();
  /** variables whose objects differ in shape further in, and how deep that is: a list of which each round has one element more */
  private readonly deep = new Map<string, Set<number>>();
  private readonly elsewhere: Version[] = [];

  constructor(private readonly place: Place) {}

  /** A version of the same place differs first in this slot, where it has this value ("": not known). */
  add(slot: string, reason: Miss["reason"], value: string, version: Version): void {
    const seen = this.here.get(slot)?.seen ?? new Set();
    this.here.set(slot, { seen: seen.add(value === "" ? `version ${version.id}` : value), reason });
    const [root = slot] = /^(?:\d+:|w)\d+/.exec(slot) ?? [];
    if (reason === "object" && root !== slot)
      this.deep.set(root, (this.deep.get(root) ?? new Set()).add(slot.split(/[.[{^]/).length));
  }

  /** A version of another place. */
  addElsewhere(version: Version): void {
    this.elsewhere.push(version);
  }

  /**
   * Slots given up sooner than others: objects that differ in shape mostly differ because they grow, and what is kept
   * apart at one place only for the sake of a test, in so many values, mostly counts.
   */
  growing(limit: number): Miss[] {
    return this.local().filter(({ count }) => count >= limit);
  }

  all(): Miss[] {
    const values = new Map<string, Set<string>>();
    for (const { slot, value } of this.elsewhere.flatMap(({ selected }) => selected)) {
      if (this.place.selected.some((one) => one.slot === slot && one.value === value)) continue;
      values.set(slot, (values.get(slot) ?? new Set()).add(value));
    }
    const selecting = [...values].map(([slot, { size }]): Miss => ({ slot, reason: "value", count: size }));
    return [...this.local(), ...selecting];
  }

  private local(): Miss[] {
    const deep = [...this.deep].map(([slot, depths]): Miss => ({ slot, reason: "object", count: depths.size }));
    return [...[...this.here].map(([slot, { seen, reason }]) => ({ slot, reason, count: seen.size })), ...deep];
  }
}
