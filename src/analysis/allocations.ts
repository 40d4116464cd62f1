/** Objects, arrays, closures and classes as the instructions make them. */
import type { ClassDefinition, ClosureRef, Instruction, MemberKey, PropertyDefinition } from "../ir/types.ts";
import { copyFields, elementsOf, exactElements } from "./collections.ts";
import type { ArgumentList } from "./entry.ts";
import type { AbstractObject } from "./heap.ts";
import { abstractObject, isInternalKey } from "./heap.ts";
import { keysChange, keyText, setProperty, writeRaw } from "./properties.ts";
import type { Step } from "./step.ts";
import { seen } from "./step.ts";
import type { Cause } from "./types.ts";
import type { Value } from "./value.ts";
import { constantValue, dynamicValue, objectValue } from "./value.ts";

type Of<K extends Instruction["op"]> = Extract<Instruction, { op: K }>;

/** An object literal. */
export function makeObject(step: Step, instruction: Of<"object">): Value {
  const made = step.allocate(
    abstractObject("plain", { prototype: [step.engine.locations.builtin("Object.prototype")] }),
  );
  for (const property of instruction.properties) defineProperty(step, made, property);
  return made;
}

function defineProperty(step: Step, made: Value, property: PropertyDefinition): void {
  const location = made.locations[0]!;
  const value = step.read(property.value);
  if (property.kind === "proto") {
    const object = step.object(location)!;
    if (value.cause !== null) step.escape([location], value.cause);
    else if (value.locations.length > 0) replace(step, location, { ...object, prototype: value.locations });
    return;
  }
  if (property.kind === "spread") {
    const source = seen(step, value);
    if (source.cause !== null)
      step.escape([location], step.cause("made from properties of something dynamic", source.cause));
    else copyFields(step, source, made);
    return;
  }
  const key = step.read(property.key);
  const text = keyText(step, key);
  if (property.kind === "get" || property.kind === "set") {
    if (text === null) step.escape([location], step.cause("an accessor whose key is not known"));
    else writeRaw(step, location, step.object(location)!, `%${property.kind}:${text}`, value);
    return;
  }
  if (property.kind === "method") giveHome(step, value, made);
  if (text !== null && key.cause === null) writeRaw(step, location, step.object(location)!, text, value);
  else setProperty(step, made, key, value);
}

function replace(step: Step, location: number, object: AbstractObject): void {
  if (step.isGlobal(location)) step.engine.addGlobal(location, object);
  else step.put(location, object);
}

function giveHome(step: Step, method: Value, home: Value): void {
  for (const location of method.locations) {
    const object = step.object(location);
    if (object?.kind === "function") writeRaw(step, location, object, "%home", home);
  }
}

/** An array literal; spread parts must be known one by one to keep the indices. */
export function makeArray(step: Step, instruction: Of<"array">): Value {
  const fields = new Map<string, Value>();
  let rest: Value | null = null;
  for (const [i, element] of instruction.elements.entries()) {
    if (element === null) {
      rest = step.join(rest, constantValue(undefined));
      continue;
    }
    const isSpread = typeof element === "object" && "spread" in element;
    const value = step.read(isSpread ? element.spread : element);
    if (!isSpread && rest === null && i < 64) fields.set(String(i), value);
    else if (!isSpread) rest = step.join(rest, value);
    else {
      const known = rest === null && i === instruction.elements.length - 1 ? exactElements(step, value) : null;
      if (known !== null) known.forEach((v, k) => fields.set(String(i + k), v));
      else {
        const elements = elementsOf(step, value);
        if (elements === null) return dynamicArray(step, instruction, seen(step, value).cause);
        rest = step.join(rest, elements);
      }
    }
  }
  return step.allocate(
    abstractObject("array", { fields, rest, prototype: [step.engine.locations.builtin("Array.prototype")] }),
  );
}

/** How many elements it has, only the run time knows. */
function dynamicArray(step: Step, { elements }: Of<"array">, from: Cause | null): Value {
  const cause = step.cause("elements of something dynamic", from);
  step.markLate(cause);
  const values = elements
    .filter((e) => e !== null)
    .map((e) => step.read(typeof e === "object" && "spread" in e ? e.spread : e));
  step.lift(values, cause);
  return dynamicValue(cause);
}

/** A function object with its captures. */
export function makeClosure(step: Step, closure: ClosureRef, extra: Partial<AbstractObject> = {}): Value {
  const fields = new Map<string, Value>(extra.fields);
  closure.captures.forEach((operand, i) =>
    fields.set(
      `%capture${i}`,
      typeof operand === "number" ? (step.state.slots[operand] ?? constantValue(undefined)) : step.read(operand),
    ),
  );
  const prototype = extra.prototype ?? [step.engine.locations.builtin("Function.prototype")];
  return step.allocate(
    abstractObject("function", {
      ...extra,
      code: { file: step.division.code.file, func: closure.func },
      fields,
      prototype,
    }),
  );
}

