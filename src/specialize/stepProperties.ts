/** Property access: on known objects in the static heap, on primitives by their prototypes, on dynamic objects in the residual. */
import type { Instruction, Origin, Slot } from "../ir/types.ts";
import { TYPE, anyFact } from "../semantics/numberFacts.ts";
import { accessOfNothing } from "./accessOfNothing.ts";
import { callFunction } from "./callFunction.ts";
import { raise } from "./control.ts";
import { emit } from "./emitInstruction.ts";
import { emitWrite } from "./emitWrite.ts";
import { isNullable, isOnly } from "./facts.ts";
import { read } from "./frames.ts";
import type { HeapObject } from "./heap.ts";
import { PLAIN, WRITABLE, dataProperty } from "./heap.ts";
import { forgetElements, forgetField, readInto } from "./knownFields.ts";
import { lift } from "./lift.ts";
import { readOfMadeArray } from "./madeArrays.ts";
import { fieldOfHost } from "./fieldOfHost.ts";
import { Bailout } from "./limits.ts";
import { isLostWrite } from "./lostShapes.ts";
import { arrayIndex, keyOf, lookup } from "./lookup.ts";
import { choiceOfProperty, isDemanded, tagsOfAnswer, tellApart } from "./keyedChoice.ts";
import { pickField, pickOf } from "./picked.ts";
import { fitsElement, hasPlace, holdsPlain, isPlainPlace, isPlainRead } from "./plainPlace.ts";
import { materialField, referToData } from "./referTo.ts";
import type { Run } from "./run.ts";
import type { Flow, State } from "./state.ts";
import { top } from "./state.ts";
import { CALLED_BY_BUILT_INS } from "./stays/calledByBuiltIns.ts";
import { causeOf, set } from "./stepOperators.ts";
import { storeAt, windowOf } from "./typedWindow.ts";
import type { Address, DeclaredType, DynamicValue, LiftTags, Value } from "./values.ts";
import { UNDEFINED, constant, dynamic, factOfValue, reference } from "./values.ts";
import { noteComputedWrite, noteFieldWrite } from "./worldWrites.ts";

type Get = Extract<Instruction, { op: "getProp" }>;
type SetStep = Extract<Instruction, { op: "setProp" }>;

/** dst = object[key] */
export function stepGetProp(run: Run, state: State, step: Get): Flow {
  return getProperty(run, state, step.dst, read(state, step.object), read(state, step.key), step.origin);
}

/** dst = object[key], for values at hand. */
export function getProperty(run: Run, state: State, dst: Slot, object: Value, key: Value, origin?: Origin): Flow {
  if (key.kind === "dynamic" && (object.kind === "object" || object.kind === "const")) run.demand(key.lifted);
  const name = keyOf(key);
  if (object.kind === "const") return getOfPrimitive(run, state, dst, object.value, name, key, origin);
  if (object.kind === "symbol")
    return getFrom(run, state, dst, run.session.intrinsic("Symbol.prototype"), object, name, key, origin);
  if (object.kind === "object") return getFrom(run, state, dst, object.address, object, name, key, origin);
  return getOfDynamic(run, state, dst, object, name, key, origin);
}

function getOfPrimitive(
  run: Run,
  state: State,
  dst: Slot,
  value: unknown,
  name: string | null,
  key: Value,
  origin?: Origin,
): Flow {
  if (value === null || value === undefined) {
    const message = accessOfNothing(value, name, "reading");
    return raise(run, state, run.session.newError(state, "TypeError", message), origin);
  }
  if (typeof value === "string" && name !== null) {
    if (name === "length") return set(run, state, dst, constant(value.length));
    const index = arrayIndex(name);
    if (index !== null && index < value.length) return set(run, state, dst, constant(value[index]));
  }
  const holder = { string: "String", number: "Number", boolean: "Boolean", bigint: "BigInt" }[typeof value as "string"];
  return getFrom(
    run,
    state,
    dst,
    run.session.intrinsic(`${holder}.prototype`),
    constant(value as string),
    name,
    key,
    origin,
  );
}

