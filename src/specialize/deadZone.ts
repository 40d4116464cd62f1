/** Reading a variable before it is initialized. */
import type { Origin } from "../ir/types.ts";
import { raise } from "./control.ts";
import type { Run } from "./run.ts";
import type { Flow, State } from "./state.ts";

/** Throws the ReferenceError of the dead zone; `this` is in it until super() has returned. */
export function deadZone(run: Run, state: State, name: string, origin?: Origin): Flow {
  const message =
    name === "this"
      ? "Must call super constructor in derived class before accessing 'this' or returning from derived constructor"
      : `Cannot access '${name}' before initialization`;
  return raise(run, state, run.session.newError(state, "ReferenceError", message), origin);
}