/** A class: its constructor, prototype, static members and the field initializers of its instances. */
export function makeClass(step: Step, definition: ClassDefinition): Value | null {
  const { locations } = step.engine;
  const superClass = definition.superClass === null ? null : seen(step, step.read(definition.superClass));
  const isKnown = superClass === null || (superClass.cause === null && superClass.locations.length > 0);
  const parent = superClass === null || !isKnown ? [] : superClass.locations;
  const fields = new Map<string, Value>();
  if (superClass !== null) fields.set("%derived", constantValue(true));
  if (definition.constructorFunction === null) fields.set("%default", constantValue(true));
  const closure = definition.constructorFunction ?? { func: 0, captures: [] };
  const made = makeClosure(step, closure, {
    fields,
    prototype: parent.length > 0 ? parent : [locations.builtin("Function.prototype")],
  });
  const chain = parent.flatMap((p) => step.object(p)?.fields.get("prototype")?.locations ?? []);
  const prototype = step.allocate(
    abstractObject("plain", { prototype: chain.length > 0 ? chain : [locations.builtin("Object.prototype")] }),
  );
  put(step, made, "prototype", prototype);
  put(step, prototype, "constructor", made);
  put(step, made, "%home", prototype);
  if (definition.selfCell !== null)
    for (const cell of step.read(definition.selfCell).locations) put(step, objectValue(cell, step.def), "value", made);
  let count = 0;
  for (const member of definition.members) {
    const key = memberKey(step, member.key);
    const holder = member.isStatic ? made : prototype;
    const value = member.closure === null ? constantValue(undefined) : makeClosure(step, member.closure);
    giveHome(step, value, holder);
    if (member.kind === "staticBlock" || (member.kind === "field" && member.isStatic)) {
      const result =
        member.closure === null
          ? value
          : step.perform(step, { callee: value, receiver: made, args: { list: [], more: null }, newTarget: null });
      if (result === null) return null;
      if (member.kind === "field") put(step, made, key ?? "?", result);
    } else if (member.kind === "field") put(step, made, `%field:${count++}:${key ?? "?"}`, value);
    else if (key === null) step.escape(holder.locations, step.cause("a class member whose name is not known"));
    else put(step, holder, member.kind === "method" ? key : `%${member.kind}:${key}`, value);
  }
  if (!isKnown) step.escape(made.locations, step.cause("a class that extends something not known", superClass.cause));
  return made;
}

function put(step: Step, target: Value, key: string, value: Value): void {
  const location = target.locations[0]!;
  writeRaw(step, location, step.object(location)!, key, value);
}

function memberKey(step: Step, key: MemberKey | null): string | null {
  if (key === null) return null;
  if (typeof key === "object" && "privateName" in key) return privateKey(key.privateName);
  return keyText(step, step.read(key));
}

/** Private names live beside the others. */
export function privateKey(name: string): string {
  return `#${name}`;
}

/** `{...source}` and the rest of a pattern: a copy of the own fields. */
export function copyObject(step: Step, source: Value, excluded: readonly Value[]): Value {
  const value = seen(step, source);
  const late = value.cause ?? keysChange(step, value);
  if (late !== null) {
    const cause = step.cause("a copy of something dynamic", late);
    step.markLate(cause);
    return dynamicValue(cause);
  }
  const made = step.allocate(
    abstractObject("plain", { prototype: [step.engine.locations.builtin("Object.prototype")] }),
  );
  copyFields(step, value, made);
  const location = made.locations[0]!;
  const names = excluded.map((e) => keyText(step, e));
  const object = step.object(location)!;
  if (names.length > 0 && !step.isGlobal(location))
    step.put(location, {
      ...object,
      fields: new Map([...object.fields].filter(([key]) => isInternalKey(key) || !names.includes(key))),
    });
  return made;
}

/** Arguments of a call, with spread lists as far as they are known. */
export function readArguments(step: Step, args: Of<"call">["args"]): ArgumentList {
  const list: Value[] = [];
  let more: Value | null = null;
  for (const argument of args) {
    const isSpread = typeof argument === "object" && "spread" in argument;
    const value = step.read(isSpread ? argument.spread : argument);
    const known = isSpread ? (more === null ? exactElements(step, value) : null) : [value];
    if (known !== null && more === null) list.push(...known);
    else if (known !== null) more = step.join(more, value);
    else
      more = step.join(
        more,
        elementsOf(step, value) ?? step.dynamic("spread arguments that are not known", value.cause),
      );
  }
  return { list, more };
}
