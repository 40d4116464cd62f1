/** `for-of` and `for-in`: a region that closes the iterator when it is left. The variables are new in each iteration. */
import type { Operand, Region, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { inRegion, type Context } from "./context.ts";
import { enterScope } from "./enterScope.ts";
import { lowerLoopBody, takeLabels } from "./loops.ts";
import { assignPattern, declarePattern } from "./patterns.ts";
import type { Scope } from "./scopes.ts";
import { isCreatedEarly } from "./variables.ts";

export function lowerForEach(ctx: Context, node: t.ForOfStatement | t.ForInStatement): void {
  const labels = takeLabels(ctx);
  const { build } = ctx;
  const scope = ctx.module.analysis.scopes.get(node);
  if (scope !== undefined) enterScope(ctx, scope);
  const subject = ctx.expression(node.right);
  const exit = build.newBlock();
  const kind = node.type === "ForOfStatement" ? "forOf" : "forIn";
  const region = build.newRegion((id, parent): Region => ({ kind, id, parent }));
  inRegion(ctx, region.id, () => {
    const next = build.newBlock(true);
    const body = build.newBlock();
    const latch = build.newBlock(true);
    enter(ctx, kind, region.id, subject, next.id);
    build.start(next);
    const slot = valueSlot(ctx, node);
    const value = slot ?? build.temporary();
    build.end({
      op: kind === "forOf" ? "forOfNext" : "forInNext",
      region: region.id,
      value,
      body: body.id,
      exit: exit.id,
    });
    build.start(body);
    if (slot === null) assignValue(ctx, node, scope, value);
    lowerLoopBody(ctx, labels, node.body, exit, latch);
    build.start(latch);
    build.jump(next);
  });
  build.start(exit);
}

function enter(ctx: Context, kind: "forOf" | "forIn", region: number, subject: Operand, next: number): void {
  if (kind === "forOf") ctx.build.end({ op: "enterForOf", region, iterable: subject, next });
  else ctx.build.end({ op: "enterForIn", region, object: subject, next });
}

/** The slot of `const x` or `let x`, which exists in the loop alone; null: the value is assigned by the body. */
function valueSlot(ctx: Context, node: t.ForOfStatement | t.ForInStatement): Slot | null {
  const { left } = node;
  if (left.type !== "VariableDeclaration" || left.kind === "var") return null;
  const { id } = left.declarations[0]!;
  const binding = id.type === "Identifier" ? ctx.module.analysis.bindings.get(id) : null;
  return binding?.storage === "slot" ? ctx.slotOf(binding) : null;
}

function assignValue(
  ctx: Context,
  node: t.ForOfStatement | t.ForInStatement,
  scope: Scope | undefined,
  value: Slot,
): void {
  const { left } = node;
  if (left.type !== "VariableDeclaration") {
    assignPattern(ctx, left, value);
    return;
  }
  const { id } = left.declarations[0]!;
  if (left.kind === "var") {
    assignPattern(ctx, id, value);
    return;
  }
  for (const binding of scope?.bindings.values() ?? [])
    if (binding.storage === "cell" && isCreatedEarly(binding))
      ctx.build.emit({ op: "newCell", dst: ctx.slotOf(binding), name: binding.name, initialized: false });
  declarePattern(ctx, id, value);
}
