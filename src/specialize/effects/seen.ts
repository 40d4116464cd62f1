/** What the effects analysis knows of a value: its type, and which function or built-in it is. */
import type { TypeFact } from "../../semantics/numberFacts.ts";
import { TYPE, anyFact, joinFacts } from "../../semantics/numberFacts.ts";
import type { Session } from "../session.ts";
import type { Store } from "../heap.ts";
import type { Address, DeclaredType, Value } from "../values.ts";
import { factOfValue } from "../values.ts";

export interface Seen {
  /** types only: ranges of numbers would grow round by round */
  readonly fact: TypeFact;
  /** a type whose values are plain data */
  readonly declared: DeclaredType | null;
  /** a function of the program */
  readonly code: Address | null;
  /** a standard built-in, by path */
  readonly builtin: string | null;
}

export const ANYTHING: Seen = { fact: { types: anyFact.types }, declared: null, code: null, builtin: null };

/** A value of which only the type is known. */
export function ofFact(fact: TypeFact): Seen {
  return { ...ANYTHING, fact: { types: fact.types } };
}
/** A value of a declared type; null: anything. */
export function ofDeclared(declared: DeclaredType | null): Seen {
  if (declared === null) return ANYTHING;
  return { ...ofFact(declared.fact), declared: declared.isData ? declared : null };
}
/** A standard built-in. */
export function ofBuiltin(path: string): Seen {
  return { ...ofFact({ types: TYPE.object | TYPE.function }), builtin: path };
}

/** A value that the specializer has at hand. */
export function ofValue(session: Session, store: Store, value: Value): Seen {
  if (value.kind === "const") return ofFact(factOfValue(value));
  if (value.kind === "symbol") return ofFact({ types: TYPE.symbol });
  if (value.kind === "dynamic") {
    const builtin = value.declared?.isData === true ? value.declared : null;
    return { ...ofFact(value.fact), declared: builtin };
  }
  const object = store.get(value.address);
  if (object.builtin !== null) return ofBuiltin(object.builtin);
  const isCode = object.kind === "function" && session.world.get(value.address) !== undefined;
  const types = object.kind === "function" ? TYPE.function : TYPE.object;
  return { ...ofFact({ types }), code: isCode && object.code !== null ? value.address : null };
}

/** What is known of a value that may be either; `a` undefined: nothing has come yet. */
export function join(a: Seen | undefined, b: Seen): Seen {
  if (a === undefined || same(a, b)) return b;
  return {
    fact: { types: joinFacts(a.fact, b.fact).types },
    declared: commonType(a, b),
    code: a.code === b.code ? a.code : null,
    builtin: a.builtin === b.builtin ? a.builtin : null,
  };
}

/** null and undefined have no type of their own to add */
function commonType(a: Seen, b: Seen): DeclaredType | null {
  const empty = TYPE.null | TYPE.undefined;
  if ((a.fact.types & ~empty) === 0) return b.declared;
  if ((b.fact.types & ~empty) === 0) return a.declared;
  return a.declared?.key === b.declared?.key ? a.declared : null;
}

/** The same is known of both. */
export function same(a: Seen, b: Seen): boolean {
  return (
    a.fact.types === b.fact.types && a.declared?.key === b.declared?.key && a.code === b.code && a.builtin === b.builtin
  );
}

/** Tells apart what is known, for memos. */
export function keyOfSeen({ fact, declared, code, builtin }: Seen): string {
  return `${fact.types}/${declared?.key ?? ""}/${code ?? ""}/${builtin ?? ""}`;
}
