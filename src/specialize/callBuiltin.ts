/**
 * Calls of standard built-ins. On static primitives they are evaluated; on known objects by a model of their own
 * (`builtins/`) or by the prelude, whose functions are unfolded like any other; what remains stays a residual call, with
 * what is known of its result.
 */
import { callBuiltin as evaluateBuiltin } from "../semantics/builtins.ts";
import type { Operand } from "../ir/types.ts";
import { builtinCallEffect, builtinResult, ofEngine } from "../semantics/builtins.ts";
import { TYPE, anyFact } from "../semantics/numberFacts.ts";
import { arrayModels } from "./builtins/arrays.ts";
import { collectionModels } from "./builtins/collections.ts";
import { constructorModels } from "./builtins/constructors.ts";
import { functionModels } from "./builtins/functions.ts";
import { iteratorModels } from "./builtins/iterators.ts";
import type { BuiltinModel } from "./builtins/model.ts";
import { knownOf } from "./builtins/model.ts";
import { numberModels } from "./builtins/numbers.ts";
import { objectModels } from "./builtins/objects.ts";
import { findsInText, regExpModels, replacesBy } from "./builtins/regExps.ts";
import { stringModels } from "./builtins/strings.ts";
import { symbolModels } from "./builtins/symbols.ts";
import { typedModels } from "./builtins/typed.ts";
import { constructorEffects } from "./effects/builtinEffects.ts";
import { ofValue } from "./effects/seen.ts";
import { emit } from "./emitInstruction.ts";
import { isOnly, objectFact } from "./facts.ts";
import { knowArray } from "./knownFields.ts";
import { lift } from "./lift.ts";
import { Bailout } from "./limits.ts";
import { arrayIndex, lookup } from "./lookup.ts";
import { constructionSite } from "./make.ts";
import { pickOfMap } from "./picked.ts";
import { pushFrame } from "./pushFrame.ts";
import { referTo, referToRegExp } from "./referTo.ts";
import type { Run } from "./run.ts";
import type { PreludeCode } from "./session.ts";
import type { Call, Construction, Flow, State } from "./state.ts";
import { causeOf, complete, liftedOf, set } from "./stepOperators.ts";
import { stepRequire } from "./stepRequire.ts";
import { stepSite } from "./stepSites.ts";
import { arrayTest, lastingArray, learnArray } from "./typeTests.ts";
import type { Value } from "./values.ts";
import { UNDEFINED, dynamic, factOfValue } from "./values.ts";
import { Restart } from "./versions.ts";
import { noteCodeThatStays } from "./stays/codeThatStays.ts";
import { noteBuiltinWrites, noteSharedBytes } from "./worldWrites.ts";
import { ALL } from "./world.ts";

const MODELS: ReadonlyMap<string, BuiltinModel> = new Map([
  ...arrayModels,
  ...collectionModels,
  ...functionModels,
  ...iteratorModels,
  ...numberModels,
  ...objectModels,
  ...regExpModels,
  ...stringModels,
  ...typedModels,
  ...symbolModels,
]);

/** Functions that look at their first argument only, whatever `map` and the like hand them. */
const TAKES_ONE =
  /^(Number|String|Boolean|BigInt|parseFloat|isNaN|isFinite|(en|de)codeURI(Component)?|Number\.is\w+|Array\.isArray|Math\.(?!max|min|hypot|atan2|pow|imul)\w+)$/;

/** What these give when called is what they give with `new`. */
const CALLED_AS_NEW = /^(Array|RegExp|\w*Error)$/;

function madeByCall(run: Run, state: State, { dst, callee, args, origin }: Call, path: string): Flow | null {
  if (dst === null || !CALLED_AS_NEW.test(path)) return null;
  return constructorModels.get(path)?.(run, state, { dst, callee, args, origin }, callee) ?? null;
}

/** Methods of texts to which it does not matter where an expression with `g` stands. */
const STARTS_AT_0 = /^String\.prototype\.(match|search|replace|replaceAll|split)$/;

/** What a built-in is handed. */
function liftArgument(run: Run, state: State, value: Value, path: string): Operand {
  const isExpression = value.kind === "object" && state.store.get(value.address).kind === "regexp";
  if (!isExpression || !STARTS_AT_0.test(path) || !state.store.isFixed(value.address)) return lift(run, state, value);
  const named = referTo(run, state, value.address) ?? referToRegExp(run, state, value.address, true);
  return named ?? lift(run, state, value);
}

