/** Function.prototype.call, apply and bind on known functions; Reflect.apply. */
import type { BuiltinModel } from "./model.ts";
import { bindFunction, bindingSite } from "../boundFunction.ts";
import { listOf } from "../iterators.ts";
import type { Run } from "../run.ts";
import type { Call, Flow, State } from "../state.ts";
import { set } from "../stepOperators.ts";
import type { ObjectValue, Value } from "../values.ts";
import { UNDEFINED } from "../values.ts";

function apply(run: Run, state: State, call: Call, callee: Value, receiver: Value, list: Value): Flow | null {
  if (callee.kind !== "object") return null;
  const empty = list.kind === "const" && (list.value === undefined || list.value === null);
  const args = empty ? [] : list.kind === "object" ? elementsOf(run, state, list) : null;
  return args === null ? null : run.machine.callFunction(run, state, { ...call, callee, receiver, args });
}

/** CreateListFromArrayLike, for arrays and for objects like `arguments` that were made here. */
function elementsOf(run: Run, state: State, list: ObjectValue): readonly Value[] | null {
  const { kind, properties } = state.store.get(list.address);
  if (kind === "array") return listOf(run, state, list);
  const length = properties.get("length");
  if (kind !== "plain" || !state.store.isOwn(list.address) || length?.value.kind !== "const") return null;
  const count = Number(length.value.value);
  if (!Number.isSafeInteger(length.value.value) || count < 0 || count > 1000) return null;
  const elements = Array.from({ length: count }, (_, n) => properties.get(String(n)));
  const isPlain = elements.every((one) => one !== undefined && one.get === null && one.set === null);
  return isPlain ? elements.map((one) => one?.value ?? UNDEFINED) : null;
}

export const functionModels: ReadonlyMap<string, BuiltinModel> = new Map<string, BuiltinModel>([
  [
    "Function.prototype.call",
    (run, state, call) => {
      const [receiver = UNDEFINED, ...args] = call.args;
      return call.receiver.kind === "object"
        ? run.machine.callFunction(run, state, { ...call, callee: call.receiver, receiver, args })
        : null;
    },
  ],
  [
    "Function.prototype.apply",
    (run, state, call) => apply(run, state, call, call.receiver, call.args[0] ?? UNDEFINED, call.args[1] ?? UNDEFINED),
  ],
  [
    "Function.prototype.bind",
    (run, state, call) => {
      const { receiver: target, args, dst } = call;
      if (target.kind !== "object" || run.session.escapingSites.has(bindingSite(state))) return null;
      const [receiver = UNDEFINED, ...given] = args;
      const bound = bindFunction(run, state, { target, receiver, args: given });
      if (bound === null) return null;
      return dst === null ? "next" : set(run, state, dst, bound);
    },
  ],
  [
    "Reflect.apply",
    (run, state, call) =>
      apply(run, state, call, call.args[0] ?? UNDEFINED, call.args[1] ?? UNDEFINED, call.args[2] ?? UNDEFINED),
  ],
]);
