/**
 * Versions of program points. A residual block is made for each pair (program point, static state) that is reachable; a
 * state that arrives at a point where a matching version exists jumps to it with arguments for what is dynamic there.
 *
 * Which static differences make a version of their own is decided on demand. Differing primitives are lifted first, and
 * the lifted value remembers that it was static but for merging (`LiftTag`). If it then decides control, dispatch or an
 * index, the slot is *kept* from then on and specialization starts again. Too many versions at a point: the slot that
 * varies most is generalized. Decisions only ever go one way, so this ends.
 *
 * So with records that have other fields on each path: `lostShapes`.
 *
 * A slot that is kept apart because it chooses what of a static object is read selects what the point does: it is the
 * program counter of an interpreter, say. So its value belongs to the place that other decisions are about (`Place`): that
 * the top of a stack has to be known at one instruction of the interpreted program does not keep it apart at all others.
 *
 * After: polyvariant program-point specialization, Jones, Gomard & Sestoft 1993, chapter 4; the demand for polyvariance
 * plays the part of the control-relevance analysis that plan does ahead of time.
 */
import type { Operand } from "../ir/types.ts";
import type { Decisions } from "./decisions.ts";
import type { HeapObject } from "./heap.ts";
import type { State } from "./state.ts";
import type { Temp, Value } from "./values.ts";
import { leavesOf, liveSlots } from "./walk.ts";

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
  return { point: text === "" ? base : decisions.internPlace(`${base} where ${text}`, base), selected };
}

/** The class of a state at a place: it and the values that are kept apart there. */
export function classAt(decisions: Decisions, place: string, state: State, apart: ReadonlySet<string>): string {
  const slots = decisions.apartAt(place, apart);
  return decisions.internClass(
    place,
    slots.map((slot) => ({ slot, value: textOfSlot(state, slot) })),
  );
}

/** A variable, and the constant that it holds, as text. */
export interface KeptConstant {
  readonly slot: string;
  readonly value: string;
}

/**
 * The constants in variables that are kept apart at a place, in the order in which `compareStates` comes to them: a state
 * that has another one there does not fit, and need not be walked to see that.
 */
export function keptConstants(
  decisions: Decisions,
  place: string,
  state: State,
  apart: ReadonlySet<string>,
): readonly KeptConstant[] {
  const kept: (KeptConstant & { readonly depth: number; readonly at: number })[] = [];
  for (const slot of decisions.apartAt(place, apart)) {
    const [depth = NaN, at = NaN, ...further] = slot.split(":").map(Number);
    // of an object it depends on the way by which it is come to
    if (Number.isNaN(depth) || Number.isNaN(at) || further.length > 0) continue;
    const frame = state.frames[state.frames.length - 1 - depth];
    if (frame === undefined || !liveSlots(frame).includes(at) || frame.slots.get(at)?.kind !== "const") continue;
    kept.push({ slot, value: textOfSlot(state, slot), depth, at });
  }
  return kept.sort((a, b) => b.depth - a.depth || a.at - b.at);
}

/** The first of them that is another constant in the state; null: it has to be walked. */
export function firstUnlike(kept: readonly KeptConstant[], state: State, texts: Map<string, string>): string | null {
  for (const { slot, value } of kept) {
    let here = texts.get(slot);
    if (here === undefined) {
      const [depth = 0, at = 0] = slot.split(":").map(Number);
      const isConstant = state.frames[state.frames.length - 1 - depth]?.slots.get(at)?.kind === "const";
      texts.set(slot, (here = isConstant ? textOfSlot(state, slot) : ""));
    }
    if (here !== "" && here !== value) return slot;
  }
  return null;
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

/**
 * The constant in a slot of a frame, or in an object it holds, as text; of an object, how much is in it. "": neither is known
 * of it.
 */
export function textOfSlot(state: State, slot: string): string {
  const match = /^(\d+):(\d+)(.*)$/.exec(slot);
  const frame = match === null ? undefined : state.frames[state.frames.length - 1 - Number(match[1])];
  let value: Value | null | undefined = frame?.slots.get(Number(match?.[2]));
  const steps = (match?.[3] ?? "").matchAll(/\.([\w$]+)|\[(\d+)\]|\{(\d+)\}=|\^(\d+)|./g);
  for (const [step = "", name, index, entry, capture] of steps) {
    if (value?.kind !== "object" || step.length === 1) return "";
    const object: HeapObject = state.store.peek(value.address);
    if (name !== undefined) value = object.properties.get(name)?.value;
    else if (index !== undefined) value = object.elements?.[Number(index)];
    else if (entry !== undefined) value = object.entries?.[Number(entry)]?.[1];
    else value = object.code?.captures[Number(capture)];
  }
  if (value?.kind === "object") return sizeOf(state.store.peek(value.address));
  return value?.kind === "const" ? `${typeof value.value} ${String(value.value)}` : "";
}

function sizeOf({ kind, elements, entries, properties }: HeapObject): string {
  return kind === "function" ? "" : `${kind} of ${elements?.length ?? 0}, ${entries?.length ?? 0}, ${properties.size}`;
}

/** The source's name of what a slot key leads to. */
export function nameOfSlot(state: State, slot: string): string {
  const match = /^(\d+):(\d+)(.*)$/.exec(slot);
  const frame = match === null ? undefined : state.frames[state.frames.length - 1 - Number(match[1])];
  const name = frame?.code.ir.slots[Number(match?.[2])]?.name;
  return name === undefined ? slot : `${name}${match?.[3] ?? ""}`;
}

/** Thrown after a decision: what was specialized before the points it is about were reached holds, the rest is done again. */
export class Restart extends Error {
  constructor(
    readonly why: string,
    /** what the decisions were filed under; null: the residual function is started again from its beginning */
    readonly about: readonly string[] | null = null,
  ) {
    super(why);
  }
}

/** Starts again if anything was filed; `filed`: under what, null for what stood already. */
export function restart(why: string, filed: readonly (string | null)[]): void {
  const about = filed.filter((key) => key !== null);
  if (about.length > 0) throw new Restart(why, about);
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
  return decisions.knows(point) && decisions.has(point, `made at ${state.store.peek(value.address).site}`, "escape");
}

/** The operand a parameter gets from an edge. */
export interface Binding {
  readonly param: Temp;
  readonly operand: Operand;
}
