/**
 * Where the syntax trees of Babel 7 and Babel 8 differ, and the rest of the product must not know. Every accessor reads
 * both forms; none changes the node.
 */
import type { t } from "./babel.ts";

/** A node as a bag of fields: the types of one Babel version do not know the fields of the other. */
type Fields = Readonly<Record<string, unknown>>;

function fields(node: t.Node): Fields {
  return node as unknown as Fields;
}

function isNode(value: unknown): value is t.Node {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

/** `A, B` of `f<A, B>()`, `T<A, B>`, `typeof f<A>`; empty when there are none. Declared type parameters do not count. */
export function typeArgs(node: t.Node): readonly t.TSType[] {
  const bag = fields(node);
  for (const held of [bag["typeArguments"], bag["typeParameters"]]) {
    if (isNode(held) && held.type === "TSTypeParameterInstantiation") return held.params;
  }
  return [];
}

/** `A` of `class C extends B<A>`. */
export function superTypeArgs(node: t.Class): readonly t.TSType[] {
  const bag = fields(node);
  for (const held of [bag["superTypeArguments"], bag["superTypeParameters"]]) {
    if (isNode(held) && held.type === "TSTypeParameterInstantiation") return held.params;
  }
  return [];
}

/** `T, U` of `function f<T, U>` and of type aliases, interfaces, classes, function types. */
export function typeParams(node: t.Node): readonly t.TSTypeParameter[] {
  const held = fields(node)["typeParameters"];
  return isNode(held) && held.type === "TSTypeParameterDeclaration" ? held.params : [];
}

/** The name of a declared type parameter: text in 7, an identifier in 8. */
export function typeParamName(node: t.TSTypeParameter): string {
  const name: unknown = node.name;
  return typeof name === "string" ? name : (name as t.Identifier).name;
}

/** The parameters of a function, method, or of a function type, constructor type or signature. */
export function params(node: t.Node): readonly t.Node[] {
  const bag = fields(node);
  return (bag["params"] ?? bag["parameters"] ?? []) as readonly t.Node[];
}

/** The declared result of a function, method, or function type; null when there is none. */
export function returnType(node: t.Node): t.TSType | null {
  const bag = fields(node);
  const held = bag["returnType"] ?? bag["typeAnnotation"];
  return isNode(held) && held.type === "TSTypeAnnotation" ? held.typeAnnotation : null;
}

export function enumMembers(node: t.TSEnumDeclaration): readonly t.TSEnumMember[] {
  const body = fields(node)["body"];
  return (isNode(body) ? fields(body)["members"] : node.members) as readonly t.TSEnumMember[];
}

/** The digits of `123n`, without the n; as a bigint they are `BigInt(text)`. */
export function bigintText(node: t.BigIntLiteral): string {
  return String(node.value as unknown);
}

/** `K in C` of a mapped type. */
export function mappedKey(node: t.TSMappedType): { readonly name: string; readonly constraint: t.TSType | null } {
  const bag = fields(node);
  const parameter = bag["typeParameter"];
  if (isNode(parameter)) {
    const declared = parameter as t.TSTypeParameter;
    return { name: typeParamName(declared), constraint: declared.constraint ?? null };
  }
  const key = bag["key"];
  return {
    name: typeof key === "string" ? key : (key as t.Identifier).name,
    constraint: isNode(bag["constraint"]) ? (bag["constraint"] as t.TSType) : null,
  };
}

/** What is named in `implements X` or `interface I extends X`. */
export function heritageName(node: t.Node): t.Node {
  return fields(node)["expression"] as t.Node;
}

/** The text of `"./m"` in the type `import("./m").T`. */
export function importTypeSource(node: t.TSImportType): string | null {
  const bag = fields(node);
  const held = bag["source"] ?? bag["argument"];
  if (!isNode(held)) return null;
  if (held.type === "StringLiteral") return held.value;
  const literal = fields(held)["literal"];
  return isNode(literal) && literal.type === "StringLiteral" ? literal.value : null;
}

/** The argument of `import(x)`, or null when the node is something else. */
export function dynamicImportSource(node: t.Node): t.Node | null {
  if (node.type === "ImportExpression") return node.source;
  if (node.type === "CallExpression" && node.callee.type === "Import") return node.arguments[0] ?? null;
  return null;
}
