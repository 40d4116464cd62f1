/**
 * Abstract values: the binding time of a value, with what the analysis needs to follow it further. A value that is
 * static may denote abstract objects (`locations`) or primitives; `constants` are the primitives it is drawn from, null
 * when they are not known to the analysis. A dynamic value remembers the objects it may alias.
 */
import type { Origin, Primitive } from "../ir/types.ts";
import type { Cause } from "./types.ts";

export type Location = number;

export interface Value {
  /** null: static */
  readonly cause: Cause | null;
  /** ascending */
  readonly locations: readonly Location[];
  readonly constants: readonly Primitive[] | null;
  /** the definition it comes from: two values of the same definition are equal on one path */
  readonly def: number;
  /** it depends on a place that is kept polyvariant */
  readonly varies: boolean;
}

const CONSTANT_LIMIT = 6;
const NONE: readonly never[] = [];

/** Numbers of constants: 0 means "told apart by its constant". */
export const CONSTANT_DEF = 0;

/** A static primitive that is known to the analysis. */
export function constantValue(value: Primitive): Value {
  return { cause: null, locations: NONE, constants: [value], def: CONSTANT_DEF, varies: false };
}
/** A static primitive that only the specializer will know. */
export function staticValue(def: number, varies = false): Value {
  return { cause: null, locations: NONE, constants: null, def, varies };
}
export function objectValue(location: Location, def: number): Value {
  return { cause: null, locations: [location], constants: NONE, def, varies: false };
}
export function dynamicValue(cause: Cause, locations: readonly Location[] = NONE): Value {
  return { cause, locations, constants: null, def: -1, varies: false };
}

export function isStatic(value: Value): boolean {
  return value.cause === null;
}
/** A static reference to objects and nothing else. */
export function isObject(value: Value): boolean {
  return value.cause === null && value.constants !== null && value.constants.length === 0 && value.locations.length > 0;
}
/** Only primitives. */
export function isPrimitive(value: Value): boolean {
  return value.cause === null && value.locations.length === 0;
}
/** The one constant it can be. */
export function singleConstant(value: Value): { readonly value: Primitive } | null {
  if (value.cause !== null || value.locations.length > 0 || value.constants?.length !== 1) return null;
  return { value: value.constants[0] };
}

/** Same value under a new definition. */
export function redefined(value: Value, def: number): Value {
  if (value.cause !== null || value.def === def || singleConstant(value) !== null) return value;
  return { ...value, def };
}

/** A link of a chain of causes. */
export function causeOf(what: string, origin: Origin | undefined | null, from: Cause | null): Cause {
  return { what, origin: origin ?? null, from };
}

/** Least upper bound; `old` itself when `incoming` adds nothing. `phi` numbers the join. */
export function joinValues(old: Value, incoming: Value, phi: () => number): Value {
  if (old === incoming) return old;
  const cause = old.cause ?? incoming.cause;
  const locations = mergeLocations(old.locations, incoming.locations);
  const constants = cause !== null ? null : mergeConstants(old.constants, incoming.constants);
  const def = cause !== null ? -1 : joinDefs(old, incoming, phi);
  const varies = cause === null && (old.varies || incoming.varies);
  if (
    cause === old.cause &&
    locations === old.locations &&
    constants === old.constants &&
    def === old.def &&
    varies === old.varies
  )
    return old;
  return { cause, locations, constants, def, varies };
}

function joinDefs(old: Value, incoming: Value, phi: () => number): number {
  if (old.def !== incoming.def) return phi();
  if (old.def !== CONSTANT_DEF) return old.def;
  const a = singleConstant(old);
  const b = singleConstant(incoming);
  return a !== null && b !== null && Object.is(a.value, b.value) ? CONSTANT_DEF : phi();
}

/** Union of ascending lists; `a` itself when it holds all of `b`. */
export function mergeLocations(a: readonly Location[], b: readonly Location[]): readonly Location[] {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  if (b.every((x) => a.includes(x))) return a;
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}

function mergeConstants(a: readonly Primitive[] | null, b: readonly Primitive[] | null): readonly Primitive[] | null {
  if (a === null || b === null) return null;
  const added = b.filter((x) => !a.some((y) => Object.is(x, y)));
  if (added.length === 0) return a;
  return a.length + added.length > CONSTANT_LIMIT ? null : [...a, ...added];
}

/** true or false when every value it can be agrees; null otherwise. */
export function truthiness(value: Value): boolean | null {
  if (value.cause !== null || value.constants === null) return null;
  const truths = new Set(value.constants.map(Boolean));
  if (value.locations.length > 0) truths.add(true);
  return truths.size === 1 ? truths.has(true) : null;
}
