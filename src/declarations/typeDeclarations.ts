/** Object types of the program with their fields, and what a `Spec` says of them; each is read on first use. */
import type * as t from "@babel/types";
import { getOrCreate } from "../base/mapOf.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import { didYouMean } from "../diagnostics/didYouMean.ts";
import type { Sink } from "../diagnostics/sink.ts";
import { heritageName } from "../syntax/babelCompat.ts";
import { locationOf } from "../syntax/location.ts";
import { keyName, readAccessors, readAccessorSignatures, readClassFields, readMembers } from "./readMembers.ts";
import type { Origin } from "../ir/types.ts";
import { originOf } from "./readFunctionDeclaration.ts";
import { placeIn, readType, type TypeContext } from "./readType.ts";
import type { TypeNode } from "./readTypeScope.ts";
import { resolveTypeName, type TypeScopes } from "./typeScopes.ts";
import type { Declared, TypeDeclaration, TypeRef } from "./types.ts";

/** The list of fields in a `Spec`, and the file it stands in. */
export interface SpecNode {
  readonly file: string;
  readonly node: t.TSTypeLiteral;
}

export interface TypeDeclarations {
  readonly context: TypeContext;
  declaration(ref: TypeRef): TypeDeclaration | null;
  /** reports fields that a `Spec` names and its type does not have */
  checkSpecs(): void;
}

export function typeDeclarations(
  scopes: TypeScopes,
  specs: ReadonlyMap<string, readonly SpecNode[]>,
  sink: Sink,
): TypeDeclarations {
  const known = new Map<string, TypeDeclaration | null>();
  const timed = new Map<string, boolean>();
  const context: TypeContext = {
    scopes,
    sink,
    hasBindingTimes(ref) {
      const key = keyOf(ref);
      if (specs.has(key)) return true;
      const found = timed.get(key);
      if (found !== undefined) return found;
      timed.set(key, false); // a type that contains itself says nothing by that
      const answer = [...ownFields(context, ref, new Set()).values()].some((field) => field.kind !== "undeclared");
      timed.set(key, answer);
      return answer;
    },
  };
  const declaration = (ref: TypeRef): TypeDeclaration | null =>
    getOrCreate(known, keyOf(ref), () => readDeclaration(context, ref, specs.get(keyOf(ref)) ?? null));
  return { context, declaration, checkSpecs: () => checkSpecs(context, specs) };
}

function keyOf({ file, name }: TypeRef): string {
  return `${file}#${name}`;
}

function readDeclaration(
  context: TypeContext,
  ref: TypeRef,
  specs: readonly SpecNode[] | null,
): TypeDeclaration | null {
  const nodes = context.scopes.scope(ref.file)?.types.get(ref.name);
  const [first] = nodes ?? [];
  if (first === undefined || first.type === "TSEnumDeclaration") return null;
  const written = ownFields(context, ref, new Set());
  const fields = new Map<string, Declared>(
    [...written].map(([name, field]) => [name, specs === null ? field : { ...field, kind: "dynamic" as const }]),
  );
  const specifiedAt = new Map<string, Origin>();
  for (const { file, node } of specs ?? []) {
    for (const member of node.members) {
      const name = member.type === "TSPropertySignature" ? keyName(member.key, member.computed ?? false) : null;
      if (name !== null) specifiedAt.set(name, originOf(member, file));
    }
    const listed = readMembers(node.members, (type) => readType(context, type, placeIn(file)));
    for (const [name, field] of listed) fields.set(name, withTypeOf(field, written.get(name)));
  }
  const kind =
    first.type === "TSInterfaceDeclaration" ? "interface" : first.type === "TSTypeAliasDeclaration" ? "alias" : "class";
  const accessors = accessorsOf(context, ref, new Set());
  return { ref, origin: originOf(first, ref.file), kind, specified: specs !== null, specifiedAt, fields, accessors };
}

/** The `Spec` says the binding time; of the type the class itself may say more. */
function withTypeOf(spec: Declared, written: Declared | undefined): Declared {
  if (written === undefined) return spec;
  const listed = { ...spec, isOptional: written.isOptional ?? false };
  if (listed.type !== "unknown") return listed;
  return { ...listed, type: written.type, ref: listed.ref ?? written.ref };
}

