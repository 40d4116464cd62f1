/**
 * Figures that say how much specialization did, for reports and for the tests of random programs: where control was decided
 * at build time, where static data differed on paths that met, and which objects with a static and a dynamic part were there
 * when control became dynamic. One for the decisions of a residual function, so that they outlive starting again.
 */
import type { Comparison } from "./compareStates.ts";
import type { HeapObject } from "./heap.ts";
import type { State } from "./state.ts";
import { top } from "./state.ts";
import type { Address, Value } from "./values.ts";

const made = new WeakMap<object, Figures>();

/** The figures of the residual function with these decisions. */
export function figuresOf({ decisions }: { readonly decisions: object }): Figures {
  let figures = made.get(decisions);
  if (figures === undefined) made.set(decisions, (figures = new Figures()));
  return figures;
}

export class Figures {
  private readonly decided = new Set<string>();
  private readonly differing = new Set<string>();
  private readonly mixed = new Set<string>();
  private readonly changed = new Map<string, Set<Address>>();

  /** branches, switches, loops over known things, and calls whose outcome was known */
  get staticControl(): number {
    return this.decided.size;
  }
  /** slots, by point, in which static data differed where paths met */
  get differences(): number {
    return this.differing.size;
  }
  /** objects, by where they were made */
  get partlyStatic(): number {
    return this.mixed.size;
  }

  /** Control goes on in the one way that is known. */
  noteStatic(state: State): void {
    const frame = top(state);
    this.decided.add(`${frame.code.key}:${frame.block}`);
  }

  noteDifference(point: string, slot: string): void {
    this.differing.add(`${point} ${slot}`);
  }

  /** Control becomes dynamic: looks at what the variables hold. */
  noteFork(state: State): void {
    const see = (value: Value): void => {
      // what is not used any more may be gone
      if (value.kind !== "object" || !state.store.has(value.address) || !state.store.isOwn(value.address)) return;
      const object = state.store.peek(value.address);
      if (!this.mixed.has(object.site) && isMixed(object)) this.mixed.add(object.site);
    };
    for (const { slots } of state.frames) slots.forEach(see);
  }

  /**
   * What a comparison of a state with a version found: static data that differs; what will be decided about a field of an
   * object of the world (`w12.field`), which is looked at there from then on.
   */
  noteComparison(point: string, found: Comparison): void {
    if (found.kind === "other") this.noteDifference(point, found.slot);
    if (found.kind !== "widen") return;
    for (const { slot } of found.decisions) {
      const match = /^w(\d+)/.exec(slot);
      if (match === null) continue;
      const objects = this.changed.get(point) ?? new Set();
      this.changed.set(point, objects.add(Number(match[1])));
    }
  }
  /** Objects of the world about which something is decided at the point, also where nobody has changed them yet. */
  worldObjects(point: string): ReadonlySet<Address> {
    return this.changed.get(point) ?? new Set();
  }
}

function isMixed({ properties, elements, entries }: HeapObject): boolean {
  let isStatic = false;
  let isDynamic = false;
  const see = (value: Value | null | undefined): boolean => {
    if (value?.kind === "dynamic") isDynamic = true;
    else if (value !== null && value !== undefined) isStatic = true;
    return isStatic && isDynamic;
  };
  for (const { value } of properties.values()) if (see(value)) return true;
  return (elements?.some(see) ?? false) || (entries?.some(([, value]) => see(value)) ?? false);
}
