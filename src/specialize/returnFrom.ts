/** A frame ends with a value: what its caller gets, and where control goes on. */
import { changedPromises } from "./changedPromises.ts";
import { pushFields } from "./construct.ts";
import { closeIterators, enterRegion, goAfterCall } from "./control.ts";
import { writeSlot } from "./frames.ts";
import { dataProperty } from "./heap.ts";
import { lift } from "./lift.ts";
import { Bailout } from "./limits.ts";
import type { Run } from "./run.ts";
import type { Flow, Frame, State } from "./state.ts";
import { leaveCalls, top } from "./state.ts";
import type { Address, Value } from "./values.ts";
import { reference } from "./values.ts";

/** Pops the innermost frame. */
export function returnFrom(run: Run, state: State, value: Value): Flow {
  const frame = top(state);
  const isExit = frame.result.kind === "exit" && run.onExit === null;
  // what is returned is there before the loops around are left
  const operand = isExit ? lift(run, state, value) : null;
  closeIterators(run, state, isExit ? null : frame.outerRegion);
  leaveCalls(state, state.frames.length - 1);
  if (frame.result.kind === "exit" || state.frames.length === 0) {
    run.returns.push(value);
    run.onExit?.(state);
    if (run.onExit !== null) return "ended";
    for (const promise of changedPromises(run, state)) run.breakPromise(promise);
    state.block.terminator = { op: "return", value: operand ?? lift(run, state, value) };
    return "ended";
  }
  enterRegion(run, state, frame.outerRegion);
  deliver(run, state, frame, value);
  return goAfterCall(run, state, frame.activation.forked);
}

function deliver(run: Run, state: State, frame: Frame, value: Value): void {
  const caller = top(state);
  const result = frame.result;
  switch (result.kind) {
    case "slot":
      if (result.slot !== null) writeSlot(run, state, result.slot, value);
      caller.ip++;
      return;
    case "field":
      state.store.edit(result.object).properties.set(result.key, dataProperty(value));
      return;
    case "construct":
      writeSlot(run, state, result.slot, constructed(frame, result.instance, value));
      caller.ip++;
      return;
    case "super": {
      const instance = constructed(frame, result.instance, value);
      writeSlot(run, state, result.slot, instance);
      caller.ip++;
      initializeFields(run, state, caller, instance);
      return;
    }
    case "exit":
      return;
  }
}

/** The object a constructor gives: what it returned if that is an object, else its instance or `this`. */
function constructed(frame: Frame, instance: Address | null, value: Value): Value {
  if (value.kind === "object") return value;
  if (value.kind === "dynamic" && frame.code.ir.kind !== "derivedConstructor" && instance === null) return value;
  if (instance !== null) return reference(instance);
  const slot = frame.code.ir.thisSlot;
  const self = slot === null ? undefined : frame.slots.get(slot);
  if (self === undefined) throw new Bailout("a derived constructor ends without having called super");
  return self;
}

/** After super(): the fields of the class whose constructor called it. */
export function initializeFields(run: Run, state: State, caller: Frame, instance: Value): void {
  if (caller.self === null) return;
  const code = state.store.get(caller.self).code;
  if (code === null || (code.fields?.length ?? 0) === 0) return;
  if (instance.kind !== "object") throw new Bailout("fields are initialized on an object that is not known");
  pushFields(run, state, instance.address, code);
}
