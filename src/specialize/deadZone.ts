/** Reading a variable before it is initialized. */
import type { Origin } from "../ir/types.ts";
import { raise } from "./control.ts";
import type { Run } from "./run.ts";
import type { Flow, State } from "./state.ts";

/** Throws the ReferenceError of the dead zone. */
export function deadZone(run: Run, state: State, name: string, origin?: Origin): Flow {
  return raise(
    run,
    state,
    run.session.newError(state, "ReferenceError", `Cannot access '${name}' before initialization`),
    origin,
  );
}
