/**
 * A static value with holes: the caller of the residual passes the whole value, and what is written down around the holes
 * holds of it. Which fields that are, and of what type the value is for the specializer.
 *
 * Promises: null where there is no hole. Literals are taken apart; a function is promised as itself; of other objects nothing
 * is known. As at run time (`hasHole` of the api), a hole is written into plain objects, arrays, Maps and Sets.
 *
 * Example: of `{ type: 2, peer: { mode: 1, sent: dynamic() } }` the parts are `type`, and of `peer` `mode`.
 */
import { TYPE, anyFact } from "../semantics/numberFacts.ts";
import type { HeapObject } from "../specialize/heap.ts";
import type { Session } from "../specialize/session.ts";
import type { Address, DeclaredType, KnownParts, Value } from "../specialize/values.ts";
import { constant } from "../specialize/values.ts";

/** The known parts of a value with a hole in it; null: there is no hole. */
export function staticParts(session: Session, value: Value): KnownParts | null {
  if (!hasHole(session, value)) return null;
  return value.kind === "object" ? partsOf(session, value.address, new Set()) : new Map();
}

/** What a value with holes is to the specializer: plain data. */
export function typeOfParts(parts: KnownParts, declared: DeclaredType | null): DeclaredType {
  return {
    name: declared?.name ?? "static value",
    key: `${declared?.key ?? ""} with ${shapeOf(parts)}`,
    fact: { types: TYPE.object },
    isData: true,
    isAccessor: (key) => (key === null || !parts.has(key)) && declared?.isAccessor(key) === true,
    property: (key) => {
      const part = parts.get(key);
      const type = declared?.property(key) ?? null;
      return part instanceof Map ? typeOfParts(part as KnownParts, type) : (type ?? UNKNOWN);
    },
    fields: () => declared?.fields() ?? [],
    hasOwn: (key) => declared?.hasOwn(key) === true,
    element: () => declared?.element() ?? null,
  };
}

/** which fields are objects with known parts: what the type says besides what was declared */
function shapeOf(parts: KnownParts): string {
  const inner = [...parts].filter((entry): entry is [string, KnownParts] => entry[1] instanceof Map);
  return `{${inner.map(([name, part]) => name + shapeOf(part)).join()}}`;
}

const UNKNOWN: DeclaredType = {
  name: "unknown",
  key: "unknown",
  fact: anyFact,
  isData: false,
  isAccessor: () => false,
  property: () => null,
  fields: () => [],
  hasOwn: () => false,
  element: () => null,
};

function hasHole(session: Session, value: Value): boolean {
  const seen = new Set<Address>();
  const pending: Value[] = [value];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind !== "object" || seen.has(next.address)) continue;
    seen.add(next.address);
    const object = session.world.get(next.address);
    if (isHole(object)) return true;
    if (object === undefined || !isWalked(session, object)) continue;
    for (const { value: field } of object.properties.values()) pending.push(field);
    for (const element of object.elements ?? []) if (element !== null && element !== undefined) pending.push(element);
    for (const entry of object.entries ?? []) pending.push(...entry);
  }
  return false;
}

function isHole(object: HeapObject | undefined): boolean {
  return object?.site === "%dynamic%";
}

function isWalked(session: Session, object: HeapObject): boolean {
  return isLiteral(session, object) || object.kind === "map" || object.kind === "set";
}

function isLiteral(session: Session, object: HeapObject): boolean {
  if (object.builtin !== null) return false;
  if (object.kind === "array") return true;
  const { prototype } = object;
  return object.kind === "plain" && (prototype === null || prototype === session.intrinsic("Object.prototype"));
}

/** of one object; larger ones are tables, whose elements are looked up by what is dynamic */
const MOST_FIELDS = 64;

function partsOf(session: Session, address: Address, onTheWay: Set<Address>): KnownParts {
  const parts = new Map<string, Value | KnownParts>();
  const object = session.world.get(address);
  if (object === undefined || !isLiteral(session, object)) return parts;
  if (object.properties.size + (object.elements?.length ?? 0) > MOST_FIELDS) return parts;
  const inner = new Set([...onTheWay, address]);
  const add = (key: string, value: Value): void => {
    if (session.isMutable(address, key)) return;
    const part = partOf(session, value, inner);
    if (part !== null) parts.set(key, part);
  };
  for (const [key, { value, get, set }] of object.properties)
    if (get === null && set === null && !key.startsWith("\u0000")) add(key, value);
  if (object.elements === null) return parts;
  add("length", constant(object.elements.length));
  object.elements.forEach((element, n) => {
    if (element !== null && element !== undefined) add(String(n), element);
  });
  return parts;
}

/** Null: nothing is known of it. Of literals the caller passes others that are alike, and of functions the very ones. */
function partOf(session: Session, value: Value, onTheWay: Set<Address>): Value | KnownParts | null {
  if (value.kind === "dynamic") return null;
  if (value.kind !== "object") return value;
  const object = session.world.get(value.address);
  if (object === undefined || isHole(object) || onTheWay.has(value.address)) return null;
  if (isLiteral(session, object)) return partsOf(session, value.address, onTheWay);
  const isNamed = object.builtin !== null || session.names().has(value.address);
  return object.kind === "function" && isNamed ? value : null;
}
