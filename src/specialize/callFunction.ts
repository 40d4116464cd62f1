/**
 * Calls. A known function is unfolded: its frame is pushed and its body specialized in place. It is shared (one residual
 * function per function and static arguments) where unfolding would not end: at a recursive call under dynamic control
 * with the same static arguments. It is left as it is when it cannot be specialized (not lowered, unknown, external).
 */
import { callBuiltin } from "./callBuiltin.ts";
import { callShared } from "./callShared.ts";
import { raise } from "./control.ts";
import { figuresOf } from "./figures.ts";
import { generalizeGrowing } from "./generalizeGrowing.ts";
import type { FunctionCode } from "./heap.ts";
import { Bailout } from "./limits.ts";
import { callPicked } from "./picked.ts";
import { activationParts, pushFrame } from "./pushFrame.ts";
import { residualCall } from "./residualCall.ts";
import type { Run } from "./run.ts";
import type { Call, Flow, State } from "./state.ts";
import type { Address, Value } from "./values.ts";
import { UNDEFINED } from "./values.ts";
import { Restart } from "./versions.ts";

/** Performs a call; the innermost frame is the caller's, at the call. */
export function callFunction(run: Run, state: State, call: Call): Flow {
  const { callee } = call;
  if (callee.kind === "dynamic") {
    if (run.info(callee.temp).pick === null) run.demand(callee.lifted);
    const leave = (at: State, left: Call): Flow => residualCall(run, at, left, "a function that is not known");
    const cases = callPicked(run, state, callee, (at, here, isKnown) =>
      isKnown ? callFunction(run, at, callOf(call, here)) : leave(at, callOf(call, here)),
    );
    return cases ?? leave(state, call);
  }
  const object = callee.kind === "object" ? state.store.get(callee.address) : null;
  if (object === null || object.kind !== "function" || callee.kind !== "object")
    return raise(
      run,
      state,
      run.session.newError(state, "TypeError", `${call.name ?? "value"} is not a function`),
      call.origin,
    );
  if (object.builtin !== null) return callBuiltin(run, state, call, object.builtin);
  if (object.code === null) return residualCall(run, state, call, "a function of another module");
  if (object.code.isClass)
    return raise(
      run,
      state,
      run.session.newError(
        state,
        "TypeError",
        `Class constructor ${object.code.code.ir.name} cannot be invoked without 'new'`,
      ),
      call.origin,
    );
  if (object.code.code.ir.opaque !== null) return residualCall(run, state, call, object.code.code.ir.opaque.reason);
  return unfoldOrShare(run, state, call, callee.address, object.code);
}

/** The call with what stands for its values. */
function callOf(call: Call, here: (value: Value) => Value): Call {
  return { ...call, callee: here(call.callee), receiver: here(call.receiver), args: call.args.map(here) };
}

function unfoldOrShare(run: Run, state: State, given: Call, address: Address, code: FunctionCode): Flow {
  if (!run.session.evaluating && run.session.knowledge.isExtern(code.code))
    return residualCall(run, state, given, "declared extern");
  const left = run.session.evaluating ? undefined : run.session.learned.left.get(code.code.key);
  if (left !== undefined) return residualCall(run, state, given, left);
  const isRecursive = callsItself(run, state, code);
  const call = isRecursive ? generalizeGrowing(run, state, given, code) : given;
  const parts = isRecursive ? activationParts(state, code, call) : [];
  const key = isRecursive ? `${code.code.key}(${parts.join(",")})` : "";
  if (key !== "") for (const arg of call.args) if (arg.kind === "dynamic") run.demandKey(arg.lifted);
  if (key !== "" && run.session.sharedKeys.has(key)) return callShared(run, state, call, address, code);
  if (key !== "" && state.frames.some((f) => f.activation.key === key && f.activation.forked)) {
    run.session.sharedKeys.add(key);
    throw new Restart(`${code.code.ir.name} calls itself with the same static arguments`);
  }
  if (state.frames.length > run.limits.depth) {
    if (!state.frames.some((f) => f.activation.forked))
      throw new Bailout("recursion that does not end at specialization time", call.origin);
    return callShared(run, state, call, address, code, true);
  }
  if (run.session.leavesGeneric(state, call, address, code))
    return residualCall(run, state, call, "nothing about it is static");
  figuresOf(run).noteStatic(state);
  pushFrame(run, state, {
    self: address,
    code,
    receiver: call.receiver,
    args: call.args,
    newTarget: UNDEFINED,
    result: { kind: "slot", slot: call.dst },
    key,
    parts,
  });
  return "moved";
}

/** The function calls itself under dynamic control. */
function callsItself(run: Run, state: State, code: FunctionCode): boolean {
  const { recursive } = run.session;
  if (recursive.has(code.code.key)) return true;
  if (!state.frames.some((f) => f.code === code.code && f.activation.forked)) return false;
  recursive.add(code.code.key);
  throw new Restart(`${code.code.ir.name} calls itself`);
}
