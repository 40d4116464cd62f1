/**
 * Private names. Objects made while specializing have them as properties under keys of their own. Of objects that exist at
 * run time residual code outside of the class can neither read nor write them: those that change are left to the class's
 * own methods, whose calls stay; those that do not are what they were when the modules had been evaluated.
 */
import type { Instruction, Origin } from "../ir/types.ts";
import { raise } from "./control.ts";
import { read } from "./frames.ts";
import { WRITABLE } from "./heap.ts";
import { Bailout } from "./limits.ts";
import { lookup } from "./lookup.ts";
import type { Run } from "./run.ts";
import type { Flow, State } from "./state.ts";
import { set } from "./stepOperators.ts";
import { assign } from "./stepProperties.ts";
import type { Value } from "./values.ts";
import { constant } from "./values.ts";

type Step = Extract<Instruction, { op: "getPrivate" | "setPrivate" | "hasPrivate" }>;

/** object.#name, object.#name = value, #name in object */
export function stepPrivate(run: Run, state: State, step: Step): Flow {
  const object = read(state, step.object);
  const key = `\u0000${step.name}@${step.brand}`;
  const exists = `the private name #${step.name} of an object that exists at run time`;
  if (object.kind !== "object") throw new Bailout(exists, step.origin);
  const isFixed = state.store.isFixed(object.address);
  if (isFixed && run.session.live?.get(object.address) !== undefined) throw new Bailout(exists, step.origin);
  const found = lookup(run, state, object.address, key);
  if (step.op === "hasPrivate") return set(run, state, step.dst, constant(found.kind !== "absent"));
  if (found.kind === "unknown") throw new Bailout(exists, step.origin);
  if (found.kind === "accessor")
    return callAccessor(run, state, step, object, step.op === "getPrivate" ? found.get : found.set);
  if (found.kind === "absent") return refuse(run, state, step);
  if (step.op === "getPrivate") {
    if (isFixed && (found.value.kind === "dynamic" || run.session.world.isPrivateAssigned(key)))
      throw new Bailout(exists, step.origin);
    return set(run, state, step.dst, found.value);
  }
  if (isFixed) throw new Bailout(exists, step.origin);
  if (!found.own || (found.flags & WRITABLE) === 0)
    return fail(run, state, `Private method '#${step.name}' is not writable`, step.origin);
  return assign(run, state, object.address, key, read(state, step.value), step.origin);
}

function callAccessor(
  run: Run,
  state: State,
  step: Exclude<Step, { op: "hasPrivate" }>,
  receiver: Value,
  accessor: Value,
): Flow {
  const isRead = step.op === "getPrivate";
  if (accessor.kind !== "object")
    return fail(run, state, `'#${step.name}' was defined without a ${isRead ? "getter" : "setter"}`, step.origin);
  return run.machine.callFunction(run, state, {
    callee: accessor,
    receiver,
    args: isRead ? [] : [read(state, step.value)],
    dst: isRead ? step.dst : null,
    origin: step.origin,
    name: step.name,
  });
}

/** The object is none of the class. */
function refuse(run: Run, state: State, step: Step): Flow {
  const [does, from] = step.op === "getPrivate" ? ["read", "from"] : ["write", "to"];
  const message = `Cannot ${does} private member #${step.name} ${from} an object whose class did not declare it`;
  return fail(run, state, message, step.origin);
}

function fail(run: Run, state: State, message: string, origin: Origin | undefined): Flow {
  return raise(run, state, run.session.newError(state, "TypeError", message), origin);
}
