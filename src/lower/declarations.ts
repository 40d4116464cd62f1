/** Variable, class and enum declarations. */
import { definitely } from "../base/invariant.ts";
import type { Operand } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { enumMembers } from "../syntax/babelCompat.ts";
import { lowerAssignment } from "./assignments.ts";
import { lowerClass } from "./classes.ts";
import { stable, UNDEFINED, type Context } from "./context.ts";
import { isDeclared } from "./nodeFacts.ts";
import { assignPattern, declarePattern } from "./patterns.ts";
import type { Binding } from "./scopes.ts";
import { directSlot, initializeVariable, readBinding } from "./variables.ts";

export function lowerVariables(ctx: Context, node: t.VariableDeclaration): void {
  if (isDeclared(node)) return;
  for (const { id, init } of node.declarations) {
    if (node.kind === "var" && !init) continue;
    if (id.type !== "Identifier") {
      const value = init ? stable(ctx, ctx.expression(init), id) : UNDEFINED;
      if (node.kind === "var") assignPattern(ctx, id, value);
      else declarePattern(ctx, id, value);
      continue;
    }
    const binding = bindingOf(ctx, id);
    if (node.kind === "var" && init && binding.storage !== "module")
      lowerAssignment(ctx, {
        type: "AssignmentExpression",
        operator: "=",
        left: id,
        right: init,
      } as t.AssignmentExpression);
    else initializeVariable(ctx, binding, init ? ctx.named(init, id.name, directSlot(ctx, binding)) : UNDEFINED);
  }
}

function bindingOf(ctx: Context, id: t.Node): Binding {
  return definitely(ctx.module.analysis.bindings.get(id), "the binding of a declaration");
}

export function lowerClassDeclaration(ctx: Context, node: t.ClassDeclaration): void {
  if (isDeclared(node)) return;
  if (!node.id) {
    const binding = definitely(ctx.module.analysis.module.bindings.get("*default*"), "the default export");
    initializeVariable(ctx, binding, lowerClass(ctx, node, "default"));
    return;
  }
  const binding = bindingOf(ctx, node.id);
  initializeVariable(ctx, binding, lowerClass(ctx, node, node.id.name, directSlot(ctx, binding)));
}

/** An object with the members, and for numbers their names the other way round; a second declaration adds to the first. */
export function lowerEnum(ctx: Context, node: t.TSEnumDeclaration): void {
  if (isDeclared(node)) return;
  const { build } = ctx;
  const binding = bindingOf(ctx, node.id);
  const isFirst = binding.node === node.id;
  const object = isFirst
    ? build.compute(undefined, (dst) => ({ op: "object", dst, properties: [] }))
    : readBinding(ctx, binding, false);
  if (isFirst) initializeVariable(ctx, binding, object);
  let next: Operand = { value: 0 };
  for (const member of enumMembers(node)) {
    const name = member.id.type === "Identifier" ? member.id.name : (member.id as t.StringLiteral).value;
    const value: Operand = member.initializer ? ctx.expression(member.initializer) : next;
    build.emit({ op: "setProp", object, key: { value: name }, value });
    if (typeof value === "object" && typeof value.value === "string") continue;
    const isText =
      member.initializer &&
      (member.initializer.type === "StringLiteral" || member.initializer.type === "TemplateLiteral");
    if (isText) continue;
    build.emit({ op: "setProp", object, key: value, value: { value: name } });
    next =
      typeof value === "object"
        ? { value: Number(value.value) + 1 }
        : build.compute(undefined, (dst) => ({ op: "binary", operator: "+", dst, left: value, right: { value: 1 } }));
  }
}