function getFrom(
  run: Run,
  state: State,
  dst: Slot,
  address: Address,
  receiver: Value,
  name: string | null,
  key: Value,
  origin?: Origin,
): Flow {
  if (name === null) return getByDynamicKey(run, state, dst, address, receiver, key, origin);
  const found = lookup(run, state, address, name);
  switch (found.kind) {
    case "data":
      return set(run, state, dst, materialField(run, state, found.value, found.holder, name));
    case "absent":
      return set(run, state, dst, UNDEFINED);
    case "accessor":
      if (found.get.kind === "const") return set(run, state, dst, UNDEFINED);
      return callFunction(run, state, { callee: found.get, receiver, args: [], dst, origin, name });
    case "unknown":
      return residualGet(
        run,
        state,
        dst,
        receiver,
        key,
        { fact: anyFact, declared: run.session.declaredField(state, address, name) },
        found.what,
        origin,
      );
  }
}

/** A dynamic key into a known object: the object is needed at run time. */
function getByDynamicKey(
  run: Run,
  state: State,
  dst: Slot,
  address: Address,
  receiver: Value,
  key: Value,
  origin?: Origin,
): Flow {
  const fact = run.session.elementFact(state, address);
  const choice = choiceOfProperty(run, state, address, key);
  const known = { fact, declared: null };
  if (choice !== null && isDemanded(run, state, address, choice)) {
    return tellApart(
      run,
      state,
      choice,
      (arm, value) => void set(run, arm, dst, value),
      (arm) => residualGet(run, arm, dst, receiver, key, known, "a dynamic key", origin),
    );
  }
  const pick = pickOf(run, state, address, key);
  const isPlain = pick !== null && isPlainRead(state, address, key, run.session.intrinsic("Object.prototype"));
  const lifted = choice === null ? null : tagsOfAnswer(run, address, choice);
  const flow = residualGet(run, state, dst, receiver, key, { ...known, isPlain, lifted }, "a dynamic key", origin);
  const read = top(state).slots.get(dst);
  if (flow === "next" && read?.kind === "dynamic") run.info(read.temp).pick = pick;
  return flow;
}

/** A read that stays in the residual. */
function residualGet(
  run: Run,
  state: State,
  dst: Slot,
  object: Value,
  key: Value,
  known: {
    readonly fact: typeof anyFact;
    readonly declared: DeclaredType | null;
    readonly isPlain?: boolean;
    readonly lifted?: LiftTags | null;
  },
  what: string,
  origin?: Origin,
): Flow {
  const nameless =
    object.kind === "object" && state.store.isBase(object.address) && !run.session.names().has(object.address);
  const o =
    (nameless && object.kind === "object" ? referToData(run, state, object.address) : null) ?? lift(run, state, object);
  const k = lift(run, state, key);
  const temp = run.newTemp(keyName(key));
  const name = keyOf(key);
  const get = { op: "getProp", dst: temp, object: o, key: k, ...byIndex(key), origin } as const;
  const isPlain =
    known.isPlain || (object.kind === "object" && name !== null && holdsPlain(state, object.address, name));
  emit(run, state, isPlain ? { ...get, isPlain } : get, !isPlain && (object.kind !== "object" || name === null));
  // a getter, or a conversion of the key, runs code of the program
  if (!isPlain && (object.kind !== "object" || name === null)) run.session.forgetFields(state);
  if (object.kind === "object") run.info(temp).readOff = { address: object.address, operand: o };
  const fact = known.declared?.fact ?? known.fact;
  return set(
    run,
    state,
    dst,
    dynamic(temp, causeOf([object, key], what, origin), fact, known.lifted ?? null, known.declared),
  );
}

