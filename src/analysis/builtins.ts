/**
 * The standard library, as far as it is done early: pure functions of static arguments, arrays, maps and sets as
 * partially static data, and functions that call back. What is not in the table runs as unknown code.
 */
import { builtinEffect } from "../semantics/builtins.ts";
import { changeGlobal } from "./changeGlobal.ts";
import {
  copyFields,
  elementsOf,
  exactElements,
  iteratorOf,
  keysOf,
  mapAsk,
  mapGet,
  mapPut,
  newArrayOf,
  orUndefined,
  pairOf,
  valuesOf,
} from "./collections.ts";
import type { ArgumentList } from "./entry.ts";
import { abstractObject } from "./heap.ts";
import type { AbstractObject } from "./heap.ts";
import { getProperty, keysChange, setProperty } from "./properties.ts";
import type { CallRequest } from "./step.ts";
import type { Step } from "./step.ts";
import { seen } from "./step.ts";
import type { Cause } from "./types.ts";
import type { Location, Value } from "./value.ts";
import { constantValue, dynamicValue, isObject, joinValues } from "./value.ts";

const PURE =
  /^(Math\.(?!random$)\w+|String(\.prototype\.\w+|\.fromCharCode|\.fromCodePoint)?|Number(\.\w+|\.prototype\.\w+)?|Boolean|BigInt(\.\w+|\.prototype\.\w+)?|parseInt|parseFloat|isNaN|isFinite|(en|de)codeURI(Component)?|Object\.is|Array\.isArray|Boolean\.prototype\.\w+|RegExp\.prototype\.(test|exec))$/;
/** pure for a look at plain static data */
const LOOKS = new Set([
  "Array.isArray",
  "Object.is",
  "Boolean",
  "Object.isFrozen",
  "Object.prototype.hasOwnProperty",
  "Object.hasOwn",
  "Object.getPrototypeOf",
  "Reflect.has",
]);
const ASKS_FOR_KEYS = new Set(["Object.prototype.hasOwnProperty", "Object.hasOwn", "Reflect.has"]);
const TYPED = /^(Uint8|Int8|Uint8Clamped|Uint16|Int16|Uint32|Int32|Float32|Float64)Array$/;

type Handler = (step: Step, request: CallRequest, name: string) => Value | null;

/** Calls a built-in; null: it never returns. */
export function callBuiltin(step: Step, name: string, request: CallRequest): Value | null {
  const receiver = seen(step, request.receiver);
  const args: ArgumentList = { list: request.args.list.map((v) => seen(step, v)), more: request.args.more };
  const settled = { ...request, receiver, args };
  const handler = request.newTarget !== null ? constructorOf(name) : handlerOf(name);
  return handler === undefined ? unknown(step, settled, name) : handler(step, settled, name);
}

function unknown(step: Step, request: CallRequest, name: string): Value {
  const cause = step.cause(`${request.newTarget === null ? "a call of" : "new"} ${name}, which is left to run time`);
  step.unknownCode(
    [request.receiver, ...request.args.list, ...(request.args.more === null ? [] : [request.args.more])],
    cause,
  );
  changeHandedOver(step, request, name, cause);
  step.throwOut(dynamicValue(cause), step.state.heap);
  return dynamicValue(cause);
}

function handlerOf(name: string): Handler | undefined {
  if (LOOKS.has(name)) return look;
  if (PURE.test(name)) return pure;
  return (
    HANDLERS[name] ?? (TYPED_METHOD.test(name) ? HANDLERS[name.replace(TYPED_METHOD, "Array.prototype.")] : undefined)
  );
}
const TYPED_METHOD = /^(Uint8|Int8|Uint8Clamped|Uint16|Int16|Uint32|Int32|Float32|Float64)Array\.prototype\./;

function constructorOf(name: string): Handler | undefined {
  if (TYPED.test(name)) return newTyped;
  if (name === "Array") return newArray;
  if (name === "Map" || name === "Set") return newCollection;
  if (name === "Object") return (step) => step.allocate(plain(step));
  if (name.endsWith("Error")) return newError;
  return undefined;
}

function plain(step: Step): AbstractObject {
  return abstractObject("plain", { prototype: [step.engine.locations.builtin("Object.prototype")] });
}

