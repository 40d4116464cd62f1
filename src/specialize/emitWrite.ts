/** Writes one residual write or `delete` of a property; in a build that checks, that of sloppy code is asked whether it can be done. */
import type { Instruction } from "../ir/types.ts";
import { checkedWrite } from "./checkedSteps.ts";
import { emit } from "./emitInstruction.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import { top } from "./state.ts";

type Write = Extract<Instruction, { op: "setProp" | "deleteProp" }>;

/** `throws`: it may end in an exception. */
export function emitWrite(run: Run, state: State, step: Write, throws: boolean): void {
  const { session } = run;
  if (!session.knowledge.isChecked || top(state).code.ir.strict) return emit(run, state, step, throws);
  for (const one of checkedWrite(session, step, () => run.newTemp())) emit(run, state, one, one.op === "call");
}
