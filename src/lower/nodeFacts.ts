/** Small questions about syntax nodes. */
import { type t } from "../syntax/babel.ts";

/** The expression behind type syntax and parentheses. */
export function unwrap(node: t.Node): t.Node {
  let inner = node;
  for (;;) {
    switch (inner.type) {
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
      case "TSTypeAssertion":
      case "TSInstantiationExpression":
      case "ParenthesizedExpression":
      case "TypeCastExpression":
        inner = inner.expression;
        break;
      default:
        return inner;
    }
  }
}

/** The names bound by patterns, in order. */
export function patternNames(patterns: readonly t.Node[]): t.Identifier[] {
  const names: t.Identifier[] = [];
  const collect = (node: t.Node | null): void => {
    switch (node?.type) {
      case "Identifier":
        names.push(node);
        break;
      case "ObjectPattern":
        for (const property of node.properties)
          collect(property.type === "RestElement" ? property.argument : property.value);
        break;
      case "ArrayPattern":
        node.elements.forEach(collect);
        break;
      case "AssignmentPattern":
        collect(node.left);
        break;
      case "RestElement":
        collect(node.argument);
        break;
      case "TSParameterProperty":
        collect(node.parameter);
        break;
      default:
        break;
    }
  };
  patterns.forEach(collect);
  return names;
}

/** Parameters at run time: without TypeScript's `this`. */
export function parametersOf(node: t.Function): readonly t.Node[] {
  const params: readonly t.Node[] = node.params;
  const first = params[0];
  return first?.type === "Identifier" && first.name === "this" ? params.slice(1) : params;
}

export function hasUseStrict(node: t.Node): boolean {
  return "directives" in node && (node.directives ?? []).some((d) => d.value.value === "use strict");
}

/** `declare ...`, types, overloads: nothing at run time. */
export function isDeclared(node: t.Node): boolean {
  switch (node.type) {
    case "TSDeclareFunction":
    case "TSDeclareMethod":
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSNamespaceExportDeclaration":
      return true;
    default:
      return "declare" in node && node.declare === true;
  }
}

/** A function or class expression that takes its name from where it is put. */
export function isAnonymousFunction(value: t.Node | null | undefined): boolean {
  const node = value ? (value.type === "ParenthesizedExpression" ? unwrap(value) : value) : null;
  switch (node?.type) {
    case "ArrowFunctionExpression":
      return true;
    case "FunctionExpression":
    case "ClassExpression":
      return !node.id;
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
      return isAnonymousFunction(node.expression);
    default:
      return false;
  }
}

/** A function expression or arrow without a name. */
export function isNamelessFunction(value: t.Node): boolean {
  return isAnonymousFunction(value) && unwrap(value).type !== "ClassExpression";
}

/** A computed key that is a literal. */
export function isConstantKey(key: t.Node): boolean {
  return key.type === "StringLiteral" || key.type === "NumericLiteral";
}

export function isSuperMember(node: t.Node): boolean {
  const inner = unwrap(node);
  return (
    (inner.type === "MemberExpression" || inner.type === "OptionalMemberExpression") && inner.object.type === "Super"
  );
}

export function isSuperCallStatement(node: t.Node): boolean {
  return (
    node.type === "ExpressionStatement" &&
    node.expression.type === "CallExpression" &&
    node.expression.callee.type === "Super"
  );
}
