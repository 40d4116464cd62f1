/**
 * Calls. A known function is unfolded: its frame is pushed and its body specialized in place. It is shared (one residual
 * function per function and static arguments) where unfolding would not end: at a recursive call under dynamic control
 * with the same static arguments. It is left as it is when it cannot be specialized (not lowered, unknown, external).
 */
import type { Operand, Origin, Slot } from "../ir/types.ts";
import { callBuiltin } from "./callBuiltin.ts";
import type { Flow } from "./control.ts";
import { raise } from "./control.ts";
import { emit } from "./emitInstruction.ts";
import { anyFact } from "./facts.ts";
import type { FunctionCode, HeapObject } from "./heap.ts";
import { dataProperty, HIDDEN, newObject } from "./heap.ts";
import { lift } from "./lift.ts";
import { Bailout } from "./limits.ts";
import { lookup } from "./lookup.ts";
import type { Run } from "./run.ts";
import { callShared } from "./callShared.ts";
import { describe } from "./describe.ts";
import type { Frame, Return, State } from "./state.ts";
import { causeOf, set } from "./stepOperators.ts";
import type { Address, Value } from "./values.ts";
import { constant, dynamic, reference, UNDEFINED } from "./values.ts";
import { Restart } from "./versions.ts";

export interface Call {
  readonly callee: Value;
  readonly receiver: Value;
  readonly args: readonly Value[];
  /** null: the result is not used (setters) */
  readonly dst: Slot | null;
  readonly origin: Origin | undefined;
  /** how the callee was reached, for messages */
  readonly name: string | null;
}

/** Performs a call; the innermost frame is the caller's, at the call. */
export function callFunction(run: Run, state: State, call: Call): Flow {
  const { callee } = call;
  if (callee.kind === "dynamic") {
    run.demand(callee.lifted);
    return residualCall(run, state, call, "a function that is not known");
  }
  const object = callee.kind === "object" ? state.store.get(callee.address) : null;
  if (object === null || object.kind !== "function" || callee.kind !== "object")
    return raise(run, state, run.session.newError(run, state, "TypeError", `${call.name ?? "value"} is not a function`), call.origin);
  if (object.builtin !== null) return callBuiltin(run, state, call, object.builtin, object);
  if (object.code === null) return residualCall(run, state, call, "a function of another module");
  if (object.code.isClass)
    return raise(run, state, run.session.newError(run, state, "TypeError", `Class constructor ${object.code.code.ir.name} cannot be invoked without 'new'`), call.origin);
  if (object.code.code.ir.opaque !== null) return residualCall(run, state, call, object.code.code.ir.opaque.reason);
  return unfoldOrShare(run, state, call, callee.address, object.code);
}

function unfoldOrShare(run: Run, state: State, call: Call, address: Address, code: FunctionCode): Flow {
  const key = activationKey(state, code, call);
  if (run.session.sharedKeys.has(key)) return callShared(run, state, call, address, code);
  for (const frame of state.frames) {
    if (frame.activation.key !== key || !frame.activation.forked) continue;
    run.session.sharedKeys.add(key);
    throw new Restart(`${code.code.ir.name} calls itself with the same static arguments`);
  }
  if (state.frames.length > run.limits.depth) {
    if (!state.frames.some((f) => f.activation.forked)) throw new Bailout("recursion that does not end at specialization time", call.origin);
    return callShared(run, state, call, address, code);
  }
  if (run.session.leavesGeneric(state, call, address, code)) return residualCall(run, state, call, "nothing about it is static");
  const receiver = thisValue(run, state, code, call.receiver);
  if (receiver === null) return residualCall(run, state, call, "`this` of a sloppy function is not known to be an object");
  pushFrame(run, state, {
    self: address,
    code,
    receiver,
    args: call.args,
    newTarget: UNDEFINED,
    result: { kind: "slot", slot: call.dst },
    key,
  });
  return "moved";
}

/** Identifies a call for recursion: the function and what is static in its arguments. */
export function activationKey(state: State, code: FunctionCode, call: { receiver: Value; args: readonly Value[] }): string {
  const parts = [call.receiver, ...call.args, ...code.captures.map((c) => c ?? UNDEFINED)].map((v) => describe(state, v));
  return `${code.code.key}(${parts.join(",")})`;
}

