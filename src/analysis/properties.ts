/** Reading, writing, deleting and testing properties of abstract values. Prototype chains, accessors and built-ins included. */
import type { Primitive } from "../ir/types.ts";
import { builtinMember, builtinOwner } from "./builtinNames.ts";
import { changeGlobal } from "./changeGlobal.ts";
import type { AbstractObject } from "./heap.ts";
import { isInternalKey, withField } from "./heap.ts";
import type { Step } from "./step.ts";
import { seen } from "./step.ts";
import type { Cause } from "./types.ts";
import type { Location, Value } from "./value.ts";
import {
  constantValue,
  dynamicValue,
  isObject,
  joinValues,
  mergeLocations,
  objectValue,
  singleConstant,
} from "./value.ts";

/** A key as text, when the analysis knows it. */
export function keyText(step: Step, key: Value): string | null {
  if (!step.engine.sensitivity.field) return key.cause === null ? "any" : null;
  const constant = singleConstant(key);
  if (constant === null || typeof constant.value === "symbol") return null;
  return String(constant.value);
}

/** object[key]; null: it throws whatever happens. */
export function getProperty(step: Step, objectIn: Value, key: Value): Value | null {
  const object = seen(step, objectIn);
  const text = keyText(step, key);
  const label = text === null ? "an element" : `.${text}`;
  if (object.cause !== null) {
    const cause = step.cause(`${label} of something dynamic`, object.cause);
    step.lift([key], cause);
    step.markLate(cause);
    return dynamicValue(cause);
  }
  if (key.cause !== null) {
    const cause = step.cause("a property whose key is dynamic", key.cause);
    step.lift([object], cause);
    step.markLate(cause);
    return dynamicValue(cause);
  }
  let result: Value | null = null;
  for (const location of object.locations)
    result = step.join(result, readLocation(step, location, text, object, new Set()));
  if (object.constants === null || object.constants.some((c) => c !== undefined && c !== null))
    result = step.join(result, readPrimitive(step, object, text));
  if (result === null) return null;
  // elements with an index that only the specializer knows, and the several objects it may be, differ from read to read
  const single = object.locations.length === 1 && text !== null && step.object(object.locations[0]!)?.multiple !== true;
  const varies = object.varies || key.varies;
  const value = single ? result : step.fresh(result);
  return varies && value.cause === null && !value.varies ? { ...value, varies } : value;
}

function readPrimitive(step: Step, object: Value, text: string | null): Value {
  const kinds =
    object.constants === null ? ["String", "Number", "Boolean", "BigInt"] : [...new Set(object.constants.map(ownerOf))];
  let locations: readonly Location[] = [];
  if (text !== null)
    for (const kind of kinds) {
      const name = kind === null ? null : builtinMember(`${kind}.prototype`, text);
      if (name?.kind === "object") locations = mergeLocations(locations, [step.engine.locations.builtin(name.name)]);
    }
  const value = step.static(object);
  return locations.length === 0
    ? value
    : { ...value, locations, constants: object.constants === null ? [undefined] : [] };
}

function ownerOf(constant: Primitive): string | null {
  switch (typeof constant) {
    case "string":
      return "String";
    case "number":
      return "Number";
    case "boolean":
      return "Boolean";
    case "bigint":
      return "BigInt";
    default:
      return null;
  }
}