function getOfDynamic(
  run: Run,
  state: State,
  dst: Slot,
  object: DynamicValue,
  name: string | null,
  key: Value,
  origin?: Origin,
): Flow {
  const ofStrings = isOnly(object.fact, TYPE.string);
  // of what strings inherit, nothing is known when built-ins may be others
  const onString = ofStrings && (run.session.knowledge.assume.builtins || name === "length" || isIndex(key));
  const declared = object.declared;
  const isElement = name === null || arrayIndex(name) !== null || isIndex(key);
  const ofElements = isElement ? (declared?.element() ?? null) : null;
  const type = ofElements ?? (name === null ? null : (declared?.property(name) ?? null));
  const ofArray = readOfMadeArray(run, state, object, key);
  const isData = ofArray !== null || (declared?.isData === true && (isIndex(key) || !declared.isAccessor(name)));
  const pick = pickField(run, state, object, name);
  if (pick === null) run.demand(object.lifted);
  const method =
    name !== null && TYPED.test(declared?.name ?? "") ? run.session.builtinAt("%TypedArray%.prototype", name) : null;
  const known = name === null ? undefined : state.fields.get(`${object.temp}.${name}`);
  if (known !== undefined) return set(run, state, dst, known);
  const ofHost = fieldOfHost(run, object, name);
  if (ofHost.value !== null) return set(run, state, dst, ofHost.value);
  const o = object.temp;
  const k = lift(run, state, key);
  const temp = run.newTemp(keyName(key));
  const throws = isNullable(object.fact) || (!isData && !onString) || (key.kind === "dynamic" && !isIndex(key));
  const read = { op: "getProp", dst: temp, object: o, key: k, ...byIndex(key), origin } as const;
  // a text has its characters, its length and what texts inherit, of which nothing is a number
  const isFixed = ofStrings && (name === "length" || (isIndex(key) && run.session.knowledge.assume.builtins));
  const isMethod = onString && name !== null && run.session.builtinAt("String.prototype", name) !== null;
  const isPlain = isFixed || ((isData || isMethod) && !throws);
  emit(run, state, { ...read, ...(isPlain ? { isPlain } : {}), ...(isFixed ? { isFixed } : {}) }, throws);
  if (!isData && !onString) run.session.forgetFields(state);
  let fact = ofArray?.fact ?? type?.fact ?? anyFact;
  if (onString && name === "length") fact = { types: TYPE.number, int: { min: 0, max: 2 ** 30 } };
  if (onString && name !== null) run.info(temp).builtin = run.session.builtinAt("String.prototype", name);
  if (method !== null) run.info(temp).builtin = method;
  if (ofArray !== null) run.info(temp).builtin = ofArray.builtin;
  run.info(temp).pick = pick;
  run.info(temp).host = ofHost.path;
  const cause = causeOf(
    [object, key],
    name === null ? "an element of a dynamic object" : `field ${name} of a dynamic object`,
    origin,
  );
  const value = dynamic(temp, cause, fact, null, type);
  // a method is read where it is called: `bytes.set(...)`
  if (isData && name !== null && method === null && (ofArray?.builtin ?? null) === null) {
    state.fields.set(`${object.temp}.${name}`, value);
    readInto(state, object.temp, name, temp);
  }
  return set(run, state, dst, value);
}

const TYPED = /^(Int|Uint|Float|Big)\w*Array$/;

function isIndex(key: Value): boolean {
  return key.kind === "const" ? typeof key.value === "number" : key.kind === "dynamic" && isOnly(key.fact, TYPE.number);
}

function byIndex(key: Value): { readonly byIndex?: true } {
  return key.kind === "dynamic" && isIndex(key) ? { byIndex: true } : {};
}

function keyName(key: Value): string | undefined {
  return key.kind === "const" && typeof key.value === "string" && /^[A-Za-z_$][\w$]*$/.test(key.value)
    ? key.value
    : undefined;
}

/** object[key] = value */
export function stepSetProp(run: Run, state: State, step: SetStep): Flow {
  const object = read(state, step.object);
  const key = read(state, step.key);
  const value = read(state, step.value);
  return setProperty(run, state, object, key, value, top(state).code.ir.strict, step.origin);
}

/** object[key] = value, for values at hand. */
export function setProperty(
  run: Run,
  state: State,
  object: Value,
  key: Value,
  value: Value,
  strict: boolean,
  origin?: Origin,
): Flow {
  if (key.kind === "dynamic" && object.kind === "object") demandKey(run, state, object.address, key);
  if (object.kind === "dynamic" && object.lifted !== null) run.demand(object.lifted);
  const name = keyOf(key);
  if (object.kind === "const") {
    if (object.value === null || object.value === undefined)
      return raise(
        run,
        state,
        run.session.newError(state, "TypeError", accessOfNothing(object.value, name, "setting")),
        origin,
      );
    throw new Bailout("a property of a primitive is assigned", origin);
  }
  if (object.kind === "object" && name !== null)
    return setOnKnown(run, state, object.address, name, key, value, strict, origin);
  if (object.kind === "object" && state.store.isFixed(object.address))
    noteComputedWrite(run, state, object.address, key);
  return residualSet(run, state, object, key, value, origin);
}

