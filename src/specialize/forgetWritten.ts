/**
 * After a call that stays in the residual: what it may have written is not known any more, everything else is.
 *
 * A function of the program is looked into (`effects/`), with what is known of its arguments; of any other callee nothing is
 * known, and it may write everything. So may every callee where built-ins, types or static objects are not relied on.
 */
import type { TypeFact } from "../semantics/numberFacts.ts";
import { builtinEffects } from "./effects/builtinEffects.ts";
import { CallEffects } from "./effects/callEffects.ts";
import { ofValue } from "./effects/seen.ts";
import type { Summary } from "./effects/summary.ts";
import { forgetElements, forgetField } from "./knownFields.ts";
import type { Run } from "./run.ts";
import type { Session } from "./session.ts";
import type { Call, State } from "./state.ts";

const made = new WeakMap<Session, CallEffects>();

/** Forgets what the call may have written; what is known of its result, or null. */
export function forgetWritten(run: Run, state: State, call: Call): TypeFact | null {
  const summary = summaryOf(run, state, call);
  if (summary === null) {
    run.session.forgetFields(state);
    return null;
  }
  const { fields, elements, lengths } = summary.effects;
  for (const name of fields) forgetField(state, name);
  if (elements) forgetElements(state, lengths);
  return summary.result.fact;
}

function summaryOf(run: Run, state: State, { callee, receiver, args }: Call): Summary | null {
  const { session } = run;
  const { assume } = session.knowledge;
  if (session.evaluating || !assume.builtins || !assume.types || !assume.statics) return null;
  const seen = [receiver, ...args].map((value) => ofValue(session, state.store, value));
  const [self, ...others] = seen;
  if (self === undefined) return null;
  if (callee.kind === "dynamic") {
    const path = run.info(callee.temp).builtin;
    return path === null ? null : builtinEffects(path, self, others);
  }
  if (callee.kind !== "object" || session.world.get(callee.address) === undefined) return null;
  let effects = made.get(session);
  if (effects === undefined) made.set(session, (effects = new CallEffects(session, session.world.store())));
  return effects.ofCall(callee.address, self, others);
}
