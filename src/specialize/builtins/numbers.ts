/** What asks whether a value is a number of some kind: no object is, whatever it holds, and none of it is read. */
import type { BuiltinModel } from "./model.ts";
import { set } from "../stepOperators.ts";
import { FALSE } from "../values.ts";

const isNoNumber: BuiltinModel = (run, state, call) => {
  if (call.args[0]?.kind !== "object") return null;
  return call.dst === null ? "next" : set(run, state, call.dst, FALSE);
};

export const numberModels: ReadonlyMap<string, BuiltinModel> = new Map<string, BuiltinModel>(
  ["isInteger", "isSafeInteger", "isFinite", "isNaN"].map((name) => [`Number.${name}`, isNoNumber]),
);
