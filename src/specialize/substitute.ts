/** What has become known of a temporary, put into all that a state holds of it. */
import type { Frame, State } from "./state.ts";
import { copyFrame } from "./state.ts";
import type { DynamicValue, Temp, Value } from "./values.ts";
import { leavesOf } from "./walk.ts";

function holds(frame: Frame, temp: Temp): boolean {
  const { all, open } = leavesOf(frame);
  for (const i of open) {
    const leaf = all[i];
    if (leaf?.kind === "dynamic" && leaf.temp === temp) return true;
  }
  return false;
}

/** Replaces a temporary by what is now known of it in everything the frames hold. */
export function substitute(state: State, temp: Temp, value: Value): void {
  replaceHeld(state, temp, () => value);
}

/** The same, by what is known of it where it is held. */
export function replaceHeld(state: State, temp: Temp, by: (held: DynamicValue) => Value): void {
  for (let level = 0; level < state.frames.length; level++) {
    let frame = state.frames[level];
    if (frame === undefined || (frame.isShared && !holds(frame, temp))) continue;
    if (frame.isShared) state.frames[level] = frame = copyFrame(frame);
    const { slots } = frame;
    slots.forEach((held, slot) => {
      if (held.kind === "dynamic" && held.temp === temp) slots.set(slot, by(held));
    });
  }
  for (const [key, held] of state.fields)
    if (held.kind === "dynamic" && held.temp === temp) state.fields.set(key, by(held));
  for (const frame of state.frames) replaceCaptured(state, frame, temp, by);
}

/** The same in closures that a frame holds: what they have captured would be told apart from the variable itself. */
function replaceCaptured(state: State, frame: Frame, temp: Temp, by: (held: DynamicValue) => Value): void {
  const { all, open } = leavesOf(frame);
  const is = (held: Value | undefined): held is DynamicValue => held?.kind === "dynamic" && held.temp === temp;
  for (const i of open) {
    const leaf = all[i];
    if (leaf?.kind !== "object" || !state.store.isOwn(leaf.address)) continue;
    const { code } = state.store.peek(leaf.address);
    if (code?.captures.some(is) !== true) continue;
    const captures = code.captures.map((held) => (is(held) ? by(held) : held));
    state.store.edit(leaf.address).code = { ...code, captures };
  }
}
