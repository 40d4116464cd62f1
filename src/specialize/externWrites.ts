/**
 * What a call of a function declared `Extern` with its changes listed leaves as it was: everything but the fields it lists.
 *
 * Needs: the call has been written. Promises: of the listed fields nothing is known from here on, whichever object they are
 * found in. A field of an object of the world is dynamic in every residual; one that is declared `S` is read again, and
 * counts as written (`changedPromises`).
 *
 * Example: `Extern<typeof log, (sk: D<Sock>, text: D<string>) => void, "sk.lines">`: after `log(sk, text)` a field `lines`
 * that was read before is read again, `sk.peer` is not.
 */
import { emit } from "./emitInstruction.ts";
import { dataProperty } from "./heap.ts";
import { forgetField } from "./knownFields.ts";
import type { Run } from "./run.ts";
import type { ExternChange } from "./session.ts";
import type { Call, State } from "./state.ts";
import { referTo } from "./referTo.ts";
import type { Address, Value } from "./values.ts";
import { UNDEFINED, dynamic } from "./values.ts";
import { ALL } from "./world.ts";
import { noteFieldWrite } from "./worldWrites.ts";

export function externWrites(run: Run, state: State, call: Call, changes: readonly ExternChange[]): void {
  for (const { param, path } of changes) {
    const value = (param === "this" ? call.receiver : call.args[param]) ?? UNDEFINED;
    const key = path.at(-1);
    if (key === undefined) {
      run.session.forgetFields(state);
      if (value.kind === "object" && state.store.isBase(value.address)) run.session.mutates(value.address, ALL);
      continue;
    }
    forgetField(state, key);
    const holder = follow(state, value, path.slice(0, -1));
    if (holder !== null) changeField(run, state, holder, key, call);
  }
}

/** The object of the world that a path leads to; null: it is not known which, or it is read at run time anyway. */
function follow(state: State, from: Value, path: readonly string[]): Address | null {
  let value: Value = from;
  for (const key of path) {
    if (value.kind !== "object") return null;
    value = state.store.get(value.address).properties.get(key)?.value ?? UNDEFINED;
  }
  return value.kind === "object" && state.store.isBase(value.address) ? value.address : null;
}

function changeField(run: Run, state: State, address: Address, key: string, call: Call): void {
  const { live } = run.session;
  if (live?.holdsStatic(address, key) !== true) return noteFieldWrite(run, state, address, key);
  const object = referTo(run, state, address);
  if (object === null) return noteFieldWrite(run, state, address, key);
  const temp = run.newTemp(key);
  emit(run, state, { op: "getProp", dst: temp, object, key: { value: key }, origin: call.origin }, false);
  const value = dynamic(temp, { what: `${key} may be changed by this call`, origin: call.origin });
  state.store.edit(address).properties.set(key, dataProperty(value));
  run.notePromise(state, address, key, call.origin);
}