function all(request: CallRequest): Value[] {
  return [...request.args.list, ...(request.args.more === null ? [] : [request.args.more])];
}

/** Result of a function of primitives: static when everything is. */
const pure: Handler = (step, request, name) => {
  const values = [request.receiver, ...all(request)].filter((v) => v.locations.length > 0 || v.constants?.length !== 0);
  const dynamic = values.find((v) => v.cause !== null);
  const withObject = values.find((v) =>
    v.locations.some((l) => step.engine.locations.builtinOf(l) === null && step.object(l)?.kind !== "deep"),
  );
  if (dynamic === undefined && withObject === undefined) return step.static(...values);
  if (dynamic === undefined) {
    // objects may turn into primitives by code of their own, which is called here: strings with callbacks and the like
    return unknown(step, request, name);
  }
  const cause = step.cause(`${name} of something dynamic`, dynamic.cause);
  step.markLate(cause);
  step.lift(values, cause);
  return dynamicValue(cause);
};

/** Looks at its arguments and nothing behind them. */
const look: Handler = (step, request, name) => {
  const values = [request.receiver, ...all(request)];
  let late: Cause | null = null;
  for (const value of values) late ??= value.cause ?? (ASKS_FOR_KEYS.has(name) ? keysChange(step, value) : null);
  if (late === null) return step.static(...values);
  const cause = step.cause(`${name} of something dynamic`, late);
  step.markLate(cause);
  step.lift(values, cause);
  return dynamicValue(cause);
};

const newTyped: Handler = (step, request, name) => {
  const length = request.args.list[0] ?? constantValue(0);
  if (length.cause !== null || length.locations.length > 0) return unknown(step, request, name);
  return step.allocate(
    abstractObject("array", { rest: step.static(), prototype: [step.engine.locations.builtin(`${name}.prototype`)] }),
  );
};

const newArray: Handler = (step, request, name) => {
  const [length] = request.args.list;
  const prototype = [step.engine.locations.builtin("Array.prototype")];
  if (request.args.list.length === 1 && request.args.more === null) {
    if (length!.cause !== null || length!.locations.length > 0) return unknown(step, request, name);
    return step.allocate(abstractObject("array", { rest: constantValue(undefined), prototype }));
  }
  const fields = new Map(request.args.list.map((v, i): [string, Value] => [String(i), v]));
  return step.allocate(abstractObject("array", { fields, rest: request.args.more, prototype }));
};

const newCollection: Handler = (step, request, name) => {
  const [source] = request.args.list;
  const made = step.allocate(
    abstractObject("map", { prototype: [step.engine.locations.builtin(`${name}.prototype`)] }),
  );
  if (source === undefined || (source.cause === null && source.locations.length === 0)) return made;
  if (source.cause !== null) return unknown(step, request, name);
  const entry = elementsOf(step, source);
  if (entry === null) return unknown(step, request, name);
  const key = name === "Set" ? entry : (getProperty(step, entry, constantValue(0)) ?? constantValue(undefined));
  const value = name === "Set" ? entry : (getProperty(step, entry, constantValue(1)) ?? constantValue(undefined));
  mapPut(step, made, key, value);
  return made;
};

const newError: Handler = (step, request, name) => {
  const message = request.args.list[0] ?? constantValue("");
  const made = step.allocate({ ...plain(step), prototype: [step.engine.locations.builtin(`${name}.prototype`)] });
  setProperty(step, made, constantValue("message"), message);
  return made;
};

/** Lifts everything when the receiver is not a static collection. */
function receiverOf(step: Step, request: CallRequest, name: string, kinds: readonly string[]): Value | null {
  const { receiver } = request;
  if (
    receiver.cause === null &&
    isObject(receiver) &&
    receiver.locations.every((l) => kinds.includes(step.object(l)?.kind ?? ""))
  )
    return receiver;
  void name;
  return null;
}

function onArray(run: (step: Step, array: Value, request: CallRequest) => Value | null): Handler {
  return (step, request, name) => {
    const isDeep =
      request.receiver.cause === null && request.receiver.locations.some((l) => step.object(l)?.kind === "deep");
    const array = isDeep ? request.receiver : receiverOf(step, request, name, ["array", "iterator"]);
    if (array !== null && isLeft(step, array, name)) return leave(step, request, name);
    return array === null ? unknown(step, request, name) : run(step, array, request);
  };
}

