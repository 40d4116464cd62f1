/**
 * Specialize-and-share: a call to a residual function made once for a function and the static part of its arguments. What
 * is dynamic in the arguments becomes a parameter; virtual objects go as their parts, or are rebuilt at the call.
 */
import type { Operand } from "../ir/types.ts";
import { getOrCreate } from "../base/mapOf.ts";
import { emit } from "./emitInstruction.ts";
import { changedPromises } from "./changedPromises.ts";
import type { FunctionCode } from "./heap.ts";
import { forgetWritten } from "./forgetWritten.ts";
import { lift } from "./lift.ts";
import type { Divided } from "./raiseArguments.ts";
import { isClosed, raisedArguments, wholeArguments } from "./raiseArguments.ts";
import { residualCall } from "./residualCall.ts";
import type { Run } from "./run.ts";
import { sharedKey } from "./sharedArgument.ts";
import { sharedFunction } from "./sharedFunction.ts";
import type { Call, Flow, State } from "./state.ts";
import { causeOf, set } from "./stepOperators.ts";
import type { Address, Value } from "./values.ts";
import { dynamic } from "./values.ts";

/** a function is made for each: what grows with the calls, or has many forms, is made at run time */
const MOST_SHAPES = 4;

/** Performs a call by way of a shared residual function; `isKept`: objects go as a whole. */
export function callShared(
  run: Run,
  state: State,
  call: Call,
  address: Address,
  code: FunctionCode,
  isKept = false,
): Flow {
  const closed = code.captures.every((c) => c === undefined || isClosed(state, c));
  if (!closed || (code.code.ir.thisSlot !== null && code.code.ir.kind === "arrow"))
    return residualCall(run, state, call, "it calls itself and captures dynamic variables");
  const { selfSlot } = code.code.ir;
  const self = state.store.isBase(address) && (selfSlot !== null || code.home !== null) ? address : null;
  // a function made on the way is another at each call of its maker: a function that all calls share cannot say which
  if (selfSlot !== null && self === null) return residualCall(run, state, call, "it calls itself by a name of its own");
  if (changedPromises(run, state).length > 0)
    return residualCall(run, state, call, "a field that is declared S has been changed");
  const raised = isKept || run.session.evaluating ? null : raisedWithin(run, state, call, self, code);
  let divided = raised ?? wholeArguments(state, call);
  let made = sharedFunction(run, self, code, divided.split);
  if (made === null && raised !== null) {
    divided = wholeArguments(state, call);
    made = sharedFunction(run, self, code, divided.split);
  }
  if (made === null) return residualCall(run, state, call, "it could not be specialized");
  const operands = divided.handed.map((v): Operand => lift(run, state, v));
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
  const given: Value[] = [call.receiver, ...call.args];
  return set(run, state, call.dst, dynamic(temp, causeOf(given, `the result of ${code.code.ir.name}`, call.origin)));
}

/** Arguments as their parts: for the first shapes of objects that come with the same static arguments; others go as a whole. */
function raisedWithin(run: Run, state: State, call: Call, self: Address | null, code: FunctionCode): Divided | null {
  const raised = raisedArguments(run, state, call);
  if (raised === null) return null;
  const whole = sharedKey(code, self, wholeArguments(state, call).split);
  const shapes = getOrCreate(run.session.learned.raisedShapes, whole, () => new Set<string>());
  const key = sharedKey(code, self, raised.split);
  if (!shapes.has(key) && shapes.size >= MOST_SHAPES) return null;
  shapes.add(key);
  return raised;
}