/** The fields of a type and of what it extends. */
function ownFields(context: TypeContext, ref: TypeRef, onTheWay: Set<string>): Map<string, Declared> {
  const fields = new Map<string, Declared>();
  if (onTheWay.has(keyOf(ref))) return fields;
  onTheWay.add(keyOf(ref));
  const read = (type: t.TSType): Declared => readType(context, type, placeIn(ref.file));
  for (const node of context.scopes.scope(ref.file)?.types.get(ref.name) ?? []) {
    for (const base of basesOf(node)) {
      const target = resolveTypeName(context.scopes, ref.file, base);
      if (target.kind !== "declared") continue;
      for (const [name, field] of ownFields(context, target, onTheWay)) fields.set(name, field);
    }
    for (const [name, field] of fieldsOfNode(context, ref, node, read, onTheWay)) fields.set(name, field);
  }
  return fields;
}

/** Names of the accessors of a class and of what it extends. */
function accessorsOf(context: TypeContext, ref: TypeRef, onTheWay: Set<string>): ReadonlySet<string> {
  const names = new Set<string>();
  if (onTheWay.has(keyOf(ref))) return names;
  onTheWay.add(keyOf(ref));
  for (const node of context.scopes.scope(ref.file)?.types.get(ref.name) ?? []) {
    for (const base of basesOf(node)) {
      const target = resolveTypeName(context.scopes, ref.file, base);
      if (target.kind === "declared") for (const name of accessorsOf(context, target, onTheWay)) names.add(name);
    }
    if (node.type === "ClassDeclaration" || node.type === "ClassExpression")
      for (const name of readAccessors(node)) names.add(name);
    for (const name of readAccessorSignatures(membersOf(node))) names.add(name);
  }
  return names;
}

/** What an interface or the alias of a type literal lists. */
function membersOf(node: TypeNode): readonly t.TSTypeElement[] {
  if (node.type === "TSInterfaceDeclaration") return node.body.body;
  if (node.type !== "TSTypeAliasDeclaration") return [];
  const parts = node.typeAnnotation.type === "TSIntersectionType" ? node.typeAnnotation.types : [node.typeAnnotation];
  return parts.flatMap((part) => (part.type === "TSTypeLiteral" ? part.members : []));
}

function fieldsOfNode(
  context: TypeContext,
  ref: TypeRef,
  node: TypeNode,
  read: (type: t.TSType) => Declared,
  onTheWay: ReadonlySet<string>,
): Iterable<[string, Declared]> {
  switch (node.type) {
    case "TSInterfaceDeclaration":
      return readMembers(node.body.body, read);
    case "ClassDeclaration":
    case "ClassExpression":
      return readClassFields(node, read);
    case "TSTypeAliasDeclaration": {
      const { typeAnnotation } = node;
      if (typeAnnotation.type === "TSTypeLiteral") return readMembers(typeAnnotation.members, read);
      if (typeAnnotation.type === "TSIntersectionType") {
        return typeAnnotation.types.flatMap((part) => [...partFields(context, ref, part, read, onTheWay)]);
      }
      return partFields(context, ref, typeAnnotation, read, onTheWay);
    }
    default:
      return [];
  }
}

/** A part of an intersection, or an alias of another object type. */
function partFields(
  context: TypeContext,
  ref: TypeRef,
  part: t.TSType,
  read: (type: t.TSType) => Declared,
  onTheWay: ReadonlySet<string>,
): Iterable<[string, Declared]> {
  if (part.type === "TSTypeLiteral") return readMembers(part.members, read);
  if (part.type !== "TSTypeReference" || part.typeName.type !== "Identifier") return [];
  const target = resolveTypeName(context.scopes, ref.file, part.typeName.name);
  return target.kind === "declared" ? ownFields(context, target, new Set(onTheWay)) : [];
}

function basesOf(node: TypeNode): string[] {
  if (node.type === "TSInterfaceDeclaration") {
    return (node.extends ?? []).flatMap((base) => {
      const name = heritageName(base);
      return name.type === "Identifier" ? [name.name] : [];
    });
  }
  const isClass = node.type === "ClassDeclaration" || node.type === "ClassExpression";
  return isClass && node.superClass?.type === "Identifier" ? [node.superClass.name] : [];
}

function checkSpecs(context: TypeContext, specs: ReadonlyMap<string, readonly SpecNode[]>): void {
  for (const [key, nodes] of specs) {
    const [file = "", name = ""] = key.split("#");
    const known = [...ownFields(context, { file, name }, new Set()).keys()];
    if (known.length === 0) continue; // fields that only assignments make are not seen
    for (const { file: specFile, node } of nodes) {
      for (const member of node.members) {
        if (member.type !== "TSPropertySignature") continue;
        const field = keyName(member.key, member.computed ?? false);
        if (field === null || known.includes(field)) continue;
        const values = { type: name, name: field, hint: didYouMean(field, known), known: known.join(", ") };
        context.sink.report(diagnose("SP1004", values, locationOf(member, specFile)));
      }
    }
  }
}
