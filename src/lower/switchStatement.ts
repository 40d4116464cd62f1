/** `switch`: one terminator if all cases are constants, else comparisons in order. Falling through is an edge. */
import type { BlockId, Operand, Primitive } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { stable, type Context } from "./context.ts";
import { enterScope } from "./enterScope.ts";
import type { OpenBlock } from "./openBlock.ts";
import { literalValue } from "./literals.ts";
import { takeLabels } from "./loops.ts";
import { unwrap } from "./nodeFacts.ts";

export function lowerSwitch(ctx: Context, node: t.SwitchStatement): void {
  const labels = takeLabels(ctx);
  const { build } = ctx;
  const value = stable(ctx, ctx.expression(node.discriminant), ...node.cases);
  const scope = ctx.module.analysis.scopes.get(node);
  if (scope !== undefined) enterScope(ctx, scope);
  const blocks = node.cases.map(() => build.newBlock());
  const exit = build.newBlock();
  const defaultIndex = node.cases.findIndex((c) => !c.test);
  const otherwise = blocks[defaultIndex] ?? exit;
  select(ctx, node, value, blocks, otherwise);
  ctx.control.push({ kind: "target", labels, breakTo: exit, continueTo: null, isPlain: true });
  node.cases.forEach((clause, i) => {
    build.start(blocks[i]!);
    for (const statement of clause.consequent) ctx.statement(statement);
  });
  ctx.control.pop();
  build.start(exit);
}

function select(
  ctx: Context,
  node: t.SwitchStatement,
  value: Operand,
  blocks: readonly OpenBlock[],
  otherwise: OpenBlock,
): void {
  const { build } = ctx;
  const constants = node.cases.map((c) => (c.test ? constantOf(c.test) : null));
  if (node.cases.every((c, i) => !c.test || constants[i] !== null)) {
    // a case behind an equal one is never taken: its edge would be a way that there is not
    const cases = new Map<Primitive, BlockId>();
    for (const [i, test] of constants.entries())
      if (test !== null && !cases.has(test.value)) cases.set(test.value, blocks[i]!.id);
    const edges = [...cases].map(([test, to]) => ({ test, to }));
    build.end({ op: "switch", value, cases: edges, default: otherwise.id });
    return;
  }
  node.cases.forEach((clause, i) => {
    if (!clause.test) return;
    const test = ctx.expression(clause.test);
    const condition = build.compute(undefined, (dst) => ({
      op: "binary",
      operator: "===",
      dst,
      left: value,
      right: test,
    }));
    const next = build.newBlock();
    build.end({ op: "branch", condition, then: blocks[i]!.id, else: next.id });
    build.start(next);
  });
  build.jump(otherwise);
}

function constantOf(test: t.Node): { readonly value: Primitive } | null {
  const node = unwrap(test);
  if (node.type === "UnaryExpression" && node.operator === "-" && node.argument.type === "NumericLiteral")
    return { value: -node.argument.value };
  return literalValue(node);
}