/** One object: own field, then the prototypes. */
function readLocation(
  step: Step,
  location: Location,
  text: string | null,
  receiver: Value,
  visited: Set<Location>,
): Value {
  const { locations } = step.engine;
  if (visited.has(location)) return constantValue(undefined);
  visited.add(location);
  const namespace = namespaceOf(step, location);
  if (namespace !== null) return readNamespace(step, namespace, text);
  const builtin = locations.builtinOf(location);
  if (builtin !== null) return readBuiltin(step, builtin, text);
  const object = step.object(location);
  if (object === undefined) return step.dynamic("an object that is not known");
  if (object.escaped !== null && object.kind !== "function") return dynamicValue(object.escaped);
  const mutable =
    text === null || !step.isGlobal(location) || step.division.isInit ? undefined : step.engine.mutableKeys.get(text);
  if (mutable !== undefined)
    return dynamicValue(
      step.cause(`.${text} of an object of the module: it is assigned while the program runs`, mutable),
      object.fields.get(text!)?.locations ?? [],
    );
  if (text === null) return keysOfGlobal(step, location) ?? readAnyField(step, object, receiver, visited);
  const kept = keptByRegExp(step, location, object, text);
  const own = object.fields.get(text);
  if (own !== undefined) return kept === null ? own : dynamicValue(kept, own.locations);
  if (object.kind === "deep") return readDeep(step, object, text);
  const getter = object.fields.get(`%get:${text}`);
  if (getter !== undefined)
    return (
      step.perform(step, { callee: getter, receiver, args: { list: [], more: null }, newTarget: null }) ??
      step.dynamic("a getter that does not return")
    );
  if (object.rest !== null && object.kind !== "array" && object.kind !== "map") return object.rest;
  if (object.kind === "array") {
    if (text === "length") return lengthOf(step, object);
    if (/^\d+$/.test(text)) return step.join(object.rest, constantValue(undefined))!;
    if (text === "any") return readAnyField(step, object, receiver, visited);
  }
  if (object.kind === "map" && text === "size") return keysOfGlobal(step, location) ?? step.static();
  if (object.kind === "function" && text === "prototype") return prototypeOf(step, location, object);
  if (object.kind === "function" && (text === "name" || text === "length")) return step.static();
  // which method it is stays known, and the call stands next to it at run time
  const keys = object.kind === "array" || object.kind === "map" ? (keysOfGlobal(step, location)?.cause ?? null) : null;
  const changing = kept ?? keys;
  if (changing !== null) step.markLate(changing);
  return readPrototypes(step, object, text, receiver, visited);
}

/**
 * Why something of a regular expression of a module is read at run time: one that keeps where it stands changes as it is
 * used, and of one with a property of its own the methods need not be the standard ones.
 */
function keptByRegExp(step: Step, location: Location, object: AbstractObject, text: string): Cause | null {
  const flags = object.fields.get("%flags");
  if (flags === undefined || step.division.isInit || !step.isGlobal(location)) return null;
  if (/[gy]/.test(String(singleConstant(flags)?.value)))
    return step.cause(`.${text} of a regular expression that keeps where it stands`);
  if ([...object.fields.keys()].some((key) => !isInternalKey(key) && key !== "lastIndex"))
    return step.cause(`.${text} of a regular expression that has been given properties`);
  return null;
}

/** Static data of unknown structure: names of standard methods mean these. */
function readDeep(step: Step, object: AbstractObject, text: string): Value {
  for (const owner of ["Array", "Map", "Set", "String", "Number"]) {
    const member = builtinMember(`${owner}.prototype`, text);
    if (member?.kind === "object" && member.name === `${owner}.prototype.${text}` && text !== "constructor")
      return objectValue(step.engine.locations.builtin(member.name), step.def);
  }
  return step.fresh(object.rest ?? step.static());
}

function lengthOf(step: Step, object: AbstractObject): Value {
  const known = object.fields.get("%length");
  if (known === undefined) return step.static();
  return known.cause !== null ? known : { ...known, constants: null, locations: [] };
}

function readPrototypes(
  step: Step,
  object: AbstractObject,
  text: string | null,
  receiver: Value,
  visited: Set<Location>,
): Value {
  let result: Value | null = null;
  for (const prototype of object.prototype)
    result = step.join(result, readLocation(step, prototype, text, receiver, visited));
  return result ?? constantValue(undefined);
}

/** Only the run time knows which fields an object of a module has: a dynamic value that says why; null: they are known. */
export function keysOfGlobal(step: Step, location: Location): Value | null {
  const keys = step.isGlobal(location) ? step.engine.global(location)?.fields.get("%keys") : undefined;
  return keys === undefined || keys.cause === null ? null : dynamicValue(keys.cause);
}

/** The same of all objects that a value may be: the cause. */
export function keysChange(step: Step, value: Value): Cause | null {
  for (const location of value.locations) {
    const keys = keysOfGlobal(step, location);
    if (keys !== null) return keys.cause;
  }
  return null;
}

function readAnyField(step: Step, object: AbstractObject, receiver: Value, visited: Set<Location>): Value {
  let result: Value =
    object.rest === null ? constantValue(undefined) : joinValues(object.rest, constantValue(undefined), () => step.def);
  for (const [key, value] of object.fields) if (!isInternalKey(key)) result = joinValues(result, value, () => step.def);
  for (const [key, value] of object.fields)
    if (key.startsWith("%get:"))
      result = step.join(
        result,
        step.perform(step, { callee: value, receiver, args: { list: [], more: null }, newTarget: null }),
      )!;
  const mutable = object.kind === "plain" && object.prototype.some((p) => step.engine.locations.builtinOf(p) === null);
  if (mutable) result = step.join(result, readPrototypes(step, object, null, receiver, visited))!;
  return result;
}

