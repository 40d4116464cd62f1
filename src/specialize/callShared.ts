/**
 * Specialize-and-share: a call to a residual function made once for a function and the static part of its arguments. What
 * is dynamic in the arguments becomes a parameter; virtual objects are rebuilt at the call.
 */
import type { Operand } from "../ir/types.ts";
import { anyFact } from "../semantics/numberFacts.ts";
import { emit } from "./emitInstruction.ts";
import { changedPromises } from "./changedPromises.ts";
import type { FunctionCode } from "./heap.ts";
import { forgetWritten } from "./forgetWritten.ts";
import { lift } from "./lift.ts";
import { residualCall } from "./residualCall.ts";
import type { Run } from "./run.ts";
import type { SharedArgument } from "./sharedArgument.ts";
import { sharedFunction } from "./sharedFunction.ts";
import type { Call, Flow, State } from "./state.ts";
import { causeOf, set } from "./stepOperators.ts";
import type { Address, Value } from "./values.ts";
import { dynamic } from "./values.ts";

/** Performs a call by way of a shared residual function. */
export function callShared(run: Run, state: State, call: Call, address: Address, code: FunctionCode): Flow {
  const closed = code.captures.every((c) => c === undefined || isClosed(state, c));
  if (!closed || (code.code.ir.thisSlot !== null && code.code.ir.kind === "arrow"))
    return residualCall(run, state, call, "it calls itself and captures dynamic variables");
  // a function made on the way is another at each call of its maker: a function that all calls share cannot say which
  if (code.code.ir.selfSlot !== null && !state.store.isBase(address))
    return residualCall(run, state, call, "it calls itself by a name of its own");
  if (changedPromises(run, state).length > 0)
    return residualCall(run, state, call, "a field that is declared S has been changed");
  const given = [call.receiver, ...call.args];
  const split = given.map((v): SharedArgument =>
    isClosed(state, v)
      ? { kind: "static", value: v }
      : {
          kind: "dynamic",
          fact: v.kind === "dynamic" ? { types: v.fact.types } : anyFact,
          declared: v.kind === "dynamic" ? v.declared : null,
        },
  );
  const made = sharedFunction(run, address, code, split);
  if (made === null) return residualCall(run, state, call, "it could not be specialized");
  const operands = given.filter((_, i) => split[i]?.kind === "dynamic").map((v): Operand => lift(run, state, v));
  const callee = run.newTemp();
  run.write(state, { op: "getBinding", dst: callee, name: made.name });
  const temp = run.newTemp();
  emit(
    run,
    state,
    { op: "call", dst: temp, callee, receiver: { value: undefined }, args: operands, origin: call.origin },
    true,
  );
  forgetWritten(run, state, call);
  if (call.dst === null) return "next";
  if (made.result !== null) return set(run, state, call.dst, made.result);
  return set(run, state, call.dst, dynamic(temp, causeOf(given, `the result of ${code.code.ir.name}`, call.origin)));
}

/** Static through and through: primitives, and objects of the world. */
function isClosed(state: State, value: Value): boolean {
  if (value.kind === "const" || value.kind === "symbol") return true;
  if (value.kind === "dynamic") return false;
  return state.store.isBase(value.address);
}
