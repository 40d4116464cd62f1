/** `specialize(...)` and `dynamic()` in code that is evaluated. */
import type { Origin } from "../ir/types.ts";
import { dataProperty, newObject } from "./heap.ts";
import type { Run } from "./run.ts";
import type { Session, Site } from "./session.ts";
import type { Call, Flow, State } from "./state.ts";
import { set } from "./stepOperators.ts";
import type { Value } from "./values.ts";
import { UNDEFINED, dynamic, reference } from "./values.ts";
import { SITE_PROPERTY } from "./world.ts";

/** Handles the package's own functions; null: it is another function. */
export function stepSite(run: Run, state: State, call: Call, path: string): Flow | null {
  if (path === "%dynamic%") {
    const address = run.newAddress();
    state.store.put(address, newObject("plain", null, "%dynamic%"));
    return call.dst === null ? "next" : set(run, state, call.dst, reference(address));
  }
  if (path !== "%specialize%" && path !== "%context%") return null;
  const { session } = run;
  if (call.origin !== undefined && session.evaluating) keepSite(run, state, siteOf(call, path, call.origin));
  const temp = run.newTemp();
  run.write(state, { op: "copy", dst: temp, value: { value: undefined } });
  return call.dst === null
    ? "next"
    : set(run, state, call.dst, dynamic(temp, { what: "a specialized function", origin: call.origin }));
}

/** Sites are kept in the module's environment, so that what they mention is not dropped and keeps its right address. */
function keepSite(run: Run, state: State, site: Site): void {
  const { session } = run;
  const environment = session.world.environment(site.origin.file);
  if (environment === null) return;
  const { properties } = state.store.edit(environment);
  const n = session.sites.push(site) - 1;
  run.record(() => (session.sites.length = n));
  for (const part of SITE_PARTS) properties.set(`${SITE_PROPERTY}${n} ${part}`, dataProperty(site[part] ?? UNDEFINED));
}

const SITE_PARTS = ["fn", "statics", "setup"] as const;

/** A site with its values as evaluation has left them. */
export function settledSite(session: Session, n: number): Site {
  const site = session.sites[n];
  if (site === undefined) throw new Error(`no site ${n}`);
  const environment = session.world.environment(site.origin.file);
  const properties = environment === null ? undefined : session.world.get(environment)?.properties;
  const part = (name: (typeof SITE_PARTS)[number]): Value =>
    properties?.get(`${SITE_PROPERTY}${n} ${name}`)?.value ?? UNDEFINED;
  return {
    origin: site.origin,
    fn: part("fn"),
    statics: part("statics"),
    setup: site.setup === null ? null : part("setup"),
  };
}

function siteOf(call: Call, path: string, origin: Origin): Site {
  const [fn = UNDEFINED, second = UNDEFINED, third = UNDEFINED] = call.args;
  return path === "%context%"
    ? { origin, fn, setup: second, statics: third }
    : { origin, fn, setup: null, statics: second };
}
