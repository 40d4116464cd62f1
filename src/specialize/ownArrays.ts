/**
 * Arrays that residual code has made and that nobody else holds: the match of a regular expression, the parts of a text. As
 * long as such an array has only been read, code that nobody has looked into cannot have changed it, so what is known of it
 * outlives calls.
 *
 *   m = /(\d+)-(\d+)/.exec(text); ... f(); ... m[2]      m[2] is a string, or undefined, behind f() too
 *
 * Needs: each instruction that is written is shown to `noteUses`. Promises: an array counts as owned only while its one
 * temporary is all that leads to it. Whatever else is done with it than reading (it is passed on, stored, captured, returned)
 * ends that; so does a join that gives it another name (mergeStates, compareStates).
 *
 * After: Choi, Gupta, Serrano, Sreedhar, Midkiff, "Escape analysis for Java", OOPSLA 1999.
 */
import { operandsOf } from "../ir/operands.ts";
import type { Instruction, Operand } from "../ir/types.ts";
import type { Store } from "./heap.ts";
import type { State } from "./state.ts";
import { LASTING } from "./state.ts";
import type { Address, Temp, Value } from "./values.ts";
import { TRUE } from "./values.ts";
import { childLeaves } from "./walk.ts";

/** Stands in `State.fields` behind the temporary. */
export const OWN = ".\u0000own";
/** What is known of an object that a field holds stands behind this mark (knownFields). */
export const BEHIND = "\u0001";

/** The array that has just been made is in this temporary and nowhere else. */
export function ownArray(state: State, temp: Temp): void {
  state.fields.set(`${temp}${OWN}`, TRUE);
}

export function isOwnArray(state: State, temp: Temp): boolean {
  return state.fields.has(`${temp}${OWN}`);
}

/** An instruction is written: arrays that it does more with than to read them have other holders from here on. */
export function noteUses({ fields }: State, step: Instruction): void {
  if (fields.size === 0) return;
  const read = readBy(step);
  let isFirst = true;
  for (const operand of operandsOf(step)) {
    if (typeof operand !== "number") continue;
    // `a[a]` converts the array to a key
    if (operand === read && isFirst) isFirst = false;
    else if (fields.size > 0) fields.delete(`${operand}${OWN}`);
  }
}

/** The object that the instruction does nothing with but read it, or ask what it is. */
function readBy(step: Instruction): Operand | null {
  switch (step.op) {
    case "getProp":
      return step.object;
    case "unary":
      return step.operator === "!" || step.operator === "typeof" || step.operator === "isNullish" ? step.value : null;
    default:
      return null;
  }
}

/** What is known of owned arrays themselves: `kept` of a key of `State.fields`. */
export function keptKeys({ fields }: State): (key: string) => boolean {
  const own = new Set<string>();
  for (const key of fields.keys()) if (key.endsWith(OWN)) own.add(key.slice(0, -OWN.length));
  if (own.size === 0) return () => false;
  return (key) => own.has(key.slice(0, key.indexOf("."))) && !key.includes(BEHIND);
}

/** Nothing is known any more of fields of dynamic objects, but for those of owned arrays and what they themselves are. */
export function forgetAllButOwn(state: State): void {
  const isKept = keptKeys(state);
  for (const key of state.fields.keys()) if (!isKept(key) && !key.endsWith(LASTING)) state.fields.delete(key);
}

/** The temporary that a value is, and those that are in what it leads to of what exists while specializing only. */
export function heldBy(store: Store, value: Value): ReadonlySet<Temp> {
  const held = new Set<Temp>();
  const seen = new Set<Address>();
  const pending: (Value | null | undefined)[] = [value];
  while (pending.length > 0) {
    const at = pending.pop();
    if (at?.kind === "dynamic") held.add(at.temp);
    if (at?.kind !== "object" || seen.has(at.address) || store.isFixed(at.address)) continue;
    seen.add(at.address);
    for (const leaf of childLeaves(store.peek(at.address))) pending.push(leaf);
  }
  return held;
}

/**
 * Of a merge, by the temporaries behind it and what each of them is on the ways to it: temporaries that hold nothing of their own
 * there, because another one holds it too, or an object that one of them will hold.
 */
export function passedOn(
  sources: ReadonlyMap<Temp, readonly Value[]>,
  states: readonly { readonly store: Store }[],
): ReadonlySet<Temp> {
  const others = new Set<Temp>();
  for (const [to, values] of sources)
    values.forEach((value, i) => {
      if (value.kind !== "dynamic" || value.temp !== to) others.add(to);
      const store = states[i]?.store;
      if (store === undefined) return;
      for (const temp of heldBy(store, value)) if (temp !== to) others.add(temp);
    });
  return others;
}
