/** `&&`, `||`, `??`, `?:` and the comma as values and for effect: both arms write one slot. */
import type { Operand, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { into, type Context } from "./context.ts";
import type { OpenBlock } from "./openBlock.ts";

/** Ends the current block: to `go` where the operator goes on to its right side, given the left value. */
export function branchOnLeft(
  ctx: Context,
  operator: "&&" | "||" | "??",
  left: Operand,
  go: OpenBlock,
  skip: OpenBlock,
): void {
  const { build } = ctx;
  if (operator === "&&") build.end({ op: "branch", condition: left, then: go.id, else: skip.id });
  else if (operator === "||") build.end({ op: "branch", condition: left, then: skip.id, else: go.id });
  else {
    const condition = build.compute(undefined, (dst) => ({ op: "unary", operator: "isNullish", dst, value: left }));
    build.end({ op: "branch", condition, then: go.id, else: skip.id });
  }
}

/** Chains that lean left are walked, not recursed into. */
export function lowerLogical(ctx: Context, node: t.LogicalExpression, dst?: Slot): Operand {
  const { build } = ctx;
  const result = dst ?? build.temporary();
  const spine: t.LogicalExpression[] = [node];
  for (let inner = node; inner.left.type === "LogicalExpression"; spine.push(inner)) inner = inner.left;
  into(ctx, spine[spine.length - 1]!.left, result);
  for (const { operator, right } of spine.reverse()) {
    const go = build.newBlock();
    const join = build.newBlock();
    branchOnLeft(ctx, operator, result, go, join);
    build.start(go);
    into(ctx, right, result);
    build.start(join);
  }
  return result;
}

export function lowerLogicalEffect(ctx: Context, node: t.LogicalExpression): void {
  const { build } = ctx;
  const right = build.newBlock();
  const join = build.newBlock();
  if (node.operator === "&&") ctx.condition(node.left, right, join);
  else if (node.operator === "||") ctx.condition(node.left, join, right);
  else branchOnLeft(ctx, "??", ctx.expression(node.left), right, join);
  build.start(right);
  ctx.effect(node.right);
  build.start(join);
}

export function lowerConditional(ctx: Context, node: t.ConditionalExpression, dst?: Slot): Operand {
  const { build } = ctx;
  const result = dst ?? build.temporary();
  lowerArms(ctx, node, (arm) => into(ctx, arm, result));
  return result;
}

export function lowerConditionalEffect(ctx: Context, node: t.ConditionalExpression): void {
  lowerArms(ctx, node, (arm) => ctx.effect(arm));
}

function lowerArms(ctx: Context, node: t.ConditionalExpression, arm: (node: t.Node) => void): void {
  const { build } = ctx;
  const then = build.newBlock();
  const otherwise = build.newBlock();
  const join = build.newBlock();
  ctx.condition(node.test, then, otherwise);
  build.start(then);
  arm(node.consequent);
  build.jump(join);
  build.start(otherwise);
  arm(node.alternate);
  build.start(join);
}

export function lowerSequence(ctx: Context, node: t.SequenceExpression, dst?: Slot): Operand {
  for (const part of node.expressions.slice(0, -1)) ctx.effect(part);
  return ctx.expression(node.expressions[node.expressions.length - 1]!, dst);
}
