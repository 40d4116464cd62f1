/**
 * Versions of program points. A residual block is made for each pair (program point, static state) that is reachable; a
 * state that arrives at a point where a matching version exists jumps to it with arguments for what is dynamic there.
 *
 * Which static differences make a version of their own is decided on demand. Differing primitives are lifted first, and
 * the lifted value remembers that it was static but for merging (`LiftTag`). If it then decides control, dispatch or an
 * index, the slot is *kept* from then on and specialization starts again. Too many versions at a point: the slot that
 * varies most is generalized. Decisions only ever go one way, so this ends.
 *
 * A slot that is kept apart because it chooses what of a static object is read selects what the point does: it is the
 * program counter of an interpreter, say. So its value belongs to the place that other decisions are about (`Place`): that
 * the top of a stack has to be known at one instruction of the interpreted program does not keep it apart at all others.
 *
 * After: polyvariant program-point specialization, Jones, Gomard & Sestoft 1993, chapter 4; the demand for polyvariance
 * plays the part of the control-relevance analysis that plan does ahead of time.
 */
import type { Operand } from "../ir/types.ts";
import type { TypeFact } from "../semantics/numberFacts.ts";
import { joinFacts } from "../semantics/numberFacts.ts";
import { includesFact } from "./facts.ts";
import type { HeapObject } from "./heap.ts";
import type { State } from "./state.ts";
import type { Temp, Value } from "./values.ts";
import { leavesOf, liveSlots } from "./walk.ts";

/** Facts learnt about a slot at a point, kept over restarts. */
export type Decision =
  /** constants at the slot make versions of their own, what is dynamic there shares one */
  | "split"
  /** the declared type does not hold of all that comes */
  | "untyped"
  | "lift"
  | "keep"
  /** kept, since it chooses what of a static object is read or called: a program counter */
  | "select"
  | "general"
  | "escape"
  | "widen"
  | "param"
  | "drop";

export class Decisions {
  private readonly facts = new Map<string, TypeFact>();
  private readonly made = new Map<string, Map<string, Set<Decision>>>();
  /** all places there are, and the point of each; points are places too */
  private readonly points = new Map<string, { readonly place: string; readonly point: string }>();
  /** what was generalized, for diagnostics */
  readonly generalized: { readonly point: string; readonly slot: string; readonly reason: string }[] = [];

  /** The one copy of a place's key, which is long: finding it again then compares no characters. */
  intern(place: string, point = place): string {
    let known = this.points.get(place);
    if (known === undefined) this.points.set(place, (known = { place, point }));
    return known.place;
  }

  /** The point of a place. */
  pointOf(place: string): string {
    return this.points.get(place)?.point ?? place;
  }

  has(point: string, slot: string, decision: Decision): boolean {
    if (this.made.get(point)?.get(slot)?.has(decision) === true) return true;
    const base = this.pointOf(point);
    return base !== point && this.made.get(base)?.get(slot)?.has(decision) === true;
  }

  /** Slots that select what the point does. */
  selectors(base: string): string[] {
    const slots = [...(this.made.get(base) ?? [])].map(([slot]) => slot);
    return slots.filter((slot) => this.has(base, slot, "select") && !this.has(base, slot, "general"));
  }

  /** Files that a slot selects. What was kept apart at the point goes by places now, and is forgotten. */
  select(place: string, slot: string): boolean {
    const base = this.pointOf(place);
    if (!this.add(base, slot, "select")) return false;
    for (const decisions of this.made.get(base)?.values() ?? []) {
      decisions.delete("keep");
      decisions.delete("split");
    }
    return true;
  }

  /** Files that a value of this fact comes to the slot after its version was made; false if that was known. */
  widen(point: string, slot: string, fact: TypeFact): boolean {
    const key = `${this.pointOf(point)}|${slot}`;
    const known = this.facts.get(key);
    const next = known === undefined ? fact : joinFacts(known, fact);
    if (known !== undefined && includesFact(known, next)) return this.add(point, slot, "widen");
    this.facts.set(key, next);
    return true;
  }
  widenedTo(point: string, slot: string): TypeFact | undefined {
    return this.facts.get(`${this.pointOf(point)}|${slot}`);
  }

  /** Anything has been decided at the point. */
  knows(point: string): boolean {
    return this.made.has(point) || this.made.has(this.pointOf(point));
  }

  /** Files a decision; false if it stood already. What keeps apart holds for the place, what makes dynamic for the point. */
  add(place: string, slot: string, decision: Decision): boolean {
    const point = ofPlaces.has(decision) ? place : this.pointOf(place);
    let slots = this.made.get(point);
    if (slots === undefined) this.made.set(point, (slots = new Map()));
    let set = slots.get(slot);
    if (set === undefined) slots.set(slot, (set = new Set()));
    if (set.has(decision)) return false;
    set.add(decision);
    return true;
  }

