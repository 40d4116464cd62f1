/** keys(), values() and entries() of arrays, typed arrays, Maps and Sets that are known. */
import type { BuiltinModel } from "./model.ts";
import { givenBy, isReadable, newIterator } from "../iterators.ts";
import { set } from "../stepOperators.ts";
import { reference } from "../values.ts";

function iterating(path: string): BuiltinModel {
  return (run, state, call) => {
    const { receiver } = call;
    if (receiver.kind !== "object") return null;
    const object = state.store.get(receiver.address);
    const gives = givenBy(object, path);
    if (gives === null || !isReadable(run, state, receiver.address, object)) return null;
    const iterator = reference(newIterator(run, state, receiver, gives));
    return call.dst === null ? "next" : set(run, state, call.dst, iterator);
  };
}

const PATHS = ["Array", "%TypedArray%", "Map", "Set"].flatMap((holder) =>
  ["keys", "values", "entries"].map((name) => `${holder}.prototype.${name}`),
);

export const iteratorModels: ReadonlyMap<string, BuiltinModel> = new Map(PATHS.map((path) => [path, iterating(path)]));
