/** Conditions as control flow: `&&`, `||`, `!` and constants never become values here. */
import type { t } from "../syntax/babel.ts";
import type { Context } from "./context.ts";
import type { OpenBlock } from "./openBlock.ts";
import { unwrap } from "./nodeFacts.ts";

/** Ends the current block: to `then` if `node` is true. */
export function lowerCondition(ctx: Context, test: t.Node, then: OpenBlock, otherwise: OpenBlock): void {
  const node = unwrap(test);
  const { build } = ctx;
  if (node.type === "UnaryExpression" && node.operator === "!") {
    ctx.condition(node.argument, otherwise, then);
    return;
  }
  if (node.type === "BooleanLiteral") {
    build.jump(node.value ? then : otherwise);
    return;
  }
  if (node.type === "LogicalExpression" && node.operator !== "??") {
    const right = build.newBlock();
    if (node.operator === "&&") ctx.condition(node.left, right, otherwise);
    else ctx.condition(node.left, then, right);
    build.start(right);
    ctx.condition(node.right, then, otherwise);
    return;
  }
  const condition = ctx.expression(node);
  build.end({ op: "branch", condition, then: then.id, else: otherwise.id });
}