/** Calls the built-in at `path`. */
export function callBuiltin(run: Run, state: State, given: Call, path: string): Flow {
  const call = TAKES_ONE.test(path) && given.args.length > 1 ? { ...given, args: given.args.slice(0, 1) } : given;
  const site = stepSite(run, state, call, path) ?? stepRequire(run, state, call, path);
  if (site !== null) return site;
  const primitives = [call.receiver, ...call.args];
  const isLeft = ofEngine(path) && !run.session.knowledge.assume.engine;
  if (!isLeft && primitives.every((v) => v.kind === "const" || v === call.receiver)) {
    const receiver = call.receiver.kind === "const" ? call.receiver.value : undefined;
    const done =
      call.receiver.kind === "const" || isStaticMethod(path)
        ? evaluateBuiltin(
            path,
            receiver,
            call.args.map((a) => (a.kind === "const" ? a.value : undefined)),
          )
        : null;
    const isNamed = isStaticMethod(path) || typeof receiver === "string";
    if (done?.kind === "value" && ofEngine(path) && isNamed && !run.session.evaluating)
      run.session.relied.noteCall(path, receiver, call.args, done.value);
    if (done !== null && done.kind !== "unknown")
      return call.dst === null ? "next" : complete(run, state, call.dst, done, call.origin);
  }
  demandText(run, call);
  const modelled = MODELS.get(path)?.(run, state, call);
  if (modelled !== undefined && modelled !== null) return modelled;
  const made = madeByCall(run, state, call, path);
  if (made !== null) return made;
  const prelude = preludeCall(run, state, call, path);
  return prelude ?? residualBuiltin(run, state, call, path);
}

/** What a method takes out of a static text is chosen by its arguments; of a text that was static, by that. */
function demandText(run: Run, { receiver, args }: Call): void {
  const text = receiver.kind === "const" && typeof receiver.value === "string";
  const lifted = receiver.kind === "dynamic" && receiver.lifted !== null && isOnly(receiver.fact, TYPE.string);
  if (!text && !lifted) return;
  const tags = liftedOf([receiver, ...args]);
  if (lifted) run.demandTest(tags);
  else run.demand(tags);
}

function isStaticMethod(path: string): boolean {
  return !path.includes(".prototype.");
}

/** Unfolds the prelude's version of a method on a known receiver. */
function preludeCall(run: Run, state: State, call: Call, path: string): Flow | null {
  const found = run.session.prelude(path);
  if (found === null || !(receives(run, state, call, found.receiver, path) || readsArrayLike(state, call, path)))
    return null;
  if (path === "Array.prototype.concat") {
    const lists = call.args.filter(mayBeList);
    run.demand(liftedOf(lists));
    if (lists.length > 0) return null;
  }
  const { code } = found;
  const fn = { code, captures: [], home: null, fields: null, isClass: false };
  pushFrame(run, state, {
    self: null,
    code: fn,
    receiver: call.receiver,
    args: call.args,
    newTarget: UNDEFINED,
    result: { kind: "slot", slot: call.dst },
    key: "",
  });
  return "moved";
}

/** Of something dynamic only the run time knows whether it is a list, and how long: `concat` of it stays a call. */
function mayBeList(value: Value): boolean {
  return value.kind === "dynamic" && (value.fact.types & (TYPE.object | TYPE.function)) !== 0;
}

/** The receiver is of the kind that the prelude's code is for, and known. */
function receives(run: Run, state: State, call: Call, kind: PreludeCode["receiver"], path: string): boolean {
  const { receiver } = call;
  if (kind === "string") return receiver.kind === "const" && replacesText(run, state, call, path);
  if (receiver.kind !== "object") return false;
  if (kind === "constructor")
    return (
      receiver.address === run.session.intrinsic("Array") &&
      call.args.every((a) => a.kind === "const" || a.kind === "object")
    );
  const object = state.store.get(receiver.address);
  if (object.kind !== kind || object.residence.kind === "residual") return false;
  // those of a subclass, and those with a constructor of their own, make what that says
  if (kind === "array" && object.prototype !== run.session.intrinsic("Array.prototype")) return false;
  if (kind === "array" && object.properties.has("constructor")) return false;
  return !state.store.isBase(receiver.address) || !run.session.changesKeys(receiver.address);
}

