/**
 * The declarations of a file aside, each given to the function or type that it speaks of.
 *
 * `export type F = Intern<typeof f, (n: S<number>) => number>` speaks of `f`, wherever `f` is imported from;
 * `typeof C.prototype.m` of a method. What fits nothing is reported as SP1006.
 */
import type * as t from "@babel/types";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Origin } from "../ir/types.ts";
import { typeArgs } from "../syntax/babelCompat.ts";
import { locationOf } from "../syntax/location.ts";
import { originOf, readFunctionDeclaration, type Head } from "./readFunctionDeclaration.ts";
import { placeIn, resolveEntityName, type TypeContext } from "./readType.ts";
import type { NamedFunction } from "./readTypeScope.ts";
import type { SpecNode } from "./typeDeclarations.ts";

export interface AsideFunction {
  readonly target: NamedFunction;
  readonly mode: "intern" | "extern";
  readonly head: Head;
  readonly declaredAt: Origin;
  readonly changes: readonly string[] | null;
}

/** Where a value at module scope of `file` leads; null: out of the program or nowhere. */
export type ResolveValue = (file: string, name: string) => { readonly file: string; readonly name: string } | null;

export interface Attribution {
  addFunction(file: string, found: AsideFunction): void;
  addSpec(key: string, found: SpecNode): void;
}

export function attributeAside(
  context: TypeContext,
  file: string,
  ast: t.File,
  resolveValue: ResolveValue,
  attribution: Attribution,
): void {
  for (const statement of ast.program.body) {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type !== "TSTypeAliasDeclaration") continue;
    const node = declaration.typeAnnotation;
    if (node.type !== "TSTypeReference") continue;
    const meaning = resolveEntityName(context.scopes, node.typeName, file);
    if (meaning.kind !== "own") continue;
    if (meaning.name === "Spec") attributeSpec(context, file, node, attribution);
    if (meaning.name !== "Intern" && meaning.name !== "Extern") continue;
    const mode = meaning.name === "Intern" ? "intern" : "extern";
    const found = attributeFunction(context, file, node, mode, resolveValue);
    if (typeof found === "string") misfit(context, file, node, found);
    else attribution.addFunction(found.file, found.aside);
  }
}

function misfit(context: TypeContext, file: string, node: t.Node, reason: string): void {
  context.sink.report(diagnose("SP1006", { reason }, locationOf(node, file)));
}

function attributeSpec(context: TypeContext, file: string, node: t.TSTypeReference, attribution: Attribution): void {
  const [type, fields] = typeArgs(node);
  if (type?.type !== "TSTypeReference" || fields?.type !== "TSTypeLiteral") {
    return misfit(context, file, node, "Spec takes a named type and a list of fields");
  }
  const target = resolveEntityName(context.scopes, type.typeName, file);
  if (target.kind !== "declared") return misfit(context, file, type, "its type is not declared in this program");
  attribution.addSpec(`${target.file}#${target.name}`, { file, node: fields });
}

type Found = { readonly file: string; readonly aside: AsideFunction };

/** The function that is spoken of, or why there is none. */
function attributeFunction(
  context: TypeContext,
  file: string,
  node: t.TSTypeReference,
  mode: "intern" | "extern",
  resolveValue: ResolveValue,
): Found | string {
  const [query, signature, changes] = typeArgs(node);
  if (query?.type !== "TSTypeQuery") return "the first argument is not `typeof` a function";
  if (signature?.type !== "TSFunctionType") return "the second argument is not a function type";
  const path = query.exprName.type === "TSImportType" ? null : pathOf(query.exprName);
  const [base, ...members] = path ?? [];
  if (base === undefined) return "only names of this file's imports can be spoken of";
  const value = resolveValue(file, base);
  if (value === null) return `\`${base}\` is not a value of this program`;
  const name = [value.name, ...members.filter((member) => member !== "prototype")].join(".");
  const target = context.scopes.scope(value.file)?.functions.find((one) => one.name === name);
  if (target === undefined) return `\`${name}\` is not a function`;
  const head = readFunctionDeclaration(context, signature, placeIn(file));
  const wanted = target.node.params.filter((param) => !(param.type === "Identifier" && param.name === "this")).length;
  if (head.params.length !== wanted) {
    return `\`${name}\` has ${wanted} parameters, and the declaration ${head.params.length}`;
  }
  const aside = { target, mode, head, declaredAt: originOf(node, file), changes: changedPaths(changes) };
  return { file: value.file, aside };
}

function pathOf(name: t.TSEntityName): string[] | null {
  if (name.type === "Identifier") return [name.name];
  if (name.type !== "TSQualifiedName") return null;
  const left = pathOf(name.left);
  return left === null ? null : [...left, name.right.name];
}

/** `"sk.err" | "sk.wmem"`; `never` is nothing; anything else may be everything. */
function changedPaths(type: t.TSType | undefined): readonly string[] | null {
  if (type === undefined) return null;
  if (type.type === "TSNeverKeyword") return [];
  const members = type.type === "TSUnionType" ? type.types : [type];
  const paths = members.map((member) =>
    member.type === "TSLiteralType" && member.literal.type === "StringLiteral" ? member.literal.value : null,
  );
  return paths.includes(null) ? null : paths.filter((path) => path !== null);
}
