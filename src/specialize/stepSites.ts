/** `specialize(...)` and `dynamic()` in code that is evaluated. */
import { newObject } from "./heap.ts";
import type { Run } from "./run.ts";
import type { Call, Flow, State } from "./state.ts";
import { set } from "./stepOperators.ts";
import { UNDEFINED, dynamic, reference } from "./values.ts";

/** Handles the package's own functions; null: it is another function. */
export function stepSite(run: Run, state: State, call: Call, path: string): Flow | null {
  if (path === "%dynamic%") {
    const address = run.newAddress();
    state.store.put(address, newObject("plain", null, "%dynamic%"));
    return call.dst === null ? "next" : set(run, state, call.dst, reference(address));
  }
  if (path !== "%specialize%") return null;
  const { session } = run;
  if (call.origin !== undefined && session.evaluating) session.sites.push({ origin: call.origin, fn: call.args[0] ?? UNDEFINED, statics: call.args[1] ?? UNDEFINED });
  const temp = run.newTemp();
  run.write(state, { op: "copy", dst: temp, value: { value: undefined } });
  return call.dst === null ? "next" : set(run, state, call.dst, dynamic(temp, { what: "a specialized function", origin: call.origin }));
}
