/** `Symbol()` while modules are evaluated: each call is made once. */
import type { BuiltinModel } from "./model.ts";
import { ownSymbol } from "../liftSymbol.ts";
import { set } from "../stepOperators.ts";
import { UNDEFINED } from "../values.ts";

export const symbolModels: ReadonlyMap<string, BuiltinModel> = new Map<string, BuiltinModel>([
  [
    "Symbol",
    (run, state, call) => {
      const [description = UNDEFINED] = call.args;
      if (!run.session.evaluating || call.dst === null || description.kind !== "const") return null;
      const text = description.value === undefined ? undefined : String(description.value);
      const key = ownSymbol(run.newAddress(), text);
      return set(run, state, call.dst, { kind: "symbol", key });
    },
  ],
]);
