/** A call that the residual makes. */
import type { Operand } from "../ir/types.ts";
import { anyFact } from "../semantics/numberFacts.ts";
import { emit } from "./emitInstruction.ts";
import { lift } from "./lift.ts";
import type { Run } from "./run.ts";
import type { Call, Flow, State } from "./state.ts";
import { causeOf, set } from "./stepOperators.ts";
import { dynamic } from "./values.ts";

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

