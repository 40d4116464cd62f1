/**
 * The declarations of a program: what its functions and types say inline, and what files aside (`*.spec.ts`) say of them.
 *
 * Needs: the type scopes of all modules, and where values lead. Promises: one `Declarations` per module, read on first
 * use; an inline declaration is overridden by one aside, parameter by parameter; what fits nothing is reported.
 * Algorithm: first the files aside are searched for `Intern`, `Extern` and `Spec`, each attributed to the module that
 * its function or type is declared in; then modules are read one by one as they are asked for.
 *
 * Tempo has its declarations in files of their own too (Consel et al., "Tempo: Specializing Systems Applications and
 * Beyond", 1998).
 */
import type * as t from "@babel/types";
import { getOrCreate } from "../base/mapOf.ts";
import type { Sink } from "../diagnostics/sink.ts";
import { attributeAside, type AsideFunction, type ResolveValue } from "./attributeAside.ts";
import { readFunctionDeclaration, originOf, type Head } from "./readFunctionDeclaration.ts";
import { placeIn, readType, type TypeContext } from "./readType.ts";
import type { NamedFunction, TypeScope } from "./readTypeScope.ts";
import { typeDeclarations, type SpecNode, type TypeDeclarations } from "./typeDeclarations.ts";
import type { TypeScopes } from "./typeScopes.ts";
import type { Declarations, Declared, FunctionDeclaration, TypeDeclaration, TypeRef } from "./types.ts";

export interface ProgramDeclarations {
  declarationsOf(file: string): Declarations;
  typeDeclaration(ref: TypeRef): TypeDeclaration | null;
  /** what a type written at a place in `file` declares */
  readTypeIn(file: string, node: t.TSType): Declared;
}

export function readDeclarations(
  scopes: TypeScopes,
  asideFiles: readonly { readonly file: string; readonly ast: t.File }[],
  resolveValue: ResolveValue,
  sink: Sink,
): ProgramDeclarations {
  const specs = new Map<string, SpecNode[]>();
  const asideFunctions = new Map<string, AsideFunction[]>();
  const types: TypeDeclarations = typeDeclarations(scopes, specs, sink);
  for (const { file, ast } of asideFiles) {
    attributeAside(types.context, file, ast, resolveValue, {
      addFunction: (target, found) => getOrCreate(asideFunctions, target, () => []).push(found),
      addSpec: (key, found) => getOrCreate(specs, key, () => []).push(found),
    });
  }
  types.checkSpecs();
  const known = new Map<string, Declarations>();
  return {
    declarationsOf: (file) =>
      getOrCreate(known, file, () => readModule(types, scopes.scope(file), file, asideFunctions.get(file) ?? [])),
    typeDeclaration: (ref) => types.declaration(ref),
    readTypeIn: (file, node) => readType(types.context, node, placeIn(file)),
  };
}

function readModule(
  types: TypeDeclarations,
  scope: TypeScope | null,
  file: string,
  aside: readonly AsideFunction[],
): Declarations {
  const asideByNode = new Map(aside.map((found) => [found.target.node, found]));
  const functions: FunctionDeclaration[] = [];
  for (const named of scope?.functions ?? []) {
    const inline = readInline(types.context, named, file);
    const found = asideByNode.get(named.node);
    functions.push(found === undefined ? inline : overridden(inline, found));
  }
  const byName = new Map<string, FunctionDeclaration>();
  for (const one of functions) if (one.name !== "" && !byName.has(one.name)) byName.set(one.name, one);
  const declared = new Map<string, TypeDeclaration>();
  for (const name of scope?.types.keys() ?? []) {
    const type = types.declaration({ file, name });
    if (type !== null) declared.set(name, type);
  }
  return {
    file,
    functions,
    byName,
    byOrigin: new Map(functions.map((one) => [`${one.origin.line}:${one.origin.column}`, one])),
    types: declared,
  };
}

function readInline(
  context: TypeContext,
  { name, node, declaredType }: NamedFunction,
  file: string,
): FunctionDeclaration {
  const place = placeIn(file);
  const origin = originOf(node, file);
  const head = readFunctionDeclaration(context, node, place);
  const merged =
    declaredType?.type === "TSFunctionType" ? under(head, readFunctionDeclaration(context, declaredType, place)) : head;
  return { name, origin, mode: "inline", declaredAt: origin, changes: null, ...merged };
}

/** What the head itself does not say is said by the type of the variable that holds the function. */
function under(head: Head, outer: Head): Head {
  return {
    thisParam: head.thisParam ?? outer.thisParam,
    params: head.params.map((param, index) =>
      says(param.declared) ? param : { ...param, declared: outer.params[index]?.declared ?? param.declared },
    ),
    result: says(head.result) ? head.result : outer.result,
  };
}

/** The function's own names and places, with the binding times from aside. */
function overridden(inline: FunctionDeclaration, aside: AsideFunction): FunctionDeclaration {
  const { head, mode, declaredAt, changes } = aside;
  return {
    ...inline,
    mode,
    declaredAt,
    changes,
    thisParam: head.thisParam ?? inline.thisParam,
    params: inline.params.map((param, index) => {
      const declared = head.params[index]?.declared;
      return declared !== undefined && says(declared) ? { ...param, declared } : param;
    }),
    result: says(head.result) ? head.result : inline.result,
  };
}

function says({ kind, type, ref }: Declared): boolean {
  return kind !== "undeclared" || type !== "unknown" || ref !== null;
}
