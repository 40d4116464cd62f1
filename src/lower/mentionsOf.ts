/** The names in a function that is not lowered: all that is known of what it may write and call. */
import type { Mentions } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";

export function mentionsOf(root: t.Node): Mentions {
  const names = new Set<string>();
  const properties = new Set<string>();
  const assigned = new Set<string>();
  let computes = false;
  const visit = (node: t.Node, isTarget: boolean): void => {
    switch (node.type) {
      case "Identifier":
        names.add(node.name);
        return;
      case "MemberExpression":
      case "OptionalMemberExpression": {
        const key = keyOf(node.property, node.computed);
        if (key !== null) properties.add(key);
        if (isTarget && key !== null) assigned.add(key);
        if (isTarget && key === null) computes = true;
        visit(node.object, false);
        if (node.computed) visit(node.property, false);
        return;
      }
      case "AssignmentExpression":
        visit(node.left, true);
        visit(node.right, false);
        return;
      case "AssignmentPattern":
        visit(node.left, isTarget);
        visit(node.right, false);
        return;
      case "ForInStatement":
      case "ForOfStatement":
        visit(node.left, true);
        visit(node.right, false);
        visit(node.body, false);
        return;
      case "UpdateExpression":
        visit(node.argument, true);
        return;
      case "UnaryExpression":
        visit(node.argument, node.operator === "delete");
        return;
      case "ObjectProperty": {
        const key = keyOf(node.key, node.computed);
        if (key !== null) properties.add(key);
        if (node.computed) visit(node.key, false);
        visit(node.value, isTarget);
        return;
      }
      default:
        for (const part of parts(node)) visit(part, isTarget && IN_PATTERNS.has(node.type));
    }
  };
  visit(root, false);
  return { names: [...names], properties: [...properties], assigned: [...assigned], computes };
}

const IN_PATTERNS: ReadonlySet<string> = new Set([
  "ArrayPattern",
  "ObjectPattern",
  "RestElement",
  "ParenthesizedExpression",
  "TSAsExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
]);

/** A name; private ones as far as they are known; null: computed. */
function keyOf(node: t.Node, isComputed: boolean): string | null {
  if (node.type === "PrivateName") return `\u0000${node.id.name}@`;
  if (node.type === "StringLiteral" || node.type === "NumericLiteral") return String(node.value);
  return node.type === "Identifier" && !isComputed ? node.name : null;
}

function parts(node: t.Node): t.Node[] {
  const found: t.Node[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (NOT_PARTS.has(key)) continue;
    for (const part of Array.isArray(value) ? (value as unknown[]) : [value as unknown])
      if (isNode(part)) found.push(part);
  }
  return found;
}

const NOT_PARTS: ReadonlySet<string> = new Set([
  "loc",
  "extra",
  "leadingComments",
  "innerComments",
  "trailingComments",
  "typeAnnotation",
  "returnType",
  "typeParameters",
]);

function isNode(value: unknown): value is t.Node {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}
