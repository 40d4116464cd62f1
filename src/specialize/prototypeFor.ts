/** GetPrototypeFromConstructor on known constructors. */
import { lookup } from "./lookup.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import type { Address, Value } from "./values.ts";

/** Reads `prototype` of a constructor for a new instance. */
export function prototypeFor(run: Run, state: State, newTarget: Value, fallback: string): Address | null {
  if (newTarget.kind !== "object") return null;
  const found = lookup(run, state, newTarget.address, "prototype");
  if (found.kind === "data" && found.value.kind === "object") return found.value.address;
  return found.kind === "unknown" ? null : run.session.intrinsic(fallback);
}