/** The `prototype` of a plain function, made on first use. */
function prototypeOf(step: Step, location: Location, object: AbstractObject): Value {
  const made: Value = step.allocate({ ...EMPTY_PLAIN, prototype: [step.engine.locations.builtin("Object.prototype")] });
  writeRaw(step, location, object, "prototype", made);
  return made;
}

const EMPTY_PLAIN: AbstractObject = {
  kind: "plain",
  existing: false,
  multiple: false,
  fields: new Map(),
  rest: null,
  code: null,
  prototype: [],
  escaped: null,
  written: new Set(),
};

function readBuiltin(step: Step, name: string, text: string | null): Value {
  if (text === null) return step.dynamic(`a property of ${name} whose key is not known`);
  const member = builtinMember(name, text);
  if (member === null) return constantValue(undefined);
  return member.kind === "constant"
    ? constantValue(member.value)
    : objectValue(step.engine.locations.builtin(member.name), step.def);
}

const NAMESPACE = "n!";
/** The namespace object of a module. */
export function namespaceLocation(step: Step, file: string): Location {
  return step.engine.locations.intern(NAMESPACE + file);
}
function namespaceOf(step: Step, location: Location): string | null {
  const name = step.engine.locations.nameOf(location);
  return name.startsWith(NAMESPACE) ? name.slice(NAMESPACE.length) : null;
}
function readNamespace(step: Step, file: string, text: string | null): Value {
  if (text === null) return step.dynamic("a member of a module that is not known");
  return readTarget(step, step.engine.program.resolveExport(file, text), text);
}

/** What a name leads to: a binding at module scope, a namespace, or something outside. */
export function readTarget(
  step: Step,
  target: ReturnType<Step["engine"]["program"]["resolveBinding"]>,
  name: string,
): Value {
  if (target === null) return step.dynamic(`${name}: bound nowhere`);
  if (target.kind === "namespace") return objectValue(namespaceLocation(step, target.file), step.def);
  if (target.kind === "external") return step.dynamic(`${name} comes from ${target.module}, outside of the program`);
  const info = step.engine.program.modules.get(target.file)?.ir.bindings.get(target.name);
  const value = step.engine.bindings.get(`${target.file}\0${target.name}`);
  if (info?.reassigned === true && !step.division.isInit)
    return dynamicValue(
      step.cause(`${name} is assigned while the program runs`, {
        what: `${name} is declared here`,
        origin: info.origin ?? null,
        from: null,
      }),
      value?.locations ?? [],
    );
  // in its dead zone, or not evaluated yet: a later visit will find it
  return (
    value ??
    (step.division.isInit ? constantValue(undefined) : step.dynamic(`${name} has no value when the program starts`))
  );
}

/** Writes without regard to setters and prototypes. */
export function writeRaw(step: Step, location: Location, object: AbstractObject, key: string, value: Value): void {
  if (step.isGlobal(location)) step.engine.writeGlobal(location, key, value);
  else step.put(location, withField(object, key, value));
}

/** object[key] = value */
export function setProperty(step: Step, objectIn: Value, key: Value, valueIn: Value): void {
  const object = seen(step, objectIn);
  const value = seen(step, valueIn);
  const text = keyText(step, key);
  if (object.cause !== null) {
    const cause = step.cause("a write to something dynamic", object.cause);
    step.markLate(cause);
    step.lift([key, value], cause);
    for (const location of object.locations) clobber(step, location, text, cause);
    return;
  }
  if (key.cause !== null) {
    const cause = step.cause("a write under a key that is dynamic", key.cause);
    step.markLate(cause);
    step.lift([object, value], cause);
    for (const location of object.locations) clobber(step, location, null, cause);
    return;
  }
  const strong =
    step.engine.sensitivity.flow && step.engine.sensitivity.alias && isObject(object) && object.locations.length === 1;
  for (const location of object.locations) writeLocation(step, location, text, value, object, strong);
}