function onMap(run: (step: Step, map: Value, request: CallRequest) => Value | null): Handler {
  return (step, request, name) => {
    const isDeep =
      request.receiver.cause === null && request.receiver.locations.some((l) => step.object(l)?.kind === "deep");
    const map = isDeep ? request.receiver : receiverOf(step, request, name, ["map"]);
    if (map !== null && isLeft(step, map, name)) return leave(step, request, name);
    return map === null ? unknown(step, request, name) : run(step, map, request);
  };
}

/** It changes an object of a module, or asks one for what changes while the program runs. */
function isLeft(step: Step, receiver: Value, name: string): boolean {
  if (step.division.isInit) return false;
  const isMutator = builtinEffect(name) === "mutates" && receiver.locations.some((l) => isOfModule(step, l));
  return isMutator || keysChange(step, receiver) !== null;
}

/** A call that stays, of a built-in that does not more than it says. */
function leave(step: Step, request: CallRequest, name: string): Value {
  const values = [request.receiver, ...all(request)];
  const from = keysChange(step, request.receiver) ?? values.find((v) => v.cause !== null)?.cause ?? null;
  const cause = step.cause(`${name} of an object of the module that changes while the program runs`, from);
  if (values.some((v) => v.locations.some((l) => step.object(l)?.kind === "function"))) step.unknownCode(values, cause);
  else {
    step.markLate(cause);
    step.lift(values, cause);
  }
  changeHandedOver(step, request, name, cause);
  return dynamicValue(cause);
}

/** What is left to run time changes what it is called on or, where that is not a method, what it is given. */
function changeHandedOver(step: Step, request: CallRequest, name: string, cause: Cause): void {
  const effect = builtinEffect(name);
  if (step.division.isInit || (effect !== "mutates" && effect !== null)) return;
  const isMethod = name.includes(".prototype.");
  const changed = effect === null ? [request.receiver, ...all(request)] : isMethod ? [request.receiver] : all(request);
  for (const location of changed.flatMap((v) => v.locations))
    if (isOfModule(step, location)) changeGlobal(step.engine, location, null, cause);
}

function isOfModule(step: Step, location: Location): boolean {
  return step.isGlobal(location) && step.engine.global(location) !== undefined;
}

const ANY_INDEX = (step: Step): Value => step.static();
const element = (step: Step, array: Value): Value =>
  elementsOf(step, array) ?? step.dynamic("elements that are not known");

/** Calls the callback for any element, as often as it may; null: it never returns. */
function callBack(step: Step, callback: Value | undefined, args: readonly Value[]): Value | null {
  if (callback === undefined) return null;
  return step.perform(step, {
    callee: callback,
    receiver: constantValue(undefined),
    args: { list: args, more: null },
    newTarget: null,
  });
}

/** The callback runs for every element: twice here, so that what it does to its captures is seen by itself. */
function forEachElement(step: Step, array: Value, callback: Value | undefined): Value | null {
  const first = callBack(step, callback, [element(step, array), ANY_INDEX(step), array]);
  const second = callBack(step, callback, [element(step, array), ANY_INDEX(step), array]);
  return step.join(first, second);
}

/** A search or a filter: whether an element counts is static if all answers are. */
function bySearch(result: (step: Step, array: Value) => Value): Handler {
  return onArray((step, array, request) => {
    const answer = forEachElement(step, array, request.args.list[0]);
    if (answer !== null && answer.cause !== null) {
      const cause = step.cause("a search whose test is dynamic", answer.cause);
      step.markLate(cause);
      return dynamicValue(cause, result(step, array).locations);
    }
    return result(step, array);
  });
}

/** indexOf, includes, join and the like: of all elements and arguments. */
const overElements: Handler = onArray((step, array, request) => {
  const values = [element(step, array), ...all(request)];
  const dynamic = values.find((v) => v.cause !== null);
  if (dynamic === undefined) return step.static(array, ...values);
  const cause = step.cause("a look through elements of which some are dynamic", dynamic.cause);
  step.markLate(cause);
  step.lift([array, ...values], cause);
  return dynamicValue(cause);
});

const push: Handler = onArray((step, array, request) => {
  for (const value of all(request)) setProperty(step, array, step.static(), value);
  return newLength(step, array);
});

