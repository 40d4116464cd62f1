/** How the arguments of a shared residual function divide. */
import type { TypeFact } from "../semantics/numberFacts.ts";
import { joinFacts } from "../semantics/numberFacts.ts";
import type { FunctionCode } from "./heap.ts";
import type { Address, DeclaredType, KnownParts, Value } from "./values.ts";

/** A parameter of a residual function: static, or dynamic with what is known of it. */
export type EntryArgument = { readonly kind: "static"; readonly value: Value } | DynamicArgument;

/** The same of a shared function, or an object that goes as its parts. */
export type SharedArgument =
  | EntryArgument
  | MadeArgument
  /** the object that has this number among those that go as their parts */
  | { readonly kind: "again"; readonly id: number };
export interface DynamicArgument {
  readonly kind: "dynamic";
  readonly fact: TypeFact;
  readonly declared: DeclaredType | null;
  /** static parts of an object that the caller passes */
  readonly parts?: KnownParts;
}

/** An ordinary array or object with plain properties, made while specializing; the callee makes one like it. */
export interface MadeArgument {
  readonly kind: "made";
  readonly id: number;
  readonly object: "array" | "plain";
  readonly prototype: Address;
  readonly site: string;
  readonly properties: readonly { readonly key: string; readonly flags: number; readonly value: SharedArgument }[];
  /** null: a hole */
  readonly elements: readonly (SharedArgument | null)[] | null;
}

/** Text that identifies a shared function; `self`: the function object, where it makes a difference which one it is. */
export function sharedKey(code: FunctionCode, self: Address | null, split: readonly SharedArgument[]): string {
  const text = (a: SharedArgument): string => {
    if (a.kind === "dynamic") return "?";
    if (a.kind === "again") return `^${a.id}`;
    if (a.kind === "made") return textOfMade(a, text);
    const v = a.value;
    if (v.kind === "object") return `@${v.address}`;
    if (v.kind === "symbol") return v.key;
    return v.kind === "const" ? `${typeof v.value} ${Object.is(v.value, -0) ? "-0" : String(v.value)}` : "?";
  };
  const captures = code.captures.map((c) => (c === undefined ? "-" : text({ kind: "static", value: c })));
  return `${code.code.key} ${self ?? ""} [${captures.join(",")}] (${split.map(text).join(",")})`;
}

function textOfMade({ object, properties, elements }: MadeArgument, text: (a: SharedArgument) => string): string {
  const fields = properties.map(({ key, flags, value }) => `${JSON.stringify(key)}${flags}:${text(value)}`);
  const items = elements?.map((element) => (element === null ? "-" : text(element))) ?? [];
  return `${object}{${fields.join()}}[${items.join()}]`;
}

/** What holds of the arguments of two calls of one shared function; the first itself where that says it all. */
export function joinArguments(
  known: readonly SharedArgument[],
  given: readonly SharedArgument[],
): readonly SharedArgument[] {
  return joinAll(known, given, joinArgument);
}

function joinAll<T>(as: readonly T[], bs: readonly T[], join: (a: T, b: T) => T): readonly T[] {
  const joined = as.map((a, i) => {
    const b = bs[i];
    return b === undefined ? a : join(a, b);
  });
  return joined.every((one, i) => one === as[i]) ? as : joined;
}

function joinArgument(a: SharedArgument, b: SharedArgument): SharedArgument {
  if (a.kind === "dynamic" && b.kind === "dynamic") return joinDynamic(a, b);
  if (a.kind !== "made" || b.kind !== "made") return a;
  const properties = joinAll(a.properties, b.properties, (p, q) => {
    const value = joinArgument(p.value, q.value);
    return value === p.value ? p : { ...p, value };
  });
  const elements =
    a.elements === null || b.elements === null
      ? a.elements
      : joinAll(a.elements, b.elements, (p, q) => (p === null || q === null ? p : joinArgument(p, q)));
  return properties === a.properties && elements === a.elements ? a : { ...a, properties, elements };
}

function joinDynamic(a: DynamicArgument, b: DynamicArgument): DynamicArgument {
  const fact = { types: joinFacts(a.fact, b.fact).types };
  const declared = a.declared?.key === b.declared?.key ? a.declared : null;
  return fact.types === a.fact.types && declared === a.declared ? a : { kind: "dynamic", fact, declared };
}
