/** Enters a function: its frame with parameters, captures and the implicit slots filled. */
import { describe } from "./describe.ts";
import { FrameSlots } from "./frameSlots.ts";
import type { FunctionCode } from "./heap.ts";
import { newArguments, newArray } from "./make.ts";
import type { Run } from "./run.ts";
import type { Frame, Return, State } from "./state.ts";
import type { Address, Value } from "./values.ts";
import { UNDEFINED, reference } from "./values.ts";

export interface FrameInit {
  readonly self: Address | null;
  readonly code: FunctionCode;
  /** undefined: in its dead zone (derived constructors) */
  readonly receiver: Value | undefined;
  readonly args: readonly Value[];
  /** what the rest parameter holds, where `args` are not all arguments */
  readonly rest?: Value | null;
  readonly newTarget: Value;
  readonly result: Return;
  readonly key: string;
  /** what the key was made of, of a function that calls itself under dynamic control */
  readonly parts?: readonly string[];
}

/** Pushes a frame with parameters, captures and the implicit slots filled. */
export function pushFrame(run: Run, state: State, init: FrameInit): Frame {
  const { code } = init.code;
  const ir = code.ir;
  const slots = new FrameSlots(ir.slots.length + ir.regions.length);
  ir.params.forEach((slot, i) => slots.set(slot, init.args[i] ?? UNDEFINED));
  ir.captures.forEach(({ slot }, i) => slots.set(slot, init.code.captures[i]));
  if (ir.rest !== null)
    slots.set(ir.rest, init.rest ?? newArray(run, state, init.args.slice(ir.params.length), `rest of ${ir.name}`));
  if (ir.thisSlot !== null && ir.kind !== "arrow") slots.set(ir.thisSlot, init.receiver);
  if (ir.newTargetSlot !== null && ir.kind !== "arrow") slots.set(ir.newTargetSlot, init.newTarget);
  if (ir.selfSlot !== null && init.self !== null) slots.set(ir.selfSlot, reference(init.self));
  if (ir.argumentsSlot !== null && ir.kind !== "arrow")
    slots.set(ir.argumentsSlot, newArguments(run, state, init.args));
  const frame: Frame = {
    code,
    activation: run.newActivation(init.key, init.parts ?? []),
    result: init.result,
    self: init.self,
    newTarget: init.newTarget,
    slots,
    block: ir.entry,
    ip: 0,
    outerRegion: state.region,
    regions: new Map(),
    rounds: [],
    visited: new Map(),
    isShared: false,
    leaves: null,
  };
  state.frames.push(frame);
  return frame;
}

/** What identifies a call for recursion: what is static in its receiver, in its arguments and in what the function captures. */
export function activationParts(
  state: State,
  code: FunctionCode,
  call: { readonly receiver: Value; readonly args: readonly Value[] },
): readonly string[] {
  return [call.receiver, ...call.args, ...code.captures.map((c) => c ?? UNDEFINED)].map((v) => describe(state, v));
}