/** The length after a change depends on the length before. */
function newLength(step: Step, array: Value): Value {
  const length = step.static(array, getProperty(step, array, constantValue("length")) ?? step.static());
  setProperty(step, array, constantValue("%length"), length);
  return length;
}

const pop: Handler = onArray((step, array) => {
  const result = step.fresh(orUndefined(step, element(step, array)));
  const length = newLength(step, array);
  return result.cause === null && length.varies ? { ...result, varies: true } : result;
});

/** Every element may come to stand at every index. */
function mix(step: Step, array: Value): void {
  setProperty(step, array, step.static(), element(step, array));
}

const copy: Handler = onArray((step, array, request) => {
  const values = all(request);
  const dynamic = values.find((v) => v.cause !== null);
  if (dynamic !== undefined) return overElements(step, request, "slice");
  return newArrayOf(step, element(step, array));
});

const reduce: Handler = onArray((step, array, request) => {
  const [callback, initial] = request.args.list;
  let value: Value = initial ?? element(step, array);
  for (let i = 0; i < 4; i++) {
    const next = callBack(step, callback, [value, element(step, array), ANY_INDEX(step), array]);
    if (next === null) return null;
    const joined = joinValues(value, next, () => step.def);
    if (joined === value) break;
    value = joined;
  }
  return step.fresh({
    ...value,
    constants: value.cause === null && value.locations.length === 0 ? null : value.constants,
  });
});

