/**
 * Which objects made while specializing somebody still has behind a call that is about to be written, apart from the callee.
 *
 * Needs: a state whose innermost frame stands at the call. Promises: all objects but those that only the call's receiver and
 * arguments lead to; null where the instruction goes on with its operands behind the call, so that nothing can be said.
 * Where an exception of the call goes counts as behind it.
 */
import type { Run } from "./run.ts";
import type { Call, Frame, State } from "./state.ts";
import type { Address } from "./values.ts";
import type { Leaf } from "./walk.ts";
import { childLeaves, leavesOf, liveSlots } from "./walk.ts";

export function heldBehindCall(run: Run, state: State, call: Call): ReadonlySet<Address> | null {
  const { frames, store } = state;
  const top = frames[frames.length - 1];
  const at = top?.code.ir.blocks[top.block]?.instructions[top.ip];
  if (at?.op !== "call" || at.dst !== call.dst) return null;
  const held = new Set<Address>();
  const picks = new Set<number>();
  const pending: Leaf[] = [...state.fields.values()];
  frames.forEach((frame, i) => pending.push(...heldByFrame(frame, frames[i + 1]?.result.kind)));
  for (const address of store.changed()) pending.push(...childLeaves(store.get(address)));
  while (pending.length > 0) {
    const leaf = pending.pop();
    if (leaf?.kind === "dynamic" && leaf.temp >= 0 && !picks.has(leaf.temp)) {
      picks.add(leaf.temp);
      pending.push(...(run.info(leaf.temp).pick?.options.values() ?? []));
    }
    if (leaf?.kind !== "object" || held.has(leaf.address) || !store.has(leaf.address) || store.isBase(leaf.address))
      continue;
    held.add(leaf.address);
    pending.push(...childLeaves(store.get(leaf.address)));
  }
  return held;
}

/** What a frame has once the call that it stands at is done; `inner`: what becomes of that call's result. */
function heldByFrame(frame: Frame, inner: string | undefined): Leaf[] {
  const { code, block, ip, slots } = frame;
  // an initializer of a field gives its value to the object, and the instruction goes on
  const isDone = inner === undefined || inner === "slot" || inner === "construct" || inner === "super";
  const operands = new Set(liveSlots(frame));
  const behind = isDone ? new Set(code.liveAt(block, ip + 1)) : operands;
  const own = leavesOf(frame).all.slice(operands.size);
  const { thisSlot } = code.ir;
  return [...own, ...[...behind].map((slot) => slots.get(slot)), thisSlot === null ? null : slots.get(thisSlot)];
}