/** Methods whose code in the prelude only reads the receiver, and of it `length`, elements and which there are. */
const READS_ELEMENTS =
  /^Array\.prototype\.(forEach|map|filter|some|every|find|findIndex|findLast|findLastIndex|reduce|reduceRight|includes|indexOf|lastIndexOf|at|join|slice)$/;

/** `Array.prototype.slice.call(arguments, 1)`: an object with plain elements and a length, made here. */
function readsArrayLike(state: State, { receiver }: Call, path: string): boolean {
  if (receiver.kind !== "object" || !READS_ELEMENTS.test(path) || !state.store.isOwn(receiver.address)) return false;
  const { kind, properties } = state.store.get(receiver.address);
  const length = properties.get("length");
  if (kind !== "plain" || length?.value.kind !== "const" || !Number.isSafeInteger(length.value.value)) return false;
  const isElement = (key: string): boolean => arrayIndex(key) !== null;
  return (
    Number(length.value.value) >= 0 &&
    [...properties].every(([key, { get, set }]) => !isElement(key) || (get === null && set === null))
  );
}

/** What the prelude's `replace` is for: a text, or what an expression finds, in a text by what a function gives. */
function replacesText(run: Run, state: State, { receiver, args: [pattern, replacer] }: Call, path: string): boolean {
  const isText = (value: Value | undefined): boolean => value?.kind === "const" && typeof value.value === "string";
  const isReplace = path === "String.prototype.replace" && pattern?.kind === "object";
  return (
    isText(receiver) &&
    (isText(pattern) || (isReplace && replacesBy(run, state, pattern))) &&
    replacer?.kind === "object" &&
    state.store.get(replacer.address).kind === "function"
  );
}

function residualBuiltin(run: Run, state: State, call: Call, path: string): Flow {
  if (path.startsWith("get ")) return residualGetter(run, state, call, path);
  if (path.startsWith("set ")) return residualSetter(run, state, call, path);
  const found = findsInText(run, state, path, call);
  if (found === null) noteBuiltinWrites(run, state, call, path);
  // what it calls back is handed the rest
  for (const value of [call.receiver, ...call.args])
    if (value.kind === "object" && state.store.get(value.address).code !== null)
      noteCodeThatStays(run.session, state.store, value.address, call.args);
  const map = path === "Map.prototype.get" ? knownOf(run, state, call.receiver, "map") : null;
  const pick = map === null ? null : pickOfMap(run, state, map, call.args[0] ?? UNDEFINED);
  const [callee, receiver] = calleeAndReceiver(run, state, call, path);
  const args = call.args.map((v): Operand => liftArgument(run, state, v, path));
  const effect =
    found === null ? builtinCallEffect(path, factOfValue(call.receiver), call.args.map(factOfValue)) : "pure";
  const temp = run.newTemp();
  run.info(temp).pick = pick;
  const [tested] = call.args;
  const asked = path === "Array.isArray" && tested?.kind === "dynamic" ? tested : null;
  if (asked !== null) run.info(temp).typeTest = arrayTest(asked);
  const left = { op: "call", dst: temp, callee, receiver, args, origin: call.origin } as const;
  emit(run, state, effect === "pure" ? { ...left, isPlain: true } : left, effect !== "pure");
  if (effect === "effect") run.session.forgetFields(state);
  if (found !== null && found.elements !== null) knowArray(state, temp, found.elements);
  if (call.dst === null) return "next";
  const lasting = asked === null ? null : lastingArray(state, asked);
  if (asked !== null && lasting !== null) {
    learnArray(state, asked.temp, lasting);
    return set(run, state, call.dst, lasting);
  }
  const fact = found?.result ?? builtinResult(path, call.args.map(factOfValue)) ?? anyFact;
  const lifted =
    effect !== "effect" ? liftedOf(isStaticMethod(path) ? call.args : [call.receiver, ...call.args]) : null;
  return set(
    run,
    state,
    call.dst,
    dynamic(temp, causeOf([call.receiver, ...call.args], `the result of ${path}`, call.origin), fact, lifted),
  );
}

