/**
 * What may a call that stays in the residual write? Whatever it does not write is still known after it.
 *
 * Needs: a function of the program, and what is known of its receiver and arguments. Promises: a set of field names and
 * whether elements are written, of whichever objects; null where it may be anything. Fields are told apart by name alone,
 * so that aliases make no difference, nor which of its objects the callee keeps for later.
 *
 * Algorithm: abstract interpretation of the callee's graph. A slot has one `Seen` for the whole function, joined over all
 * assignments, until nothing changes; then each instruction is asked what it does. Calls of known functions and built-ins
 * are followed with what is known of their arguments (one result per function and arguments); a function that calls
 * itself, an unknown callee, a field of what is not declared as plain data (it may have a getter), an operator on
 * something that may be an object (`valueOf`), a callback handed to a built-in may do anything.
 *
 * Example: `sum(words: Uint32Array) { let t = 0; for (…) t += words[i]; return fold(t); }` writes nothing.
 *
 * After: Banning, "An efficient way to find the side effects of procedure calls", POPL 1979.
 */
import type { FunctionCode, Store } from "../heap.ts";
import type { Session } from "../session.ts";
import type { Address } from "../values.ts";
import type { Calls } from "./callee.ts";
import { Callee } from "./callee.ts";
import type { Seen } from "./seen.ts";
import { ANYTHING, keyOfSeen } from "./seen.ts";
import { stepEffects } from "./stepEffects.ts";
import type { Summary } from "./summary.ts";
import { terminatorEffects } from "./terminatorEffects.ts";

/** Follows calls; one for each question that the specializer asks. */
export class CallEffects implements Calls {
  private readonly known = new Map<string, Summary | null>();

  constructor(
    readonly session: Session,
    readonly store: Store,
  ) {}

  /** What a call of a function of the program does and gives; null: it may do anything. */
  ofCall(address: Address, receiver: Seen, args: readonly Seen[]): Summary | null {
    const code = this.store.get(address).code;
    if (code === null || code.isClass || this.session.knowledge.isExtern(code.code)) return null;
    return this.ofCode(address, code, receiver, args);
  }

  /** The same for code of a function object: methods, constructors, initializers. */
  ofCode(address: Address, code: FunctionCode, receiver: Seen, args: readonly Seen[]): Summary | null {
    const key = [String(address), ...[receiver, ...args].map(keyOfSeen)].join();
    const found = this.known.get(key);
    if (found !== undefined) return found;
    // a call of itself on the way may do anything
    this.known.set(key, null);
    const summary = summarize(new Callee(this, code, receiver, args));
    this.known.set(key, summary);
    return summary;
  }
}

function summarize(at: Callee): Summary | null {
  const { ir } = at.code.code;
  if (ir.opaque !== null) return null;
  do {
    at.changed = false;
    for (const block of ir.blocks) {
      for (const instruction of block.instructions) if (!stepEffects(at, instruction)) return null;
      if (!terminatorEffects(at, block.terminator)) return null;
    }
  } while (at.changed);
  return { effects: at.effects, result: at.result ?? ANYTHING };
}
