/** Names that occur free in a function's syntax, and a copy of it in which some of them are called otherwise. */
import type { NodePath } from "../syntax/babel.ts";
import { t, traverse } from "../syntax/babel.ts";
import { cloneWithProvenance } from "../syntax/location.ts";

const known = new WeakMap<t.Node, ReadonlySet<string>>();

export function freeNames(node: t.Node): ReadonlySet<string> {
  const found = known.get(node);
  if (found !== undefined) return found;
  const names = new Set<string>();
  eachFree(wrap(t.cloneNode(node, true, true)), (path) => names.add(path.node.name));
  known.set(node, names);
  return names;
}

/** Free names are replaced by what they now refer to; the original stays as it is. */
export function renameFree(node: t.Node, names: ReadonlyMap<string, () => t.Expression>): t.Node {
  const copy = cloneWithProvenance(node);
  const file = wrap(copy);
  const replaced: (() => void)[] = [];
  eachFree(file, (path) => {
    const replacement = names.get(path.node.name);
    if (replacement === undefined) return;
    replaced.push(() => {
      const value = replacement();
      if (t.isIdentifier(value) && value.name === path.node.name) return;
      if (path.parentPath?.isObjectProperty() && path.parentPath.node.shorthand) path.parentPath.node.shorthand = false;
      if (t.isIdentifier(value)) path.node.name = value.name;
      else path.replaceWith(value);
    });
  });
  for (const replace of replaced) replace();
  return unwrap(file);
}

function wrap(node: t.Node): t.File {
  if (t.isFunctionDeclaration(node)) return t.file(t.program([node]));
  if (t.isExpression(node)) return t.file(t.program([t.expressionStatement(node)]));
  if (t.isObjectMethod(node)) return t.file(t.program([t.expressionStatement(t.objectExpression([node]))]));
  if (t.isClassMethod(node) || t.isClassPrivateMethod(node) || t.isStaticBlock(node)) {
    return t.file(
      t.program([t.expressionStatement(t.classExpression(null, t.identifier("Object"), t.classBody([node])))]),
    );
  }
  throw new Error(`no function: ${node.type}`);
}

function unwrap(file: t.File): t.Node {
  const statement = file.program.body[0]!;
  if (!t.isExpressionStatement(statement)) return statement;
  const { expression } = statement;
  if (t.isObjectExpression(expression)) return expression.properties[0]!;
  return t.isClassExpression(expression) ? expression.body.body[0]! : expression;
}

function eachFree(file: t.File, visit: (path: NodePath<t.Identifier | t.JSXIdentifier>) => void): void {
  traverse(file, {
    Identifier(path) {
      const { node, parent, scope } = path;
      if (!t.isReferenced(node, parent, path.parentPath?.parent) && !isAssigned(path)) return;
      if (!scope.hasBinding(node.name, { noGlobals: true })) visit(path);
    },
    JSXIdentifier(path) {
      const { node, parent, scope } = path;
      const isName =
        t.isJSXOpeningElement(parent) ||
        t.isJSXClosingElement(parent) ||
        (t.isJSXMemberExpression(parent) && parent.object === node);
      if (isName && !scope.hasBinding(node.name, { noGlobals: true })) visit(path);
    },
  });
}

function isAssigned(path: NodePath<t.Identifier>): boolean {
  const { parent } = path;
  if (t.isAssignmentExpression(parent)) return parent.left === path.node;
  if (t.isUpdateExpression(parent) || t.isRestElement(parent) || t.isArrayPattern(parent)) return true;
  if (t.isForXStatement(parent)) return parent.left === path.node;
  if (t.isAssignmentPattern(parent)) return parent.left === path.node;
  return t.isObjectProperty(parent) && parent.value === path.node && t.isObjectPattern(path.parentPath?.parent);
}
