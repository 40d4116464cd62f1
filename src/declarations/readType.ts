/**
 * A written type as a declaration: its binding time, what is known of its values, the object type behind it.
 *
 * Needs the scopes of all modules that types come from. Promises: an answer for every type; a name that is imported from
 * a module of the program which does not export it is reported (it might have meant S or D) and says nothing else.
 * Algorithm: by the kind of node; names are followed across modules, type parameters replaced by what was read of their
 * arguments. Named object types are not entered, and an alias not inside of itself, so recursive types end: look them up
 * by `ref`.
 *
 * Example: with `type Stat<T> = S<T>`, `Stat<number> | undefined` is static, of type `number|undefined`.
 */
import type * as t from "@babel/types";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Sink } from "../diagnostics/sink.ts";
import { importTypeSource, typeArgs, typeParamName, typeParams } from "../syntax/babelCompat.ts";
import { locationOf } from "../syntax/location.ts";
import { readMembers } from "./readMembers.ts";
import type { TypeNode } from "./readTypeScope.ts";
import { builtinTypeText, keywordTypeText, unionTypeText } from "./typeNames.ts";
import { resolveTypeMember, resolveTypeName, type TypeScopes, type TypeTarget } from "./typeScopes.ts";
import type { Declared, TypeRef } from "./types.ts";

/** Where a type stands: its file, and what the type parameters there stand for. */
export interface TypePlace {
  readonly file: string;
  readonly bound: ReadonlyMap<string, Declared>;
  readonly depth: number;
  /** aliases that are being read: what one says of itself inside of itself is left out, else unions of them never end */
  readonly open: ReadonlySet<string>;
}

export interface TypeContext {
  readonly scopes: TypeScopes;
  readonly sink: Sink;
  /** whether some field of this named type is declared, inline or aside */
  hasBindingTimes(ref: TypeRef, nodes: readonly TypeNode[]): boolean;
}

/** Deeper aliases of generic aliases are not followed. */
const maxDepth = 32;

export const undeclared: Declared = { kind: "undeclared", type: "unknown", ref: null, fields: null, elements: null };

export function placeIn(file: string): TypePlace {
  return { file, bound: new Map(), depth: 0, open: new Set() };
}

export function readType(context: TypeContext, node: t.TSType, place: TypePlace): Declared {
  const read = (inner: t.TSType): Declared => readType(context, inner, place);
  switch (node.type) {
    case "TSParenthesizedType":
    case "TSOptionalType":
    case "TSRestType":
      return read(node.typeAnnotation);
    case "TSTypeOperator":
      if (node.operator === "readonly") return read(node.typeAnnotation);
      return ofText(node.operator === "keyof" ? "number|string|symbol" : "symbol");
    case "TSTypeReference":
      return readReference(context, node, place);
    case "TSImportType":
      return readImportType(context, node, place);
    case "TSUnionType":
      return unionOf(node.types.map(read));
    case "TSIntersectionType":
      return intersectionOf(node.types.map(read));
    case "TSArrayType":
      return arrayOf(read(node.elementType));
    case "TSTupleType":
      return readTuple(context, node, place);
    case "TSTypeLiteral":
      return objectOf(readMembers(node.members, (inner) => readType(context, inner, place)));
    case "TSLiteralType":
      return ofText(literalText(node.literal));
    default:
      return ofText(keywordTypeText(node.type) ?? "unknown");
  }
}

function ofText(type: string): Declared {
  return { ...undeclared, type };
}

function arrayOf(elements: Declared): Declared {
  const kind = elements.kind === "undeclared" ? "undeclared" : "partial";
  return { ...undeclared, kind, type: "Array", elements };
}

export function objectOf(fields: ReadonlyMap<string, Declared>): Declared {
  const declared = [...fields.values()].some((field) => field.kind !== "undeclared");
  return { ...undeclared, kind: declared ? "partial" : "undeclared", type: "object", fields };
}

