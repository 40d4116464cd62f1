/** Array methods that change a virtual array, and static functions of Array. The rest of Array.prototype is in the prelude. */
import type { BuiltinModel } from "./model.ts";
import { virtualOf } from "./model.ts";
import { listOf } from "../iterators.ts";
import { newArray } from "../make.ts";
import type { Run } from "../run.ts";
import type { Call, Flow, State } from "../state.ts";
import { set } from "../stepOperators.ts";
import { isKnownArray } from "../typeTests.ts";
import type { Address, Value } from "../values.ts";
import { UNDEFINED, constant } from "../values.ts";

type Elements = (Value | null | undefined)[];

/** An array that only the specializer holds, and that is neither frozen nor sealed. */
function changeable(state: State, value: Value): Address | null {
  const address = virtualOf(state, value, "array");
  return address !== null && state.store.get(address).extensible ? address : null;
}

function changing(change: (elements: Elements, args: readonly Value[]) => Value): BuiltinModel {
  return (run, state, call) => {
    const address = changeable(state, call.receiver);
    if (address === null) return null;
    const elements = state.store.edit(address).elements ?? [];
    return give(run, state, call, change(elements, call.args));
  };
}

function give(run: Run, state: State, call: Call, value: Value): Flow {
  return call.dst === null ? "next" : set(run, state, call.dst, value);
}

/** A subclass makes arrays of its own. */
function isArrayItself(run: Run, receiver: Value): boolean {
  return receiver.kind === "object" && receiver.address === run.session.intrinsic("Array");
}

export const arrayModels: ReadonlyMap<string, BuiltinModel> = new Map<string, BuiltinModel>([
  [
    "Array.prototype.push",
    changing((elements, args) => {
      elements.push(...args);
      return constant(elements.length);
    }),
  ],
  ["Array.prototype.pop", changing((elements) => elements.pop() ?? UNDEFINED)],
  ["Array.prototype.shift", changing((elements) => elements.shift() ?? UNDEFINED)],
  [
    "Array.prototype.unshift",
    changing((elements, args) => {
      elements.unshift(...args);
      return constant(elements.length);
    }),
  ],
  [
    "Array.prototype.reverse",
    (run, state, call) => {
      const address = changeable(state, call.receiver);
      if (address === null) return null;
      state.store.edit(address).elements?.reverse();
      return give(run, state, call, call.receiver);
    },
  ],
  [
    "Array.isArray",
    (run, state, call) => {
      const value = call.args[0] ?? UNDEFINED;
      if (value.kind === "dynamic") {
        const known = isKnownArray(state, value);
        return known === null ? null : give(run, state, call, known);
      }
      return give(
        run,
        state,
        call,
        constant(value.kind === "object" && state.store.get(value.address).kind === "array"),
      );
    },
  ],
  [
    "Array.of",
    (run, state, call) =>
      isArrayItself(run, call.receiver) ? give(run, state, call, newArray(run, state, call.args, "Array.of")) : null,
  ],
  [
    "Array.from",
    (run, state, call) => {
      if (call.args.length !== 1 || !isArrayItself(run, call.receiver)) return null;
      const list = listOf(run, state, call.args[0] ?? UNDEFINED);
      return list === null ? null : give(run, state, call, newArray(run, state, list, "Array.from"));
    },
  ],
]);
