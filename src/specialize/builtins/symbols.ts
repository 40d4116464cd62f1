/** `Symbol()` while modules are evaluated: each call is made once. `Symbol.for` of a static text. */
import type { BuiltinModel } from "./model.ts";
import { ownSymbol, registeredSymbol } from "../liftSymbol.ts";
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
  [
    "Symbol.for",
    (run, state, call) => {
      const [text = UNDEFINED] = call.args;
      if (call.dst === null || text.kind !== "const") return null;
      return set(run, state, call.dst, { kind: "symbol", key: registeredSymbol(String(text.value)) });
    },
  ],
]);
