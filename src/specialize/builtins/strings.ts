/** String methods that give arrays. */
import { splitText } from "../../semantics/splitText.ts";
import type { BuiltinModel } from "./model.ts";
import { splitByExpression } from "./regExps.ts";
import { newArray } from "../make.ts";
import { set } from "../stepOperators.ts";
import { UNDEFINED, constant } from "../values.ts";

export const stringModels: ReadonlyMap<string, BuiltinModel> = new Map<string, BuiltinModel>([
  [
    "String.prototype.split",
    (run, state, call) => {
      const [separator = UNDEFINED, limit = UNDEFINED] = call.args;
      if (separator.kind === "object") return splitByExpression(run, state, call);
      if (call.receiver.kind !== "const" || separator.kind !== "const" || limit.kind !== "const" || call.dst === null)
        return null;
      const parts = splitText(call.receiver.value, separator.value, limit.value);
      return parts === null
        ? null
        : set(
            run,
            state,
            call.dst,
            newArray(
              run,
              state,
              parts.map((p) => constant(p)),
              "split",
            ),
          );
    },
  ],
]);
