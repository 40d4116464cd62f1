/** The fields of an interface, type literal or class, each by its written type; methods and call signatures are none. */
import type * as t from "@babel/types";
import { returnType } from "../syntax/babelCompat.ts";
import type { Declared } from "./types.ts";

const unknownField: Declared = { kind: "undeclared", type: "unknown", ref: null, fields: null, elements: null };

const methodField: Declared = { ...unknownField, type: "function" };

type Read = (type: t.TSType) => Declared;

export function readMembers(members: readonly t.TSTypeElement[], read: Read): Map<string, Declared> {
  const fields = new Map<string, Declared>();
  for (const member of members) {
    if (member.type === "TSMethodSignature") {
      const name = keyName(member.key, member.computed ?? false);
      const type = member.kind === "get" ? returnType(member) : null;
      const field = member.kind === "method" ? methodField : type === null ? unknownField : read(type);
      if (name !== null && (member.kind !== "set" || !fields.has(name)))
        fields.set(name, { ...optional(field, member.optional ?? false), isOptional: true });
    }
    if (member.type !== "TSPropertySignature") continue;
    const name = keyName(member.key, member.computed ?? false);
    const type = returnType(member);
    if (name !== null) fields.set(name, optional(type === null ? unknownField : read(type), member.optional ?? false));
  }
  return fields;
}

/** Fields that a class declares: properties and parameter properties, those of its superclass not included. */
export function readClassFields(node: t.Class, read: Read): Map<string, Declared> {
  const fields = new Map<string, Declared>();
  for (const member of node.body.body) {
    if ((member.type === "ClassProperty" || member.type === "ClassAccessorProperty") && !member.static) {
      const name = keyName(member.key, member.computed ?? false);
      const type = annotated(member.typeAnnotation);
      if (name !== null) fields.set(name, ownField(type === null ? initialType(member.value) : read(type), member));
    }
    if (member.type === "ClassMethod" && member.kind === "constructor") {
      for (const parameter of member.params) {
        if (parameter.type !== "TSParameterProperty") continue;
        const target =
          parameter.parameter.type === "AssignmentPattern" ? parameter.parameter.left : parameter.parameter;
        if (target.type !== "Identifier") continue;
        const type = annotated(target.typeAnnotation);
        fields.set(target.name, type === null ? unknownField : read(type));
      }
    }
    if (member.type === "ClassMethod" && member.kind === "get" && !member.static) {
      const name = keyName(member.key, member.computed);
      const type = returnType(member);
      if (name !== null) fields.set(name, { ...(type === null ? unknownField : read(type)), isOptional: true });
    }
  }
  return fields;
}

/** Names of the getters and setters that an interface or type literal declares. */
export function readAccessorSignatures(members: readonly t.TSTypeElement[]): string[] {
  return members.flatMap((member) => {
    const isAccessor = member.type === "TSMethodSignature" && (member.kind === "get" || member.kind === "set");
    return isAccessor ? (keyName(member.key, member.computed ?? false) ?? []) : [];
  });
}

/** Names of the getters and setters of a class's instances. */
export function readAccessors(node: t.Class): string[] {
  return node.body.body.flatMap((member) => {
    const isAccessor = member.type === "ClassMethod" && (member.kind === "get" || member.kind === "set");
    if (!isAccessor || member.static === true) return [];
    return keyName(member.key, member.computed) ?? [];
  });
}

/** The type in an annotation `: T`. */
export function annotated(annotation: t.Node | null | undefined): t.TSType | null {
  return annotation?.type === "TSTypeAnnotation" ? annotation.typeAnnotation : null;
}

function optional(field: Declared, isOptional: boolean): Declared {
  if (!isOptional) return field;
  if (field.type === "unknown") return { ...field, isOptional };
  return { ...field, isOptional, type: [...new Set([...field.type.split("|"), "undefined"])].sort().join("|") };
}

/** A field as a class declares it; what it only says of others (`declare`), and its accessors, its objects need not own. */
function ownField(type: Declared, member: t.ClassProperty | t.ClassAccessorProperty): Declared {
  const field = optional(type, member.optional ?? false);
  const isOwn = member.type === "ClassProperty" && member.declare !== true && member.abstract !== true;
  return isOwn ? field : { ...field, isOptional: true };
}

function initialType(value: t.Expression | null | undefined): Declared {
  const types: Readonly<Record<string, string>> = {
    NumericLiteral: "number",
    StringLiteral: "string",
    TemplateLiteral: "string",
    BooleanLiteral: "boolean",
    BigIntLiteral: "bigint",
  };
  return { ...unknownField, type: types[value?.type ?? ""] ?? "unknown" };
}

export function keyName(key: t.Node, computed: boolean): string | null {
  if (key.type === "StringLiteral") return key.value;
  if (key.type === "NumericLiteral") return String(key.value);
  return key.type === "Identifier" && !computed ? key.name : null;
}
