/** How the arguments of a shared residual function divide. */
import type { TypeFact } from "../semantics/numberFacts.ts";
import { joinFacts } from "../semantics/numberFacts.ts";
import type { FunctionCode } from "./heap.ts";
import type { Address, DeclaredType, KnownParts, Value } from "./values.ts";

/** A parameter of a shared function: static, or dynamic with what is known of it. */
export type SharedArgument = { readonly kind: "static"; readonly value: Value } | DynamicArgument;
export interface DynamicArgument {
  readonly kind: "dynamic";
  readonly fact: TypeFact;
  readonly declared: DeclaredType | null;
  /** static parts of an object that the caller passes */
  readonly parts?: KnownParts;
}

/** Text that identifies a shared function. */
export function sharedKey(code: FunctionCode, address: Address, split: readonly SharedArgument[]): string {
  const text = (a: SharedArgument): string => {
    if (a.kind === "dynamic") return "?";
    const v = a.value;
    if (v.kind === "object") return `@${v.address}`;
    if (v.kind === "symbol") return v.key;
    return v.kind === "const" ? `${typeof v.value} ${Object.is(v.value, -0) ? "-0" : String(v.value)}` : "?";
  };
  const captures = code.captures.map((c) => (c === undefined ? "-" : text({ kind: "static", value: c })));
  return `${code.code.key} ${captures.length === 0 ? "" : address} (${split.map(text).join(",")})`;
}

/** What holds of the arguments of two calls of one shared function; the first itself where that says it all. */
export function joinArguments(
  known: readonly SharedArgument[],
  given: readonly SharedArgument[],
): readonly SharedArgument[] {
  const joined = known.map((a, i) => {
    const b = given[i];
    return a.kind === "dynamic" && b?.kind === "dynamic" ? joinDynamic(a, b) : a;
  });
  return joined.every((a, i) => a === known[i]) ? known : joined;
}

function joinDynamic(a: DynamicArgument, b: DynamicArgument): DynamicArgument {
  const fact = { types: joinFacts(a.fact, b.fact).types };
  const declared = a.declared?.key === b.declared?.key ? a.declared : null;
  return fact.types === a.fact.types && declared === a.declared ? a : { kind: "dynamic", fact, declared };
}