/** What exists at run time is written there, whichever the key. */
function demandKey(run: Run, state: State, address: Address, { lifted }: DynamicValue): void {
  if (state.store.isFixed(address)) run.demand(lifted);
  else if (state.store.get(address).residence.kind === "virtual") run.demandName(lifted);
}

function setOnKnown(
  run: Run,
  state: State,
  address: Address,
  name: string,
  key: Value,
  value: Value,
  strict: boolean,
  origin?: Origin,
): Flow {
  if (isLostWrite(run, state, address, name)) return "next";
  const object = state.store.get(address);
  if (state.store.isFixed(address)) return setOnWorld(run, state, address, name, key, value, origin);
  if (object.residence.kind === "residual") return residualSet(run, state, reference(address), key, value, origin);
  const found = lookup(run, state, address, name);
  if (found.kind === "accessor") {
    if (found.set.kind === "const")
      return refuse(run, state, strict, `Cannot set property ${name} of #<Object> which has only a getter`, origin);
    return callFunction(run, state, {
      callee: found.set,
      receiver: reference(address),
      args: [value],
      dst: null,
      origin,
      name,
    });
  }
  if (found.kind === "unknown") return residualSet(run, state, reference(address), key, value, origin, true);
  const isLength = object.kind === "array" && name === "length";
  if (found.kind === "data" && (found.flags & WRITABLE) === 0)
    return refuse(
      run,
      state,
      strict,
      `Cannot assign to read only property '${name}' of object '${tagOf(object)}'`,
      origin,
    );
  // a shorter length deletes elements, which those of a sealed array do not allow
  if (isLength && !object.extensible) return residualSet(run, state, reference(address), key, value, origin, true);
  if (!object.extensible && !(found.kind === "data" && found.own))
    return refuse(run, state, strict, `Cannot add property ${name}, object is not extensible`, origin);
  return assign(run, state, address, name, value, origin);
}

/** what V8 calls the object in such a message */
function tagOf(object: HeapObject): string {
  return object.kind === "array" ? "[object Array]" : "#<Object>";
}

/** A write that is refused: an error in strict code. */
export function refuse(run: Run, state: State, strict: boolean, message: string, origin?: Origin): Flow {
  return strict ? raise(run, state, run.session.newError(state, "TypeError", message), origin) : "next";
}

/** Puts the value into a virtual object. */
export function assign(run: Run, state: State, address: Address, name: string, value: Value, origin?: Origin): Flow {
  const object = state.store.get(address);
  if (object.kind === "typed") {
    const index = arrayIndex(name);
    if (index !== null) {
      const window = windowOf(state, address);
      if (window !== null && value.kind === "const" && storeAt(state, window, index, value.value)) return "next";
      return residualSet(run, state, reference(address), constant(index), value, origin);
    }
  }
  if (object.kind === "array" && object.elements !== null) {
    const index = arrayIndex(name);
    if (index !== null) {
      if (index > object.elements.length + 10_000) throw new Bailout("a very sparse array", origin);
      const elements = state.store.edit(address).elements ?? [];
      while (elements.length < index) elements.push(null);
      elements[index] = value;
      return "next";
    }
    if (name === "length") {
      if (value.kind === "dynamic") run.demand(value.lifted);
      if (value.kind !== "const" || typeof value.value !== "number")
        return residualSet(run, state, reference(address), constant(name), value, origin, true);
      if (value.value !== value.value >>> 0)
        return raise(run, state, run.session.newError(state, "RangeError", "Invalid array length"), origin);
      if (value.value > object.elements.length + 10_000) throw new Bailout("a very sparse array", origin);
      const elements = state.store.edit(address).elements ?? [];
      while (elements.length < value.value) elements.push(null);
      elements.length = value.value;
      return "next";
    }
  }
  const flags = object.properties.get(name)?.flags ?? PLAIN;
  state.store.edit(address).properties.set(name, dataProperty(value, flags));
  return "next";
}