/** A getter of a built-in has no name of its own: the property is read off the receiver. */
function residualGetter(run: Run, state: State, call: Call, path: string): Flow {
  const name = path.slice(path.lastIndexOf(".") + 1);
  const found = call.receiver.kind === "object" ? lookup(run, state, call.receiver.address, name) : null;
  const isOwn = found?.kind === "accessor" && found.get === call.callee;
  if (!isOwn && call.receiver.kind !== "symbol") throw new Bailout(`${path} is called as a function`, call.origin);
  if (name === "buffer") noteSharedBytes(run, state, call.receiver);
  const temp = run.newTemp(name);
  const object = lift(run, state, call.receiver);
  emit(run, state, { op: "getProp", dst: temp, object, key: { value: name }, origin: call.origin }, true);
  if (call.dst === null) return "next";
  return set(run, state, call.dst, dynamic(temp, causeOf([call.receiver], `the result of ${path}`, call.origin)));
}

/** Nor has a setter: the property is assigned. */
function residualSetter(run: Run, state: State, call: Call, path: string): Flow {
  const name = path.slice(path.lastIndexOf(".") + 1);
  const { receiver, args } = call;
  const found = receiver.kind === "object" ? lookup(run, state, receiver.address, name) : null;
  if (receiver.kind !== "object" || found?.kind !== "accessor" || found.set !== call.callee)
    throw new Bailout(`${path} is called as a function`, call.origin);
  if (state.store.isFixed(receiver.address)) run.session.mutates(receiver.address, ALL);
  const object = lift(run, state, receiver);
  const value = lift(run, state, args[0] ?? UNDEFINED);
  emit(run, state, { op: "setProp", object, key: { value: name }, value, origin: call.origin }, true);
  run.session.forgetFields(state);
  return call.dst === null ? "next" : set(run, state, call.dst, UNDEFINED);
}

/** A method that the receiver has under its name is read off the receiver, as the source did; another one by its path. */
function calleeAndReceiver(run: Run, state: State, call: Call, path: string): readonly [Operand, Operand] {
  const name = path.slice(path.lastIndexOf(".") + 1);
  const found =
    call.receiver.kind === "object" && (path.includes(".prototype.") || path.startsWith("%TypedArray%."))
      ? lookup(run, state, call.receiver.address, name)
      : null;
  const own =
    found?.kind === "data" &&
    found.value.kind === "object" &&
    call.callee.kind === "object" &&
    found.value.address === call.callee.address;
  if (!own) return [lift(run, state, call.callee), lift(run, state, call.receiver)];
  const receiver = lift(run, state, call.receiver);
  const callee = run.newTemp();
  run.write(state, { op: "getProp", dst: callee, object: receiver, key: { value: name }, isPlain: true });
  return [callee, receiver];
}

/** The instance of a class that extends a built-in is to be made at run time: where the class itself is constructed. */
function leaveInstance(run: Run, state: State, newTarget: Value, path: string): never {
  const found = newTarget.kind === "object" ? lookup(run, state, newTarget.address, "prototype") : null;
  const prototype = found?.kind === "data" && found.value.kind === "object" ? found.value.address : null;
  const site = constructionSite(state);
  if (run.session.canConstruct(state, prototype) && run.session.leaveMaking(site))
    throw new Restart(`${site} is needed at run time`);
  throw new Bailout(`an instance of a class that has no name here and extends ${path} is needed at run time`);
}

/** `new` of the built-in at `path`. */
export function constructBuiltin(run: Run, state: State, call: Construction, path: string, newTarget: Value): Flow {
  const model = constructorModels.get(path);
  const made = model?.(run, state, call, newTarget) ?? null;
  if (made !== null) return made;
  if (newTarget !== call.callee) leaveInstance(run, state, newTarget, path);
  const callee = lift(run, state, call.callee);
  const args = call.args.map((v): Operand => lift(run, state, v));
  const temp = run.newTemp();
  emit(run, state, { op: "construct", dst: temp, callee, args, origin: call.origin }, true);
  const seen = call.args.map((value) => ofValue(run.session, state.store, value));
  if (!constructorEffects(path, seen)) run.session.forgetFields(state);
  return set(
    run,
    state,
    call.dst,
    dynamic(temp, causeOf([...call.args], `new ${path}`, call.origin), objectFact, null, run.session.builtinType(path)),
  );
}
