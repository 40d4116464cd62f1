/**
 * What the specializer knows of a value. `const`, `symbol` and `object` are static (an object's fields need not be);
 * `dynamic` is a residual temporary with what is known of it and why it is not static.
 */
import type { Origin, Primitive } from "../ir/types.ts";
import type { TypeFact } from "../semantics/numberFacts.ts";
import { anyFact, factOf } from "../semantics/numberFacts.ts";

export type Address = number;
export type Temp = number;

/** Why something is dynamic: a chain that ends at a declaration or at the construct that lost the value. */
export interface Cause {
  readonly what: string;
  readonly origin?: Origin | undefined;
  readonly from?: Cause | undefined;
}

/** A static value that was made dynamic where versions were merged: keeping the versions apart would make it static again. */
export interface LiftTag {
  readonly point: string;
  readonly slot: string;
}

/** A set of tags (tags.ts): one, if it was made by a join, and those of the sets that it came from. */
export interface LiftTags {
  readonly own: LiftTag | null;
  readonly from: readonly LiftTags[];
}

/** A type that the program declares for something dynamic, as far as it was read. */
export interface DeclaredType {
  readonly name: string;
  /** the same for the same type: names of types in different files, and what arrays hold, are told apart */
  readonly key: string;
  readonly fact: TypeFact;
  /** plain data all through: reading a property has no effect and gives what was last written */
  readonly isData: boolean;
  /** reading or writing the property runs code of its class all the same; null: some property */
  isAccessor(key: string | null): boolean;
  property(key: string): DeclaredType | null;
  /** the properties that are declared */
  fields(): readonly string[];
  /** every object of the type has the property itself, as data */
  hasOwn(key: string): boolean;
  /** what an index gives, for arrays and typed arrays */
  element(): DeclaredType | null;
}

export type Value = ConstValue | SymbolValue | ObjectValue | DynamicValue;
export interface ConstValue {
  readonly kind: "const";
  readonly value: Primitive;
}
/** well-known and other symbols whose identity is static; `key` is also the property key that stands for it */
export interface SymbolValue {
  readonly kind: "symbol";
  readonly key: string;
}
export interface ObjectValue {
  readonly kind: "object";
  readonly address: Address;
}
export interface DynamicValue {
  readonly kind: "dynamic";
  readonly temp: Temp;
  readonly fact: TypeFact;
  readonly cause: Cause;
  /** set when everything that went into it was static but for merging */
  readonly lifted: LiftTags | null;
  readonly declared: DeclaredType | null;
  /** slots where it came together with constants: keeping those apart would decide a test of it on their paths */
  readonly mixed?: LiftTags;
  /** slots where it came together with objects made while specializing: keeping those apart would decide what it is identical to */
  readonly made?: LiftTags;
}

/** Fields and elements that are known of a dynamic object: values, and objects of which in turn some are known. */
export type KnownParts = ReadonlyMap<string, Value | KnownParts>;

export const UNDEFINED: ConstValue = { kind: "const", value: undefined };
export const NULL: ConstValue = { kind: "const", value: null };
export const TRUE: ConstValue = { kind: "const", value: true };
export const FALSE: ConstValue = { kind: "const", value: false };

/** A static primitive. */
export function constant(value: Primitive): ConstValue {
  if (value === undefined) return UNDEFINED;
  if (value === true) return TRUE;
  if (value === false) return FALSE;
  return { kind: "const", value };
}

/** A reference to an object that the specializer knows. */
export function reference(address: Address): ObjectValue {
  return { kind: "object", address };
}

/** A residual temporary. */
export function dynamic(
  temp: Temp,
  cause: Cause,
  fact: TypeFact = anyFact,
  lifted: LiftTags | null = null,
  declared: DeclaredType | null = null,
): DynamicValue {
  return { kind: "dynamic", temp, fact, cause, lifted, declared };
}

/** What is known of the type of any value. */
export function factOfValue(value: Value): TypeFact {
  if (value.kind === "const") return factOf(value.value);
  return value.kind === "dynamic" ? value.fact : anyFact;
}

/** Same static value or same temporary; numbers by SameValue, so that -0 and NaN are kept apart. */
export function sameValueRef(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind === "const") return b.kind === "const" && Object.is(a.value, b.value);
  if (a.kind === "symbol") return b.kind === "symbol" && a.key === b.key;
  if (a.kind === "object") return b.kind === "object" && a.address === b.address;
  return b.kind === "dynamic" && a.temp === b.temp;
}
