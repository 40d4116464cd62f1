/** Arrays, Maps, Sets and iterators as partially static data: their elements, keys and entries. */
import { abstractObject, isInternalKey } from "./heap.ts";
import type { AbstractObject } from "./heap.ts";
import { keysOfGlobal, keyText, setProperty } from "./properties.ts";
import type { CallRequest, Step } from "./step.ts";
import { seen } from "./step.ts";
import type { Value } from "./value.ts";
import { constantValue, dynamicValue, isObject, joinValues, objectValue, singleConstant } from "./value.ts";

/** Join of the elements of a static array, set, map or iterator; null: not known. */
export function elementsOf(step: Step, iterable: Value): Value | null {
  const value = seen(step, iterable);
  if (value.cause !== null) return null;
  let result: Value | null = value.locations.length === 0 ? step.static(value) : null;
  for (const location of value.locations) {
    const object = step.object(location);
    if (
      object === undefined ||
      (object.kind !== "array" && object.kind !== "iterator" && object.kind !== "deep" && object.kind !== "map")
    )
      return null;
    // an iterator that a module has made is where the calls before have left it
    const isLate = object.kind === "iterator" && step.isGlobal(location) && !step.division.isInit;
    if (isLate || keysOfGlobal(step, location) !== null) return null;
    let elements: Value = object.rest ?? constantValue(undefined);
    let first = object.rest === null;
    for (const [key, field] of object.fields) {
      if (isInternalKey(key)) continue;
      elements = first ? field : joinValues(elements, field, () => step.def);
      first = false;
    }
    if (object.kind === "map" && isMap(step, object))
      elements = pairOf(step, object.fields.get("%keys") ?? step.static(), elements);
    else if (object.kind === "map") elements = object.fields.get("%keys") ?? step.static();
    result = step.join(result, step.fresh(elements));
  }
  return result;
}

export function isMap(step: Step, object: AbstractObject): boolean {
  return object.prototype.some((p) => step.engine.locations.builtinOf(p) === "Map.prototype");
}

export function pairOf(step: Step, key: Value, value: Value): Value {
  const fields = new Map([
    ["0", key],
    ["1", value],
  ]);
  return step.allocate(
    abstractObject("array", { fields, prototype: [step.engine.locations.builtin("Array.prototype")] }),
  );
}

export function iteratorOf(step: Step, element: Value): Value {
  return step.allocate(abstractObject("iterator", { rest: element }));
}

export function newArrayOf(step: Step, element: Value): Value {
  return step.allocate(
    abstractObject("array", { rest: element, prototype: [step.engine.locations.builtin("Array.prototype")] }),
  );
}

/** The elements one by one, where the analysis knows them all. */
export function exactElements(step: Step, array: Value): Value[] | null {
  const value = seen(step, array);
  if (!isObject(value) || value.locations.length !== 1) return null;
  const object = step.object(value.locations[0]!)!;
  if (object.kind !== "array" || object.rest !== null || object.multiple || object.existing) return null;
  const count = [...object.fields.keys()].filter((k) => /^\d+$/.test(k)).length;
  const elements: Value[] = [];
  for (let i = 0; i < count; i++) {
    const found = object.fields.get(String(i));
    if (found === undefined) return null;
    elements.push(found);
  }
  return elements;
}

/** Own fields of a static object into another. */
export function copyFields(step: Step, source: Value, target: Value): void {
  for (const location of source.locations) {
    const object = step.object(location);
    if (object === undefined) continue;
    for (const [key, value] of object.fields)
      if (!isInternalKey(key)) setProperty(step, target, constantValue(key), value);
    if (object.rest !== null) setProperty(step, target, step.static(), object.rest);
  }
}

export function mapKey(step: Step, key: Value): string | null {
  const text = keyText(step, key);
  const constant = singleConstant(key);
  return text === null || constant === null ? null : `${typeof constant.value}:${text}`;
}

export function mapGet(step: Step, map: Value, request: CallRequest): Value | null {
  const key = request.args.list[0] ?? constantValue(undefined);
  if (key.cause !== null) return mapAsk(step, map, request);
  const text = mapKey(step, key);
  let result: Value | null = null;
  for (const location of map.locations) {
    const object = step.object(location)!;
    const known = text === null ? undefined : object.fields.get(text);
    if (object.kind === "deep") result = step.join(result, step.fresh(object.rest ?? step.static()));
    else if (known !== undefined) result = step.join(result, known);
    else if (text !== null && object.rest === null) result = step.join(result, constantValue(undefined));
    else result = step.join(result, orUndefined(step, valuesOf(step, objectValue(location, step.def))));
  }
  return text === null && result !== null ? step.fresh(result) : result;
}

export function mapPut(step: Step, map: Value, key: Value, value: Value): Value {
  if (key.cause !== null) {
    setProperty(step, map, key, value);
    return map.cause !== null ? map : dynamicValue(step.late ?? step.cause("a map with a dynamic key"), map.locations);
  }
  const text = mapKey(step, key);
  setProperty(step, map, text === null ? step.static() : constantValue(text), value);
  const known = map.locations.length === 1 ? step.object(map.locations[0]!)?.fields.get("%keys") : undefined;
  setProperty(
    step,
    map,
    constantValue("%keys"),
    known === undefined
      ? { ...key, constants: key.locations.length > 0 ? key.constants : null }
      : joinValues(known, key, () => step.def),
  );
  return map;
}

export function mapAsk(step: Step, map: Value, request: CallRequest): Value {
  const key = request.args.list[0] ?? constantValue(undefined);
  const keys = keysOf(step, map);
  const cause = key.cause ?? keys.cause;
  if (cause === null) return step.static(map, key);
  const late = step.cause("a look-up with a dynamic key", cause);
  step.markLate(late);
  step.lift([map, key], late);
  return dynamicValue(late);
}

export function valuesOf(step: Step, map: Value): Value {
  let result: Value | null = null;
  for (const location of map.locations) {
    const object = step.object(location)!;
    if (object.escaped !== null) return dynamicValue(object.escaped);
    for (const [key, value] of object.fields) if (!isInternalKey(key)) result = step.join(result, value);
    if (object.rest !== null) result = step.join(result, object.rest);
  }
  return step.fresh(result ?? constantValue(undefined));
}

export function keysOf(step: Step, map: Value): Value {
  let result: Value | null = null;
  for (const location of map.locations) result = step.join(result, step.object(location)?.fields.get("%keys") ?? null);
  return step.fresh(result ?? step.static());
}

export const orUndefined = (step: Step, value: Value): Value =>
  joinValues(value, constantValue(undefined), () => step.def);