/** A field of an object that residual code may change. */
export function clobber(step: Step, location: Location, text: string | null, cause: ReturnType<Step["cause"]>): void {
  const object = step.object(location);
  if (object === undefined || object.kind === "builtin") return;
  if (step.isGlobal(location)) return changeGlobal(step.engine, location, text, cause);
  const dynamic = dynamicValue(cause);
  if (text !== null) return step.put(location, withField(object, text, dynamic));
  const fields = new Map(object.fields);
  if (object.existing && object.kind === "array") fields.set("%length", dynamic);
  for (const [name, value] of fields) if (!isInternalKey(name)) fields.set(name, dynamicValue(cause, value.locations));
  step.put(location, { ...object, fields, rest: dynamicValue(cause, object.rest?.locations ?? []) });
}

function writeLocation(
  step: Step,
  location: Location,
  text: string | null,
  value: Value,
  receiver: Value,
  strong: boolean,
): void {
  const object = step.object(location);
  if (object === undefined || object.kind === "builtin") {
    step.markLate(step.cause("a write to an object of the standard library"));
    return;
  }
  const setter = text === null ? undefined : findSetter(step, location, text, new Set());
  if (setter !== undefined) {
    step.perform(step, { callee: setter, receiver, args: { list: [value], more: null }, newTarget: null });
    return;
  }
  if (step.isGlobal(location)) return writeToGlobal(step, location, text, value);
  let stored = value;
  if (object.existing) {
    const cause = step.cause("a write to an object that exists at run time");
    step.markLate(cause);
    step.lift([value], cause);
    stored = seen(step, value);
  }
  const current = step.object(location)!;
  if (text === null) return writeAnyField(step, location, current, stored);
  if (text === "length" && current.kind === "array") {
    if (current.existing)
      writeAnyField(step, location, current, dynamicValue(step.cause("a write that may take elements away")));
    return step.put(location, withField(step.object(location)!, "%length", stored));
  }
  const known = current.fields.get(text) ?? current.rest;
  const weak = !strong || current.multiple;
  const next = !weak ? stored : joinValues(known ?? constantValue(undefined), stored, () => step.def);
  step.put(location, withField(current, text, next));
  if (!current.existing || current.kind !== "array" || !/^\d+$/.test(text)) return;
  const length = dynamicValue(step.cause("a write that may have made an array longer"));
  step.put(location, withField(step.object(location)!, "%length", length));
}

function writeAnyField(step: Step, location: Location, object: AbstractObject, value: Value): void {
  const fields = new Map(object.fields);
  for (const [name, known] of fields)
    if (!isInternalKey(name))
      fields.set(
        name,
        joinValues(known, value, () => step.def),
      );
  const rest = object.rest === null ? value : joinValues(object.rest, value, () => step.def);
  if (object.existing && object.kind === "array")
    fields.set("%length", dynamicValue(step.cause("a write that may have made an array longer")));
  step.put(location, {
    ...object,
    fields,
    rest,
    written: object.existing ? new Set([...object.written, "*", ...fields.keys()]) : object.written,
  });
}

function writeToGlobal(step: Step, location: Location, text: string | null, value: Value): void {
  if (step.division.isInit) return step.engine.writeGlobal(location, text, value);
  const cause = step.cause(
    `${text === null ? "an element" : `.${text}`} of an object of the module is assigned while the program runs`,
    value.cause,
  );
  step.markLate(cause);
  step.lift([value], cause);
  clobber(step, location, text, cause);
}

function findSetter(step: Step, location: Location, text: string, visited: Set<Location>): Value | undefined {
  if (visited.has(location)) return undefined;
  visited.add(location);
  const object = step.object(location);
  if (object === undefined || object.fields.has(text)) return undefined;
  const own = object.fields.get(`%set:${text}`);
  if (own !== undefined) return own;
  for (const prototype of object.prototype) {
    const found = findSetter(step, prototype, text, visited);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `delete object[key]` */
export function deleteProperty(step: Step, objectIn: Value, key: Value): Value {
  const object = seen(step, objectIn);
  if (object.cause !== null || key.cause !== null) {
    setProperty(step, object, key, constantValue(undefined));
    return dynamicValue(step.late ?? step.cause("delete"));
  }
  setProperty(step, object, key, constantValue(undefined));
  return step.static(object, key);
}

/** The built-in that methods of an object come from, for `builtinOwner`. */
export function ownerName(step: Step, location: Location): string | null {
  return builtinOwner(step.object(location)?.prototype.map((p) => step.engine.locations.builtinOf(p)) ?? []);
}
