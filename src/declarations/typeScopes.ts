/**
 * Names of types across modules: imports, aliases of imports, re-exports, `export *` and namespaces are followed to the
 * declaration, or to a type of this package, or out of the program.
 */
import type { TypeNode, TypeScope } from "./readTypeScope.ts";

/** The name under which this package is imported. */
export const packageName = "babel-plugin-specialize";

export type TypeTarget =
  | { readonly kind: "declared"; readonly file: string; readonly name: string; readonly nodes: readonly TypeNode[] }
  /** exported by this package */
  | { readonly kind: "own"; readonly name: string }
  | { readonly kind: "namespace"; readonly specifier: string; readonly file: string }
  /** of a module outside of the program */
  | { readonly kind: "external" }
  /** imported from a module that does not have it */
  | { readonly kind: "missing" }
  /** not bound in the module: a global, or a type parameter */
  | { readonly kind: "global" };

export interface TypeScopes {
  scope(file: string): TypeScope | null;
  /** null: outside of the program */
  resolveSpecifier(specifier: string, fromFile: string): string | null;
}

/** Where a name, as written in `file`, leads. */
export function resolveTypeName(scopes: TypeScopes, file: string, name: string): TypeTarget {
  return resolveLocal(scopes, file, name, new Set());
}

/** Whether a module exports a type of this name, or what may be one: of a module outside. */
export function exportsType(scopes: TypeScopes, file: string, name: string): boolean {
  const target = resolveExported(scopes, file, name, new Set());
  return target.kind !== "missing" && target.kind !== "global";
}

/** A name behind a namespace: `T.S`. */
export function resolveTypeMember(scopes: TypeScopes, namespace: TypeTarget, name: string): TypeTarget {
  if (namespace.kind !== "namespace") return namespace.kind === "external" ? namespace : { kind: "global" };
  return follow(scopes, { specifier: namespace.specifier, name }, namespace.file, new Set());
}

function resolveLocal(scopes: TypeScopes, file: string, name: string, onTheWay: ReadonlySet<string>): TypeTarget {
  const scope = scopes.scope(file);
  const nodes = scope?.types.get(name);
  if (nodes !== undefined) return { kind: "declared", file, name, nodes };
  const link = scope?.imports.get(name);
  return link === undefined ? { kind: "global" } : follow(scopes, link, file, onTheWay);
}

type Link = { readonly specifier: string; readonly name: string };

function follow(scopes: TypeScopes, link: Link, fromFile: string, onTheWay: ReadonlySet<string>): TypeTarget {
  if (link.name === "*") return { kind: "namespace", specifier: link.specifier, file: fromFile };
  if (link.specifier === packageName) return { kind: "own", name: link.name };
  const file = scopes.resolveSpecifier(link.specifier, fromFile);
  if (file === null || scopes.scope(file) === null) return { kind: "external" };
  return resolveExported(scopes, file, link.name, onTheWay);
}

function resolveExported(scopes: TypeScopes, file: string, name: string, onTheWay: ReadonlySet<string>): TypeTarget {
  const key = `${file}\n${name}`;
  const scope = scopes.scope(file);
  if (scope === null || onTheWay.has(key)) return { kind: "missing" };
  const further = new Set([...onTheWay, key]);
  const exported = scope.exports.get(name);
  if (exported !== undefined) {
    if (!("local" in exported)) return follow(scopes, exported, file, further);
    const target = resolveLocal(scopes, file, exported.local, further);
    return target.kind === "global" ? { kind: "missing" } : target;
  }
  for (const specifier of scope.stars) {
    const target = follow(scopes, { specifier, name }, file, further);
    if (target.kind !== "missing" && target.kind !== "global") return target;
  }
  return { kind: "missing" };
}