function readTuple(context: TypeContext, node: t.TSTupleType, place: TypePlace): Declared {
  const fields = new Map<string, Declared>();
  node.elementTypes.forEach((element, index) => {
    const inner = element.type === "TSNamedTupleMember" ? element.elementType : element;
    if (inner.type !== "TSRestType") fields.set(String(index), readType(context, inner, place));
  });
  return { ...objectOf(fields), type: "Array" };
}

function literalText(literal: t.TSLiteralType["literal"]): string {
  switch (literal.type) {
    case "StringLiteral":
    case "TemplateLiteral":
      return "string";
    case "BooleanLiteral":
      return "boolean";
    case "BigIntLiteral":
      return "bigint";
    case "UnaryExpression":
      return literal.argument.type === "BigIntLiteral" ? "bigint" : "number";
    default:
      return "number";
  }
}

/** `S<number> | undefined`: the members that say a binding time have to agree; else nothing is declared. */
function unionOf(members: readonly Declared[]): Declared {
  const type = unionTypeText(members.map((member) => member.type));
  const solid = members.filter((member) => member.type !== "undefined" && member.type !== "null");
  const [first] = solid;
  if (first === undefined) return ofText(type);
  if (solid.length === 1) return { ...first, type };
  const same = solid.every((member) => member.kind === first.kind);
  return { ...undeclared, kind: same && first.kind !== "partial" ? first.kind : "undeclared", type };
}

/** `number & Brand` is a number; intersected objects have the fields of all. */
function intersectionOf(members: readonly Declared[]): Declared {
  const primitive = members.find((member) => !/unknown|object/.test(member.type));
  if (primitive !== undefined) return primitive;
  const fields = new Map(members.flatMap((member) => [...(member.fields ?? [])]));
  const ref = members.find((member) => member.ref !== null)?.ref ?? null;
  const kind = members.find((member) => member.kind !== "undeclared")?.kind ?? "undeclared";
  return { ...undeclared, kind, type: "object", ref, fields: fields.size > 0 ? fields : null };
}

// ---- names -------------------------------------------------------------------------------------------------------

function readReference(context: TypeContext, node: t.TSTypeReference, place: TypePlace): Declared {
  const { typeName } = node;
  if (typeName.type === "Identifier") {
    const bound = place.bound.get(typeName.name);
    if (bound !== undefined) return bound;
  }
  const target = resolveEntityName(context.scopes, typeName, place.file);
  if (target.kind === "global") {
    return typeName.type === "Identifier" ? readGlobal(context, typeName.name, node, place) : undeclared;
  }
  return readTarget(context, target, node, place);
}

/** `T`, or `N.T` with a namespace import `N`. */
export function resolveEntityName(scopes: TypeScopes, name: t.TSEntityName, file: string): TypeTarget {
  if (name.type === "Identifier") return resolveTypeName(scopes, file, name.name);
  if (name.type !== "TSQualifiedName") return { kind: "global" };
  return resolveTypeMember(scopes, resolveEntityName(scopes, name.left, file), name.right.name);
}

/** `import("./m").T` */
function readImportType(context: TypeContext, node: t.TSImportType, place: TypePlace): Declared {
  const specifier = importTypeSource(node);
  const { qualifier } = node;
  if (specifier === null || qualifier?.type !== "Identifier") return undeclared;
  const namespace: TypeTarget = { kind: "namespace", specifier, file: place.file };
  return readTarget(context, resolveTypeMember(context.scopes, namespace, qualifier.name), node, place);
}

function readTarget(
  context: TypeContext,
  target: TypeTarget,
  node: t.TSTypeReference | t.TSImportType,
  place: TypePlace,
): Declared {
  if (target.kind === "own") return readOwn(context, target.name, node, place);
  if (target.kind === "declared") return readDeclared(context, target, node, place);
  if (target.kind === "missing") {
    const name = node.type === "TSTypeReference" ? entityText(node.typeName) : "import()";
    context.sink.report(diagnose("SP1009", { name }, locationOf(node, place.file)));
  }
  return undeclared;
}