  /** Statics at this slot make versions of their own. */
  keeps(point: string, slot: string): boolean {
    return this.isApart(point, slot) && !this.has(point, slot, "general");
  }

  private isApart(point: string, slot: string): boolean {
    return this.has(point, slot, "keep") || this.has(point, slot, "split") || this.has(point, slot, "select");
  }

  /** Statics at this slot become dynamic even when only one has been seen. */
  lifts(point: string, slot: string): boolean {
    return this.has(point, slot, "general") || (this.has(point, slot, "lift") && !this.isApart(point, slot));
  }
}

const ofPlaces: ReadonlySet<Decision> = new Set(["keep", "split", "general"]);

/** Where a state stands for the sake of decisions: the point, and the values of the slots that select what it does. */
export interface Place {
  readonly point: string;
  readonly selected: readonly { readonly slot: string; readonly value: string }[];
}

/** The place of a state at a point. */
export function placeAt(decisions: Decisions, base: string, state: State): Place {
  const constants = decisions.selectors(base).map((slot) => ({ slot, value: textOfSlot(state, slot) }));
  const selected = [...constants, ...objectsOfProgram(decisions, base, state)];
  const text = selected.map(({ slot, value }) => `${slot}=${value}`).join(" ");
  return { point: text === "" ? base : decisions.intern(`${base} where ${text}`, base), selected };
}

/** Objects of the program that variables hold: the node that an interpreter of trees is at selects like a program counter. */
function objectsOfProgram(decisions: Decisions, base: string, state: State): Place["selected"][number][] {
  const found: { slot: string; value: string }[] = [];
  const isDecided = decisions.knows(base);
  state.frames.forEach((frame, level) => {
    const depth = state.frames.length - 1 - level;
    const live = liveSlots(frame);
    const { all, open } = leavesOf(frame);
    for (const i of open) {
      const slot = live[i];
      const value = all[i];
      if (slot === undefined) break;
      if (value?.kind !== "object" || !state.store.isBase(value.address)) continue;
      const key = `${depth}:${slot}`;
      if (!isDecided || !decisions.has(base, key, "escape")) found.push({ slot: key, value: `@${value.address}` });
    }
  });
  return found;
}

/** The constant in a slot of a frame, or in an object it holds, as text; all that is not constant is alike. */
export function textOfSlot(state: State, slot: string): string {
  const match = /^(\d+):(\d+)(.*)$/.exec(slot);
  const frame = match === null ? undefined : state.frames[state.frames.length - 1 - Number(match[1])];
  let value: Value | null | undefined = frame?.slots[Number(match?.[2])];
  const steps = (match?.[3] ?? "").matchAll(/\.([\w$]+)|\[(\d+)\]|\{(\d+)\}=|\^(\d+)|./g);
  for (const [step = "", name, index, entry, capture] of steps) {
    if (value?.kind !== "object" || step.length === 1) return "";
    const object: HeapObject = state.store.get(value.address);
    if (name !== undefined) value = object.properties.get(name)?.value;
    else if (index !== undefined) value = object.elements?.[Number(index)];
    else if (entry !== undefined) value = object.entries?.[Number(entry)]?.[1];
    else value = object.code?.captures[Number(capture)];
  }
  return value?.kind === "const" ? `${typeof value.value} ${String(value.value)}` : "";
}

/** Thrown after a decision: what was specialized before the points it is about were reached holds, the rest is done again. */
export class Restart extends Error {
  constructor(
    readonly why: string,
    /** points that the decision is about; null: the residual function is started again from its beginning */
    readonly points: readonly string[] | null = null,
  ) {
    super(why);
  }
}

/** Where a state stands, with its calling context and residual regions. */
export function pointKey(state: State): string {
  let key = "";
  for (const frame of state.frames) key += `${frame.code.key}:${frame.block}:${frame.ip}|`;
  for (let region = state.region; region !== null; region = region.parent) key += `r${region.id}`;
  return key;
}

/** Position in the order of processing: outer frames first, loop bodies before what follows the loop. */
export function orderOf(state: State): number[] {
  const order: number[] = [];
  for (const frame of state.frames) order.push(frame.code.order[frame.block] ?? 0, frame.ip);
  return order;
}

/** Lexicographic comparison of positions. */
export function compareOrder(a: readonly number[], b: readonly number[]): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const d = (a[i] ?? 0) - (b[i] ?? 0);
    if (d !== 0) return d;
  }
  return a.length - b.length;
}

/** Objects made at this place are rebuilt before they enter the point. */
export function escapesAt(decisions: Decisions, point: string, state: State, value: Value): boolean {
  if (value.kind !== "object" || state.store.isBase(value.address)) return false;
  return decisions.knows(point) && decisions.has(point, `made at ${state.store.get(value.address).site}`, "escape");
}

/** The operand a parameter gets from an edge. */
export interface Binding {
  readonly param: Temp;
  readonly operand: Operand;
}
