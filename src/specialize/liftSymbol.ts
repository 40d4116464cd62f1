/**
 * Symbols. The standard's go by their paths (`Symbol.iterator`). One that a module makes with `Symbol()` while it is
 * evaluated is made once, and static from there on: its key is made up, and leads to a name where residual code needs it.
 * One of the registry (`Symbol.for("text")`) is the same wherever it is asked for: residual code asks again.
 */
import type { Operand } from "../ir/types.ts";
import { Bailout } from "./limits.ts";
import { liftIntrinsic } from "./referTo.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";

const OWN = "%symbol ";
const REGISTERED = "%registered ";

/** The key of a new one. */
export function ownSymbol(id: number, description: string | undefined): string {
  return `${OWN}${id}%${description === undefined ? "" : `:${description}`}`;
}

/** The key of the one that the registry has under the text. */
export function registeredSymbol(text: string): string {
  return REGISTERED + text;
}

/** What a function is called that stands under a key: of symbols the description. */
export function nameOfKey(key: string): string {
  if (!key.startsWith("@@")) return key;
  const path = key.slice(2);
  if (path.startsWith(REGISTERED)) return `[${path.slice(REGISTERED.length)}]`;
  if (!path.startsWith(OWN)) return `[${path}]`;
  const at = path.indexOf("%:");
  return at === -1 ? "" : `[${path.slice(at + 2)}]`;
}

/** The operand that stands for a symbol in residual code. */
export function liftSymbol(run: Run, state: State, key: string): Operand {
  const isRegistered = key.startsWith(REGISTERED);
  if (!key.startsWith(OWN) && !isRegistered) return liftIntrinsic(run, state, key);
  const temp = run.newTemp();
  if (run.session.evaluating) return temp;
  const name = run.session.nameOfSymbol(key);
  if (name === null && isRegistered) {
    const args = [{ value: key.slice(REGISTERED.length) }];
    const [callee, receiver] = [liftIntrinsic(run, state, "Symbol.for"), liftIntrinsic(run, state, "Symbol")];
    run.write(state, { op: "call", dst: temp, callee, receiver, args });
    return temp;
  }
  if (name === null) throw new Bailout("a symbol that the program has made has no name to refer to it by");
  run.write(state, { op: "getBinding", dst: temp, name });
  return temp;
}
