/** Conditions as control flow: `&&`, `||`, `!` and constants never become values here. */
import type { t } from "../syntax/babel.ts";
import type { Context } from "./context.ts";
import type { OpenBlock } from "./openBlock.ts";
import { unwrap } from "./nodeFacts.ts";

/** Ends the current block: to `then` if `node` is true. Chains that lean left are walked, not recursed into. */
export function lowerCondition(ctx: Context, test: t.Node, then: OpenBlock, otherwise: OpenBlock): void {
  const { build } = ctx;
  const pending: { readonly block: OpenBlock; readonly node: t.Node; readonly targets: Targets }[] = [];
  let targets: Targets = { then, otherwise };
  let node = unwrap(test);
  while (node.type === "LogicalExpression" && node.operator !== "??") {
    const block = build.newBlock();
    pending.push({ block, node: node.right, targets });
    targets = node.operator === "&&" ? { ...targets, then: block } : { ...targets, otherwise: block };
    node = unwrap(node.left);
  }
  lowerTest(ctx, node, targets);
  for (const { block, node: right, targets: to } of pending.reverse()) {
    build.start(block);
    ctx.condition(right, to.then, to.otherwise);
  }
}

interface Targets {
  readonly then: OpenBlock;
  readonly otherwise: OpenBlock;
}

function lowerTest(ctx: Context, node: t.Node, { then, otherwise }: Targets): void {
  const { build } = ctx;
  if (node.type === "UnaryExpression" && node.operator === "!") ctx.condition(node.argument, otherwise, then);
  else if (node.type === "BooleanLiteral") build.jump(node.value ? then : otherwise);
  else {
    const condition = ctx.expression(node);
    build.end({ op: "branch", condition, then: then.id, else: otherwise.id });
  }
}
