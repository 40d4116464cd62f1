/**
 * Functions and classes as values. A function has the name that lower gave it: where the place gives another one, the
 * function brings its own or stands where no name is given.
 */
import type { IrFunction } from "../ir/types.ts";
import { t } from "../syntax/babel.ts";
import { atLocation } from "../syntax/location.ts";
import type { FunctionParts, PrintContext } from "./printing.ts";
import type { Operation, Tree } from "./tree.ts";
import { Refusal } from "./tree.ts";

export function printNamed(ctx: PrintContext, tree: Tree, name: string | null): t.Expression {
  if (tree.kind !== "operation") return ctx.expression(tree);
  if (tree.step.op === "class") {
    const own = tree.step.definition.name;
    const made = ctx.classExpression(tree, name);
    return made.id === null || made.id === undefined ? rename(made, own, name) : made;
  }
  if (tree.step.op !== "closure") return ctx.expression(tree);
  const fn = ctx.module.functions[tree.step.func]!;
  const parts = ctx.functionParts({ func: fn.id, captures: tree.operands });
  // what it would hide by its own name: variables are called anew
  const uses = tree.operands.map((operand) => ctx.expression(operand));
  const isHidden = uses.some((used) => t.isIdentifier(used) && used.name === fn.name);
  if (fn.kind === "arrow" && fn.usesSuper && !ctx.fn.usesSuper)
    throw new Refusal("an arrow function that uses `super` apart from the method around it");
  const made = atLocation(functionExpression(fn, parts, isHidden), tree.step.origin);
  return t.isFunctionExpression(made) && made.id ? made : rename(made, fn.name, name);
}

function functionExpression(fn: IrFunction, parts: FunctionParts, isHidden: boolean): t.Expression {
  if (parts.opaque !== null) return opaqueExpression(parts.opaque);
  const { params, body } = parts;
  switch (fn.kind) {
    case "arrow":
      return t.arrowFunctionExpression(params, conciseBody(body));
    case "function":
      if (isHidden && fn.selfSlot !== null)
        throw new Refusal("a function whose own name hides a variable that it uses");
      return t.functionExpression(isHidden ? null : ownName(fn), params, body);
    case "method": {
      if (fn.usesSuper) throw new Refusal("a method that uses `super` as a value");
      const key = t.isValidIdentifier(fn.name, false) ? t.identifier(fn.name) : t.stringLiteral(fn.name);
      const holder = t.objectExpression([t.objectMethod("method", key, params, body)]);
      return t.memberExpression(holder, t.cloneNode(key), !t.isIdentifier(key));
    }
    default:
      throw new Refusal(`a ${fn.kind} as a value`);
  }
}

/** Of a named function expression, or where the function refers to itself. */
function ownName(fn: IrFunction): t.Identifier | null {
  const id = (fn.syntax as { readonly id?: t.Identifier | null } | undefined)?.id;
  return (id || fn.selfSlot !== null) && t.isValidIdentifier(fn.name) ? t.identifier(fn.name) : null;
}

export function opaqueExpression(node: t.Node): t.Expression {
  if (t.isFunctionDeclaration(node)) {
    const made = t.functionExpression(
      node.id ?? null,
      node.params as t.FunctionExpression["params"],
      node.body,
      node.generator,
      node.async,
    );
    return atLocation(made, null);
  }
  if (t.isExpression(node)) return node;
  throw new Refusal("a method as a value");
}

/** `return x` as the whole body of an arrow. */
export function conciseBody(body: t.BlockStatement): t.BlockStatement | t.Expression {
  const [only] = body.body;
  if (body.body.length !== 1 || !t.isReturnStatement(only) || !only.argument || body.directives.length > 0) return body;
  return only.argument;
}

/** The place would call an anonymous function `given`; it is called `own`. */
function rename(made: t.Expression, own: string, given: string | null): t.Expression {
  if (own === (given ?? "") || (!t.isFunction(made) && !t.isClass(made))) return made;
  if (own === "") return t.sequenceExpression([t.numericLiteral(0), made]);
  const key = t.isValidIdentifier(own, false) ? t.identifier(own) : t.stringLiteral(own);
  return t.memberExpression(t.objectExpression([t.objectProperty(key, made)]), t.cloneNode(key), !t.isIdentifier(key));
}

/** The tree is a function declaration of the source, or may be one. */
export function declaredFunction(ctx: PrintContext, tree: Tree): (Operation & { step: { op: "closure" } }) | null {
  if (tree.kind !== "operation" || tree.step.op !== "closure") return null;
  const fn = ctx.module.functions[tree.step.func]!;
  const syntax = fn.syntax as t.Node | undefined;
  const isDeclaration = syntax === undefined ? fn.kind === "function" : t.isFunctionDeclaration(syntax);
  return isDeclaration ? (tree as Operation & { step: { op: "closure" } }) : null;
}