const HANDLERS: Record<string, Handler> = {
  "Array.prototype.push": push,
  "Array.prototype.unshift": (step, request, name) => {
    const length = push(step, request, name);
    if (step.late === null) mix(step, request.receiver);
    return length;
  },
  "Array.prototype.pop": pop,
  "Array.prototype.shift": (step, request, name) => {
    const first = pop(step, request, name);
    if (step.late === null) mix(step, request.receiver);
    return first;
  },
  "Array.prototype.slice": copy,
  "Array.prototype.concat": onArray((step, array, request) => {
    let value = element(step, array);
    for (const other of all(request)) value = joinValues(value, elementsOf(step, other) ?? other, () => step.def);
    return newArrayOf(step, value);
  }),
  "Array.prototype.reverse": onArray((step, array) => {
    mix(step, array);
    return array;
  }),
  "Array.prototype.fill": onArray((step, array, request) => {
    setProperty(step, array, step.static(), request.args.list[0] ?? constantValue(undefined));
    return array;
  }),
  "Array.prototype.indexOf": overElements,
  "Array.prototype.lastIndexOf": overElements,
  "Array.prototype.includes": overElements,
  "Array.prototype.join": overElements,
  "Array.prototype.at": onArray((step, array, request) =>
    getProperty(
      step,
      array,
      request.args.list[0]?.cause === null ? step.static() : (request.args.list[0] ?? constantValue(0)),
    ),
  ),
  "Array.prototype.map": onArray((step, array, request) => {
    const value = forEachElement(step, array, request.args.list[0]);
    return value === null ? null : newArrayOf(step, value);
  }),
  "Array.prototype.forEach": onArray((step, array, request) => {
    forEachElement(step, array, request.args.list[0]);
    return constantValue(undefined);
  }),
  "Array.prototype.filter": bySearch((step, array) => newArrayOf(step, element(step, array))),
  "Array.prototype.find": bySearch((step, array) => step.fresh(orUndefined(step, element(step, array)))),
  "Array.prototype.findLast": bySearch((step, array) => step.fresh(orUndefined(step, element(step, array)))),
  "Array.prototype.findIndex": bySearch((step, array) => step.static(array)),
  "Array.prototype.some": bySearch((step, array) => step.static(array)),
  "Array.prototype.every": bySearch((step, array) => step.static(array)),
  "Array.prototype.reduce": reduce,
  "Array.prototype.reduceRight": reduce,
  "Array.prototype.values": onArray((step, array) => iteratorOf(step, element(step, array))),
  "Array.prototype.keys": onArray((step) => iteratorOf(step, step.static())),
  "Array.prototype.entries": onArray((step, array) =>
    iteratorOf(step, pairOf(step, step.static(), element(step, array))),
  ),
  "Map.prototype.get": onMap((step, map, request) => mapGet(step, map, request)),
  "Map.prototype.set": onMap((step, map, request) =>
    mapPut(
      step,
      map,
      request.args.list[0] ?? constantValue(undefined),
      request.args.list[1] ?? constantValue(undefined),
    ),
  ),
  "Set.prototype.add": onMap((step, map, request) =>
    mapPut(step, map, request.args.list[0] ?? constantValue(undefined), constantValue(true)),
  ),
  "Map.prototype.has": onMap((step, map, request) => mapAsk(step, map, request)),
  "Set.prototype.has": onMap((step, map, request) => mapAsk(step, map, request)),
  "Map.prototype.values": onMap((step, map) => iteratorOf(step, valuesOf(step, map))),
  "Map.prototype.keys": onMap((step, map) => iteratorOf(step, keysOf(step, map))),
  "Set.prototype.values": onMap((step, map) => iteratorOf(step, keysOf(step, map))),
  "Map.prototype.entries": onMap((step, map) => iteratorOf(step, pairOf(step, keysOf(step, map), valuesOf(step, map)))),
  "Map.prototype.forEach": onMap((step, map, request) => {
    callBack(step, request.args.list[0], [valuesOf(step, map), keysOf(step, map), map]);
    callBack(step, request.args.list[0], [valuesOf(step, map), keysOf(step, map), map]);
    return constantValue(undefined);
  }),
  "Object.keys": (step, request, name) => keysAsArray(step, request, name, "keys"),
  "Object.values": (step, request, name) => keysAsArray(step, request, name, "values"),
  "Object.entries": (step, request, name) => keysAsArray(step, request, name, "entries"),
  "Object.freeze": (_, request) => request.args.list[0] ?? constantValue(undefined),
  "Object.assign": (step, request, name) => {
    const [target, ...sources] = request.args.list;
    if (
      target === undefined ||
      (!step.division.isInit && target.locations.some((l) => isOfModule(step, l))) ||
      sources.some((s) => keysChange(step, s) !== null) ||
      request.args.more !== null ||
      !isObject(target) ||
      sources.some((s) => s.cause !== null)
    )
      return unknown(step, request, name);
    for (const source of sources) copyFields(step, source, target);
    return target;
  },
  "Array.from": (step, request, name) => {
    const [source, map] = request.args.list;
    const value = source === undefined ? null : elementsOf(step, source);
    if (value === null) return unknown(step, request, name);
    const mapped = map === undefined ? value : callBack(step, map, [value, step.static()]);
    return mapped === null ? null : newArrayOf(step, mapped);
  },
  "Array.of": newArray,
  "Function.prototype.call": (step, request) => {
    const [receiver, ...list] = request.args.list;
    return step.perform(step, {
      callee: request.receiver,
      receiver: receiver ?? constantValue(undefined),
      args: { list, more: request.args.more },
      newTarget: null,
    });
  },
  "Function.prototype.apply": (step, request) => {
    const [receiver, list] = request.args.list;
    const spread = list === undefined ? null : elementsOf(step, list);
    const known = list === undefined ? [] : exactElements(step, list);
    return step.perform(step, {
      callee: request.receiver,
      receiver: receiver ?? constantValue(undefined),
      args:
        known !== null
          ? { list: known, more: null }
          : { list: [], more: spread ?? step.dynamic("arguments that are not known") },
      newTarget: null,
    });
  },
  "Function.prototype.bind": (step, request) => {
    const [receiver, ...list] = request.args.list;
    const fields = new Map<string, Value>([
      ["%bound", request.receiver],
      ["%this", receiver ?? constantValue(undefined)],
    ]);
    list.forEach((value, i) => fields.set(`%arg${i}`, value));
    return step.allocate(
      abstractObject("function", { fields, prototype: [step.engine.locations.builtin("Function.prototype")] }),
    );
  },
};

function keysAsArray(step: Step, request: CallRequest, name: string, what: "keys" | "values" | "entries"): Value {
  const [object] = request.args.list;
  if (
    object === undefined ||
    object.cause !== null ||
    keysChange(step, object) !== null ||
    !object.locations.every((l) => step.object(l) !== undefined)
  )
    return unknown(step, request, name);
  const value = what === "keys" ? step.static() : (getProperty(step, object, step.static()) ?? step.static());
  return newArrayOf(step, what === "entries" ? pairOf(step, step.static(), value) : value);
}
