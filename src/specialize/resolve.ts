/** Views of a value in a state: an object that was rebuilt in the residual counts as the temporary that holds it. */
import { TYPE } from "../semantics/numberFacts.ts";
import type { State } from "./state.ts";
import type { Value } from "./values.ts";
import { dynamic } from "./values.ts";

/** The value as code from here on sees it; functions stay known after they were rebuilt, for they do not change. */
export function asResidual(state: State, value: Value): Value {
  if (value.kind !== "object") return value;
  if (state.store.isFixed(value.address)) return value;
  const object = state.store.peek(value.address);
  if (object.residence.kind !== "residual" || object.kind === "function") return value;
  return dynamic(object.residence.temp, { what: "rebuilt in the residual", origin: undefined }, { types: TYPE.object });
}
