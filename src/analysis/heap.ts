/**
 * The abstract heap: location -> abstract object. Objects are values (replaced, never changed), so that states share them.
 *
 * An object made during specialization is *virtual*: its fields are known by binding time until it escapes to a dynamic
 * use; from then on everything about it is dynamic. An object that exists before (of the context) is referred to by
 * name: it never escapes, its static fields stay static by the promise of its declaration.
 */
import type { Cause, FunctionRef } from "./types.ts";
import type { Location, Value } from "./value.ts";
import { constantValue, dynamicValue, joinValues, mergeLocations } from "./value.ts";

export type ObjectKind =
  | "plain"
  | "array"
  | "function"
  | "map"
  | "cell"
  | "iterator"
  | "builtin"
  /** static through and through, of unknown structure */
  | "deep";

export interface AbstractObject {
  readonly kind: ObjectKind;
  readonly existing: boolean;
  /** stands for several objects: writes are weak */
  readonly multiple: boolean;
  readonly fields: ReadonlyMap<string, Value>;
  /** what every other field may hold; null: nothing, reads give undefined or go to the prototype */
  readonly rest: Value | null;
  readonly code: FunctionRef | null;
  readonly prototype: readonly Location[];
  readonly escaped: Cause | null;
  /** fields changed since the program started; a call to unknown code may change them again */
  readonly written: ReadonlySet<string>;
}

export type Heap = Map<Location, AbstractObject>;

const NO_FIELDS: ReadonlyMap<string, Value> = new Map();
const NO_NAMES: ReadonlySet<string> = new Set();

/** A fresh virtual object. */
export function abstractObject(kind: ObjectKind, parts: Partial<AbstractObject> = {}): AbstractObject {
  return {
    kind,
    existing: false,
    multiple: false,
    fields: NO_FIELDS,
    rest: null,
    code: null,
    prototype: [],
    escaped: null,
    written: NO_NAMES,
    ...parts,
  };
}

/** `object` with one field replaced. */
export function withField(object: AbstractObject, key: string, value: Value): AbstractObject {
  if (object.fields.get(key) === value) return object;
  const fields = new Map(object.fields);
  fields.set(key, value);
  const written = object.existing && !object.written.has(key) ? new Set([...object.written, key]) : object.written;
  return { ...object, fields, written };
}

/** Least upper bound; `old` itself when nothing is added. `phi(field)` numbers joins. */
export function joinObjects(
  old: AbstractObject,
  incoming: AbstractObject,
  phi: (field: string) => number,
): AbstractObject {
  if (old === incoming) return old;
  let fields = old.fields;
  const put = (key: string, value: Value): void => {
    if (old.fields.get(key) === value) return;
    if (fields === old.fields) fields = new Map(old.fields);
    (fields as Map<string, Value>).set(key, value);
  };
  for (const [key, value] of incoming.fields) {
    const known = old.fields.get(key);
    put(
      key,
      known === undefined
        ? joinValues(value, old.rest ?? absent(old), () => phi(key))
        : joinValues(known, value, () => phi(key)),
    );
  }
  for (const [key, value] of old.fields)
    if (!incoming.fields.has(key))
      put(
        key,
        joinValues(value, incoming.rest ?? absent(incoming), () => phi(key)),
      );
  const rest =
    old.rest === null || incoming.rest === null
      ? (old.rest ?? incoming.rest)
      : joinValues(old.rest, incoming.rest, () => phi("*"));
  const escaped = old.escaped ?? incoming.escaped;
  const multiple = old.multiple || incoming.multiple;
  const existing = old.existing && incoming.existing;
  const prototype = mergeLocations(old.prototype, incoming.prototype);
  const written = [...incoming.written].every((k) => old.written.has(k))
    ? old.written
    : new Set([...old.written, ...incoming.written]);
  const code = old.code ?? incoming.code;
  if (
    fields === old.fields &&
    rest === old.rest &&
    escaped === old.escaped &&
    multiple === old.multiple &&
    existing === old.existing &&
    prototype === old.prototype &&
    written === old.written
  )
    return old;
  const joined: AbstractObject = { ...old, fields, rest, escaped, multiple, existing, prototype, written, code };
  return escaped !== null ? escapedObject(joined, escaped) : joined;
}

/** What a field that is not there reads as, for joins. */
function absent(object: AbstractObject): Value {
  return object.escaped !== null ? dynamicValue(object.escaped) : constantValue(undefined);
}

/** Everything about it is dynamic, except the code of a function and what it captured by value. */
export function escapedObject(object: AbstractObject, cause: Cause): AbstractObject {
  const fields = new Map<string, Value>();
  for (const [key, value] of object.fields)
    fields.set(key, isInternalKey(key) || value.cause !== null ? value : dynamicValue(cause, value.locations));
  const rest =
    object.rest !== null && object.rest.cause !== null
      ? object.rest
      : dynamicValue(cause, object.rest?.locations ?? []);
  return { ...object, fields, rest, escaped: cause };
}

/** Internal slots (captures, home objects, field initializers) are not properties. */
export function isInternalKey(key: string): boolean {
  return key.startsWith("%");
}
