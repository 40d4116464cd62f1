/**
 * Calls of standard built-ins. On static primitives they are evaluated; on known objects by a model of their own
 * (`builtins/`) or by the prelude, whose functions are unfolded like any other; what remains stays a residual call, with
 * what is known of its result.
 */
import { callBuiltin as evaluateBuiltin } from "../semantics/builtins.ts";
import type { Operand } from "../ir/types.ts";
import { builtinCallEffect, builtinResult } from "../semantics/builtins.ts";
import { anyFact } from "../semantics/numberFacts.ts";
import { arrayModels } from "./builtins/arrays.ts";
import { collectionModels } from "./builtins/collections.ts";
import { constructorModels } from "./builtins/constructors.ts";
import { functionModels } from "./builtins/functions.ts";
import type { BuiltinModel } from "./builtins/model.ts";
import { objectModels } from "./builtins/objects.ts";
import { emit } from "./emitInstruction.ts";
import { objectFact } from "./facts.ts";
import type { HeapObject } from "./heap.ts";
import { lift } from "./lift.ts";
import { activationKey, pushFrame } from "./pushFrame.ts";
import type { Run } from "./run.ts";
import type { Call, Construction, Flow, State } from "./state.ts";
import { causeOf, complete, set } from "./stepOperators.ts";
import { stepSite } from "./stepSites.ts";
import type { Value } from "./values.ts";
import { UNDEFINED, dynamic, factOfValue } from "./values.ts";

const MODELS: ReadonlyMap<string, BuiltinModel> = new Map([...arrayModels, ...collectionModels, ...functionModels, ...objectModels]);

/** Calls the built-in at `path`. */
export function callBuiltin(run: Run, state: State, call: Call, path: string, object: HeapObject): Flow {
  void object;
  const site = stepSite(run, state, call, path);
  if (site !== null) return site;
  const primitives = [call.receiver, ...call.args];
  if (primitives.every((v) => v.kind === "const" || v === call.receiver)) {
    const receiver = call.receiver.kind === "const" ? call.receiver.value : undefined;
    const done = call.receiver.kind === "const" || isStaticMethod(path) ? evaluateBuiltin(path, receiver, call.args.map((a) => (a.kind === "const" ? a.value : undefined))) : null;
    if (done !== null && done.kind !== "unknown") return call.dst === null ? "next" : complete(run, state, call.dst, done, call.origin);
  }
  for (const value of primitives) if (value.kind === "dynamic" && primitives.every((v) => v.kind !== "dynamic" || v.lifted !== null)) run.demand(value.lifted);
  const modelled = MODELS.get(path)?.(run, state, call);
  if (modelled !== undefined && modelled !== null) return modelled;
  const prelude = preludeCall(run, state, call, path);
  return prelude ?? residualBuiltin(run, state, call, path);
}

function isStaticMethod(path: string): boolean {
  return !path.includes(".prototype.");
}

/** Unfolds the prelude's version of a method on a known receiver. */
function preludeCall(run: Run, state: State, call: Call, path: string): Flow | null {
  if (call.receiver.kind !== "object" || state.store.get(call.receiver.address).kind !== "array") return null;
  const code = run.session.prelude(path);
  if (code === null) return null;
  const fn = { code, captures: [], home: null, fields: null, isClass: false };
  pushFrame(run, state, { self: null, code: fn, receiver: call.receiver, args: call.args, newTarget: UNDEFINED, result: { kind: "slot", slot: call.dst }, key: activationKey(state, fn, call) });
  return "moved";
}

function residualBuiltin(run: Run, state: State, call: Call, path: string): Flow {
  const callee = lift(run, state, call.callee);
  const receiver = lift(run, state, receiverOf(run, call, path));
  const args = call.args.map((v): Operand => lift(run, state, v));
  const effect = builtinCallEffect(path, factOfValue(call.receiver), call.args.map(factOfValue));
  const temp = run.newTemp();
  emit(run, state, { op: "call", dst: temp, callee, receiver, args, origin: call.origin }, effect !== "pure");
  if (effect === "effect") run.session.forgetFields(state);
  if (call.dst === null) return "next";
  const fact = builtinResult(path) ?? anyFact;
  return set(run, state, call.dst, dynamic(temp, causeOf([call.receiver, ...call.args], `the result of ${path}`, call.origin), fact));
}

/** `Math.floor` is called on Math even where the source had taken it off */
function receiverOf(run: Run, call: Call, path: string): Value {
  void run;
  void path;
  return call.receiver;
}

/** `new` of the built-in at `path`. */
export function constructBuiltin(run: Run, state: State, call: Construction, path: string, newTarget: Value): Flow {
  const model = constructorModels.get(path);
  const made = model?.(run, state, call, newTarget) ?? null;
  if (made !== null) return made;
  const callee = lift(run, state, call.callee);
  const args = call.args.map((v): Operand => lift(run, state, v));
  const temp = run.newTemp();
  emit(run, state, { op: "construct", dst: temp, callee, args, origin: call.origin }, true);
  return set(run, state, call.dst, dynamic(temp, causeOf([...call.args], `new ${path}`, call.origin), objectFact, null, run.session.builtinType(path)));
}
