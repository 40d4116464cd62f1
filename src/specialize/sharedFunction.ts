/** Residual functions that several calls share: one for each function and static part of its arguments. */
import type { FunctionCode } from "./heap.ts";
import { Bailout } from "./limits.ts";
import type { Run } from "./run.ts";
import type { SharedArgument } from "./sharedArgument.ts";
import { sharedKey } from "./sharedArgument.ts";
import { specializeBody } from "./specializeBody.ts";
import type { Address, Value } from "./values.ts";
import { UNDEFINED } from "./values.ts";
import { Restart } from "./versions.ts";

/** The name of the residual function and the static value it returns, if it always returns one; null: it cannot be made. */
export function sharedFunction(
  run: Run,
  address: Address,
  code: FunctionCode,
  split: readonly SharedArgument[],
): { name: string; result: Value | null } | null {
  const { session } = run;
  const key = sharedKey(code, address, split);
  const made = session.shared.get(key);
  if (made === null) return null;
  if (made !== undefined)
    return {
      name: session.nameOf({ kind: "function", id: made.id, name: made.name }),
      result: made.done ? made.result : null,
    };
  const entry = {
    id: session.reserve(),
    name: code.code.ir.name === "" ? "specialized" : code.code.ir.name,
    result: null as Value | null,
    done: false,
  };
  session.shared.set(key, entry);
  try {
    const body = specializeBody(session, run.machine, {
      id: entry.id,
      label: entry.name,
      key,
      store: session.world.store(),
      self: address,
      code,
      receiver: split[0] ?? { kind: "static", value: UNDEFINED },
      args: split.slice(1),
      receiverIsParam: true,
      keepsRest: false,
      argumentsTail: null,
    });
    session.functions[entry.id] = body.fn;
    entry.result = body.result;
    entry.done = true;
    session.sharedFigures.versions += body.stats.versions;
    session.sharedFigures.points += body.stats.points;
  } catch (error) {
    if (!(error instanceof Bailout)) throw error;
    session.shared.set(key, null);
    session.bailouts.push({ label: entry.name, reason: error.reason, origin: error.origin });
    throw new Restart(`${entry.name} stays generic`);
  }
  return { name: session.nameOf({ kind: "function", id: entry.id, name: entry.name }), result: entry.result };
}
