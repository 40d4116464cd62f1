/**
 * Declared types as the specializer asks for them: what a `D<...>` parameter or a field of a declared class may hold. Read
 * from the declarations of the module graph; a type that says nothing useful is null.
 */
import type { Declared, TypeRef } from "../declarations/types.ts";
import type { ModuleGraph } from "../modules/types.ts";
import type { TypeFact } from "../semantics/numberFacts.ts";
import { anyFact, elementFact, intFact, TYPE } from "../semantics/numberFacts.ts";
import type { DeclaredType } from "../specialize/values.ts";

const PRIMITIVES: Readonly<Record<string, number>> = {
  undefined: TYPE.undefined,
  null: TYPE.null,
  boolean: TYPE.boolean,
  number: TYPE.number,
  string: TYPE.string,
  bigint: TYPE.bigint,
  symbol: TYPE.symbol,
  function: TYPE.function,
  object: TYPE.object | TYPE.function,
};

/** What a type text allows. */
export function factOfText(text: string): TypeFact {
  let types = 0;
  for (const member of text.split("|")) {
    if (member === "unknown" || member === "") return anyFact;
    types |= PRIMITIVES[member] ?? TYPE.object | TYPE.function;
  }
  return { types };
}

/** The declared type of a value, or null when the declaration says nothing. */
export function declaredType(graph: ModuleGraph, declared: Declared): DeclaredType | null {
  const name = classOf(declared.type);
  if (declared.type === "unknown" && declared.ref === null && declared.fields === null) return null;
  const isTyped = name !== null && elementFact(name) !== undefined;
  return {
    name: declared.ref?.name ?? declared.type,
    key: keyOf(declared),
    fact: factOfText(declared.type),
    isData: isTyped || declared.ref !== null || declared.elements !== null || declared.fields !== null,
    isAccessor: (key) => hasAccessor(graph, declared.ref, key),
    property: (key) => {
      if (key === "length" && (isTyped || declared.elements !== null)) return plain("number", intFact(0, 2 ** 32));
      const field = declared.fields?.get(key) ?? fieldOf(graph, declared.ref, key);
      return field === null || field === undefined ? null : (declaredType(graph, field) ?? plain("unknown", anyFact));
    },
    fields: () => [
      ...(declared.fields?.keys() ?? []),
      ...((declared.ref === null ? null : graph.typeDeclaration(declared.ref))?.fields.keys() ?? []),
    ],
    hasOwn: (key) => {
      const field = declared.fields?.get(key) ?? fieldOf(graph, declared.ref, key);
      return field !== null && field !== undefined && field.isOptional !== true;
    },
    element: () => {
      if (isTyped && name !== null) return plain("number", withUndefined(elementFact(name) ?? anyFact));
      const inner = declared.elements === null ? null : declaredType(graph, declared.elements);
      return inner === null ? null : { ...inner, fact: withUndefined(inner.fact) };
    },
  };
}

function keyOf(declared: Declared): string {
  if (declared.ref !== null) return `${declared.ref.file}#${declared.ref.name}`;
  const text = declared.type
    .split("|")
    .filter((member) => member !== "null" && member !== "undefined")
    .join("|");
  if (declared.elements !== null) return `${text}<${keyOf(declared.elements)}>`;
  if (declared.fields === null) return text;
  return `{${[...declared.fields].map(([name, field]) => `${name}:${keyOf(field)}`).join()}}`;
}

function withUndefined(fact: TypeFact): TypeFact {
  return { ...fact, types: fact.types | TYPE.undefined };
}

function plain(name: string, fact: TypeFact): DeclaredType {
  return {
    name,
    key: name,
    fact,
    isData: false,
    isAccessor: () => false,
    property: () => null,
    fields: () => [],
    hasOwn: () => false,
    element: () => null,
  };
}

/** the built-in class a type text names, if it names just one thing */
function classOf(text: string): string | null {
  return /^[A-Z]\w*$/.test(text) ? text : null;
}

function hasAccessor(graph: ModuleGraph, ref: TypeRef | null, key: string | null): boolean {
  const accessors = ref === null ? undefined : graph.typeDeclaration(ref)?.accessors;
  return accessors !== undefined && (key === null ? accessors.size > 0 : accessors.has(key));
}

function fieldOf(graph: ModuleGraph, ref: TypeRef | null, key: string): Declared | null {
  return ref === null ? null : (graph.typeDeclaration(ref)?.fields.get(key) ?? null);
}