function entityText(name: t.TSEntityName): string {
  if (name.type === "Identifier") return name.name;
  return name.type === "TSQualifiedName" ? `${entityText(name.left)}.${name.right.name}` : "this";
}

/** S, D and Spec themselves. */
function readOwn(
  context: TypeContext,
  name: string,
  node: t.TSTypeReference | t.TSImportType,
  place: TypePlace,
): Declared {
  const [first, second] = typeArgs(node);
  const inner = first === undefined ? undeclared : readType(context, first, place);
  if (name === "S") {
    // A static object of which somebody says what is dynamic in it stays partially static.
    const literal = inner.kind === "partial" && inner.ref === null;
    return literal ? inner : { ...inner, kind: "static" };
  }
  if (name === "D") return { ...inner, kind: "dynamic", fields: null };
  if (name === "Spec") {
    const fields = second === undefined ? null : readType(context, second, place).fields;
    return { ...inner, kind: "partial", fields: fields ?? new Map<string, Declared>() };
  }
  return ofText(name === "Intern" || name === "Extern" ? "function" : "unknown");
}

function readGlobal(context: TypeContext, name: string, node: t.TSTypeReference, place: TypePlace): Declared {
  const text = builtinTypeText(name);
  const [first] = typeArgs(node);
  if (text === undefined) return undeclared;
  if (text === null) return first === undefined ? undeclared : readType(context, first, place);
  if (text === "Array" && first !== undefined) return arrayOf(readType(context, first, place));
  return ofText(text);
}

type DeclaredTarget = Extract<TypeTarget, { kind: "declared" }>;

function readDeclared(
  context: TypeContext,
  target: DeclaredTarget,
  node: t.TSTypeReference | t.TSImportType,
  place: TypePlace,
): Declared {
  const [declaration] = target.nodes;
  if (declaration === undefined || place.depth > maxDepth) return undeclared;
  const ref: TypeRef = { file: target.file, name: target.name };
  if (declaration.type === "TSEnumDeclaration") return ofText("number|string");
  const opened = `${target.file} ${target.name}`;
  if (place.open.has(opened)) return undeclared;
  const inner: TypePlace = {
    file: target.file,
    bound: bindParameters(context, declaration, typeArgs(node), place),
    depth: place.depth + 1,
    open: declaration.type === "TSTypeAliasDeclaration" ? new Set([...place.open, opened]) : place.open,
  };
  if (declaration.type === "TSTypeAliasDeclaration") {
    const read = readType(context, declaration.typeAnnotation, inner);
    if (!isObjectText(read.type) || read.ref !== null) return read;
    const declared = read.kind === "undeclared" && context.hasBindingTimes(ref, target.nodes);
    return { ...read, kind: declared ? "partial" : read.kind, ref, fields: inner.bound.size > 0 ? read.fields : null };
  }
  if (inner.bound.size > 0 && declaration.type === "TSInterfaceDeclaration") {
    const members = target.nodes.flatMap((piece) => (piece.type === "TSInterfaceDeclaration" ? piece.body.body : []));
    return { ...objectOf(readMembers(members, (type) => readType(context, type, inner))), ref };
  }
  const kind = context.hasBindingTimes(ref, target.nodes) ? "partial" : "undeclared";
  return { ...undeclared, kind, type: isCallable(target.nodes) ? "function" : "object", ref };
}

function isObjectText(text: string): boolean {
  return text === "object";
}

function isCallable(nodes: readonly TypeNode[]): boolean {
  return nodes.some(
    (node) =>
      node.type === "TSInterfaceDeclaration" &&
      node.body.body.some((member) => member.type === "TSCallSignatureDeclaration"),
  );
}

function bindParameters(
  context: TypeContext,
  declaration: TypeNode,
  args: readonly t.TSType[],
  place: TypePlace,
): ReadonlyMap<string, Declared> {
  const bound = new Map<string, Declared>();
  typeParams(declaration).forEach((parameter, index) => {
    const argument = args[index] ?? parameter.default;
    bound.set(typeParamName(parameter), argument ? readType(context, argument, place) : undeclared);
  });
  return bound;
}
