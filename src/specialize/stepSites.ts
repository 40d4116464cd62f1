/** `specialize(...)` and `dynamic()` in code that is evaluated. */
import type { Origin } from "../ir/types.ts";
import { newObject } from "./heap.ts";
import type { Run } from "./run.ts";
import type { Site } from "./session.ts";
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
  if (path !== "%specialize%" && path !== "%context%") return null;
  const { session } = run;
  if (call.origin !== undefined && session.evaluating) session.sites.push(siteOf(call, path, call.origin));
  const temp = run.newTemp();
  run.write(state, { op: "copy", dst: temp, value: { value: undefined } });
  return call.dst === null ? "next" : set(run, state, call.dst, dynamic(temp, { what: "a specialized function", origin: call.origin }));
}

function siteOf(call: Call, path: string, origin: Origin): Site {
  const [fn = UNDEFINED, second = UNDEFINED, third = UNDEFINED] = call.args;
  return path === "%context%" ? { origin, fn, setup: second, statics: third } : { origin, fn, setup: null, statics: second };
}