/** OrdinaryCallBindThis; null: only the run time knows. */
function thisValue(run: Run, state: State, code: FunctionCode, receiver: Value): Value | null {
  void state;
  const ir = code.code.ir;
  if (ir.strict || ir.thisSlot === null || ir.kind === "arrow") return receiver;
  if (receiver.kind === "const") {
    if (receiver.value === undefined || receiver.value === null) return reference(run.session.intrinsic("globalThis"));
    return null;
  }
  return receiver.kind === "object" ? receiver : null;
}

export interface FrameInit {
  readonly self: Address | null;
  readonly code: FunctionCode;
  /** undefined: in its dead zone (derived constructors) */
  readonly receiver: Value | undefined;
  readonly args: readonly Value[];
  readonly newTarget: Value;
  readonly result: Return;
  readonly key: string;
}

/** Pushes a frame with parameters, captures and the implicit slots filled. */
export function pushFrame(run: Run, state: State, init: FrameInit): Frame {
  const { code } = init.code;
  const ir = code.ir;
  const slots = new Array<Value | undefined>(ir.slots.length + ir.regions.length).fill(undefined);
  for (let i = 0; i < ir.slots.length; i++) if (ir.slots[i]?.kind === "temporary") slots[i] = undefined;
  ir.params.forEach((slot, i) => (slots[slot] = init.args[i] ?? UNDEFINED));
  ir.captures.forEach(({ slot }, i) => (slots[slot] = init.code.captures[i]));
  if (ir.rest !== null) slots[ir.rest] = newArray(run, state, init.args.slice(ir.params.length), `rest of ${ir.name}`);
  if (ir.thisSlot !== null && ir.kind !== "arrow") slots[ir.thisSlot] = init.receiver;
  if (ir.newTargetSlot !== null && ir.kind !== "arrow") slots[ir.newTargetSlot] = init.newTarget;
  if (ir.selfSlot !== null && init.self !== null) slots[ir.selfSlot] = reference(init.self);
  if (ir.argumentsSlot !== null && ir.kind !== "arrow") slots[ir.argumentsSlot] = newArguments(run, state, init.args);
  const frame: Frame = {
    code,
    activation: run.newActivation(init.key),
    result: init.result,
    self: init.self,
    newTarget: init.newTarget,
    slots,
    block: ir.entry,
    ip: 0,
    outerRegion: state.region,
    regions: new Map(),
  };
  state.frames.push(frame);
  return frame;
}

/** A virtual array. */
export function newArray(run: Run, state: State, elements: readonly (Value | null)[], site: string): Value {
  const address = run.newAddress();
  const array = newObject("array", run.session.intrinsic("Array.prototype"), site);
  array.elements = [...elements];
  state.store.put(address, array);
  return reference(address);
}

function newArguments(run: Run, state: State, args: readonly Value[]): Value {
  const address = run.newAddress();
  const object: HeapObject = newObject("plain", run.session.intrinsic("Object.prototype"), "arguments");
  args.forEach((value, i) => object.properties.set(String(i), dataProperty(value)));
  object.properties.set("length", dataProperty(constant(args.length), HIDDEN));
  object.properties.set("@@Symbol.iterator", dataProperty(reference(run.session.intrinsic("Array.prototype.values")), HIDDEN));
  state.store.put(address, object);
  return reference(address);
}

/** A call that stays in the residual; everything handed over is rebuilt there. */
export function residualCall(run: Run, state: State, call: Call, what: string): Flow {
  const callee = lift(run, state, call.callee);
  const receiver = lift(run, state, call.receiver);
  const args = call.args.map((v): Operand => lift(run, state, v));
  const temp = run.newTemp();
  emit(run, state, { op: "call", dst: temp, callee, receiver, args, origin: call.origin }, true);
  run.session.forgetFields(state);
  if (call.dst === null) return "next";
  const declared = run.session.resultType(state, call.callee);
  const cause = causeOf([call.callee], `the result of ${call.name ?? "a call"}: ${what}`, call.origin);
  return set(run, state, call.dst, dynamic(temp, cause, declared?.fact ?? anyFact, null, declared));
}

/** Reads `prototype` of a constructor for a new instance. */
export function prototypeFor(run: Run, state: State, newTarget: Value, fallback: string): Address | null {
  if (newTarget.kind !== "object") return null;
  const found = lookup(run, state, newTarget.address, "prototype");
  if (found.kind === "data" && found.value.kind === "object") return found.value.address;
  return found.kind === "unknown" ? null : run.session.intrinsic(fallback);
}
