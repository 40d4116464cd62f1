/**
 * Code that runs without a call being written: when an object of the modules is converted, iterated, compared, asked for what
 * it finds in a text, or read under a key that only the run time knows.
 *
 * Needs: an object that a residual refers to. Promises: what its conversions, iterators, getters, setters and `exec` may write is
 * filed (`codeThatStays`). Its other methods run only if somebody calls them, which is seen there.
 *
 *   const n = { valueOf() { state.calls++; return 4; } };  return n * x + state.calls      `state.calls` is read at run time
 */
import type { Store } from "../heap.ts";
import type { Session } from "../session.ts";
import type { Address, Value } from "../values.ts";
import { reference } from "../values.ts";
import { CALLED_BY_BUILT_INS } from "./calledByBuiltIns.ts";
import { noteCodeThatStays } from "./codeThatStays.ts";

const done = new WeakMap<Session, Set<Address>>();

export function noteImplicitCode(session: Session, store: Store, address: Address): void {
  if (session.evaluating || !store.isBase(address)) return;
  let seen = done.get(session);
  if (seen === undefined) done.set(session, (seen = new Set()));
  if (seen.has(address)) return;
  seen.add(address);
  const note = (value: Value | null): void => {
    if (value?.kind === "object") noteCodeThatStays(session, store, value.address, [reference(address)]);
  };
  for (let at: Address | null = address; at !== null;) {
    const { properties, builtin, prototype }: ReturnType<Store["get"]> = store.get(at);
    if (builtin !== null) return;
    for (const [key, { value, get, set }] of properties) {
      note(get);
      note(set);
      if (CALLED_BY_BUILT_INS.has(key)) note(value);
      // `list.map` makes what the list's own constructor names as its species
      if (key === "constructor" && at === address && value.kind === "object")
        noteImplicitCode(session, store, value.address);
    }
    at = prototype;
  }
}
