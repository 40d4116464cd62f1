/**
 * Residual functions that several calls share: one for each function and static part of its arguments.
 *
 * What is known of the dynamic arguments (their types) is what holds of those of all calls. A call of which less is known than
 * the function was made for makes it anew, for both; the calls before stay as they are, since it holds for them too.
 */
import type { FunctionCode } from "./heap.ts";
import { Bailout } from "./limits.ts";
import type { Run } from "./run.ts";
import type { Session, SharedFunction } from "./session.ts";
import type { SharedArgument } from "./sharedArgument.ts";
import { joinArguments, sharedKey } from "./sharedArgument.ts";
import type { Body } from "./specializeBody.ts";
import { specializeBody } from "./specializeBody.ts";
import type { Address, Value } from "./values.ts";
import { UNDEFINED } from "./values.ts";
import { Restart } from "./versions.ts";

/** The name of the residual function and the static value it returns, if it always returns one; null: it cannot be made. */
export function sharedFunction(
  run: Run,
  self: Address | null,
  code: FunctionCode,
  split: readonly SharedArgument[],
): { name: string; result: Value | null } | null {
  const { session } = run;
  const key = sharedKey(code, self, split);
  const before = session.shared.get(key);
  if (before === null) return null;
  const known = session.learned.sharedArguments.get(key);
  const joined = known === undefined ? split : joinArguments(known, split);
  session.learned.sharedArguments.set(key, joined);
  const entry = before ?? {
    id: session.reserve(),
    name: code.code.ir.name === "" ? "specialized" : code.code.ir.name,
    result: null,
    state: "new",
  };
  session.shared.set(key, entry);
  // one that is being made is made once more if it is called with less now
  if (entry.state !== "making" && (entry.state === "new" || joined !== known)) make(run, key, entry, self, code);
  const name = session.nameOf({ kind: "function", id: entry.id, name: entry.name });
  return { name, result: entry.state === "done" ? entry.result : null };
}

function make(run: Run, key: string, entry: SharedFunction, self: Address | null, code: FunctionCode): void {
  const { session } = run;
  entry.state = "making";
  try {
    const body = bodyFor(run, key, entry, self, code);
    session.functions[entry.id] = body.fn;
    entry.result = body.result;
    entry.state = "done";
    session.sharedFigures.versions += body.stats.versions;
    session.sharedFigures.points += body.stats.points;
  } catch (error) {
    if (!(error instanceof Bailout)) {
      session.shared.delete(key);
      throw error;
    }
    session.shared.set(key, null);
    session.bailouts.push({ label: entry.name, reason: error.reason, origin: error.origin });
    throw new Restart(`${entry.name} stays generic`);
  }
}

/** The body for what is known of all calls, those included that it makes itself. */
function bodyFor(run: Run, key: string, entry: SharedFunction, self: Address | null, code: FunctionCode): Body {
  const { session } = run;
  for (;;) {
    const split = argumentsOf(session, key);
    const body = specializeBody(session, run.machine, {
      id: entry.id,
      label: entry.name,
      key,
      store: session.world.store(),
      self,
      code,
      receiver: split[0] ?? { kind: "static", value: UNDEFINED },
      args: split.slice(1),
      receiverIsParam: true,
      keepsRest: false,
      argumentsTail: null,
    });
    if (argumentsOf(session, key) === split) return body;
  }
}

function argumentsOf(session: Session, key: string): readonly SharedArgument[] {
  return session.learned.sharedArguments.get(key) ?? [];
}