/** The world is written at run time: the write stays, and the field is dynamic wherever it is read. */
function setOnWorld(
  run: Run,
  state: State,
  address: Address,
  name: string,
  key: Value,
  value: Value,
  origin?: Origin,
): Flow {
  const found = lookup(run, state, address, name);
  if (found.kind === "accessor" && found.set.kind !== "const")
    return callFunction(run, state, {
      callee: found.set,
      receiver: reference(address),
      args: [value],
      dst: null,
      origin,
      name,
    });
  if (run.session.live?.holdsStatic(address, name) === true) {
    // declared static: it is promised to hold whenever the residual starts, and on this path it is what was written
    const flow = residualSet(run, state, reference(address), key, value, origin);
    assign(run, state, address, name, value, origin);
    run.notePromise(state, address, name, origin);
    return flow;
  }
  noteFieldWrite(run, state, address, name);
  return residualSet(run, state, reference(address), key, value, origin);
}

/**
 * A write that stays in the residual. A field of a known object that is written is plain data: no setter runs, unless its
 * prototypes are not known.
 */
export function residualSet(
  run: Run,
  state: State,
  object: Value,
  key: Value,
  value: Value,
  origin?: Origin,
  mayHaveSetter = false,
): Flow {
  const o = lift(run, state, object);
  const k = lift(run, state, key);
  const declared = object.kind === "dynamic" ? object.declared : null;
  const v = lift(run, state, stored(declared, key, value));
  const name = keyOf(key);
  const isDeclaredData = declared?.isData === true && (isIndex(key) || !declared.isAccessor(name));
  const isKnownData = object.kind === "object" && name !== null && !mayHaveSetter;
  const array =
    object.kind === "object" ? (state.store.get(object.address).bytes?.constructorName ?? "") : declared?.name;
  const isElement = name === null || arrayIndex(name) !== null;
  const isData = (isDeclaredData || isKnownData) && (!isElement || fitsElement(array ?? "", factOfValue(value)));
  if (run.session.evaluating && value.kind === "object" && name !== null && CALLED_BY_BUILT_INS.has(name))
    run.session.world.calledUnseen.add(value.address);
  const throws = !isData || (object.kind === "dynamic" && isNullable(object.fact));
  const put = { op: "setProp", object: o, key: k, value: v, ...byIndex(key), origin } as const;
  const isPlain = !throws && isPlainPlace(state, object, key);
  const isThere = isPlain && name !== null && hasPlace(state, object, name);
  emitWrite(run, state, isPlain ? { ...put, isPlain, isThere } : put, throws);
  if (!isData || (name === null && !isIndex(key))) run.session.forgetFields(state);
  else if (TYPED.test(declared?.name ?? "") && (name === null || arrayIndex(name) !== null))
    forgetElements(state, false);
  else if (name === null) forgetElements(state);
  else noteField(run, state, object, declared, name, value);
  return "next";
}

/** A byte array keeps the low byte of what is stored; a constant is written as that. */
function stored(declared: DeclaredType | null, key: Value, value: Value): Value {
  const isByte =
    declared?.name === "Uint8Array" && isIndex(key) && value.kind === "const" && typeof value.value === "number";
  return isByte ? constant(value.value & 255) : value;
}

/** What an assignment to the length of an array leaves as it is: "1" becomes 1, and -0 becomes 0. */
function isLength(value: Value): boolean {
  const { types, int } = factOfValue(value);
  return isOnly({ types }, TYPE.number) && int !== undefined && int.min >= 0;
}

/** The field is known from here on; the same field of any other object that exists at run time may have been it. */
function noteField(
  run: Run,
  state: State,
  object: Value,
  declared: DeclaredType | null,
  name: string,
  value: Value,
): void {
  forgetField(state, name);
  if (object.kind !== "dynamic" || arrayIndex(name) !== null) return;
  const type = declared?.property(name) ?? null;
  if (type === null || (name === "length" && !isLength(value))) return;
  const known = value.kind === "dynamic" && value.declared === null ? { ...value, declared: type } : value;
  if (known.kind !== "object" || run.session.isShareable(state, known.address))
    state.fields.set(`${object.temp}.${name}`, known);
}
