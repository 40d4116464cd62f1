/** Template literals and tagged templates. Each value becomes a string before the next one is evaluated. */
import type { Operand, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { lowerCallee } from "./calls.ts";
import { lowerArgument } from "./callWith.ts";
import type { Context } from "./context.ts";

export function lowerTemplate(ctx: Context, node: t.TemplateLiteral, dst?: Slot): Operand {
  const { build } = ctx;
  const quasis = node.quasis.map((q) => q.value.cooked ?? "");
  if (node.expressions.length === 0) return { value: quasis[0] ?? "" };
  const values = node.expressions.map((expression): Operand => {
    const value = ctx.expression(expression);
    if (typeof value === "object" && typeof value.value === "string") return value;
    return build.compute(undefined, (to) => ({ op: "unary", operator: "toString", dst: to, value }));
  });
  return build.compute(dst, (to) => ({ op: "template", dst: to, quasis, values }));
}

export function lowerTaggedTemplate(ctx: Context, node: t.TaggedTemplateExpression, dst?: Slot): Operand {
  const { build } = ctx;
  const { quasis, expressions } = node.quasi;
  const { callee, receiver } = lowerCallee(ctx, node.tag, expressions);
  const cooked = quasis.map((q) => q.value.cooked ?? undefined);
  const raw = quasis.map((q) => q.value.raw);
  const site = `template${ctx.module.sites++}`;
  const strings = build.compute(undefined, (to) => ({ op: "templateObject", dst: to, cooked, raw, site }));
  const args = [strings, ...expressions.map((e, i) => lowerArgument(ctx, e, expressions, i))];
  return build.compute(dst, (to) => ({ op: "call", dst: to, callee, receiver, args }));
}
