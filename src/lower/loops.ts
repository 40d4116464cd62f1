/**
 * `while`, `do`, `for`. Every loop has one latch: `continue` and the end of the body lead there, and from there one edge
 * leads to the header. A `for` whose variables are captured in cells copies them into fresh cells for each iteration.
 */
import type { t } from "../syntax/babel.ts";
import type { Context } from "./context.ts";
import type { OpenBlock } from "./openBlock.ts";
import type { Binding } from "./scopes.ts";

/** Lowers a loop's body with `break` and `continue` leading out and to the latch. */
export function lowerLoopBody(
  ctx: Context,
  labels: readonly string[],
  body: t.Statement,
  breakTo: OpenBlock,
  continueTo: OpenBlock,
): void {
  ctx.control.push({ kind: "target", labels, breakTo, continueTo, isPlain: true });
  ctx.statement(body);
  ctx.control.pop();
}

/** The labels of the statement that is now lowered. */
export function takeLabels(ctx: Context): readonly string[] {
  const { labels } = ctx;
  ctx.labels = [];
  return labels;
}

export function lowerWhile(ctx: Context, node: t.WhileStatement): void {
  const labels = takeLabels(ctx);
  const { build } = ctx;
  const header = build.newBlock(true);
  const body = build.newBlock();
  const latch = build.newBlock(true);
  const exit = build.newBlock();
  build.start(header);
  ctx.condition(node.test, body, exit);
  build.start(body);
  lowerLoopBody(ctx, labels, node.body, exit, latch);
  build.start(latch);
  build.jump(header);
  build.start(exit);
}

export function lowerDoWhile(ctx: Context, node: t.DoWhileStatement): void {
  const labels = takeLabels(ctx);
  const { build } = ctx;
  const header = build.newBlock(true);
  const test = build.newBlock();
  const latch = build.newBlock(true);
  const exit = build.newBlock();
  build.start(header);
  lowerLoopBody(ctx, labels, node.body, exit, test);
  build.start(test);
  ctx.condition(node.test, latch, exit);
  build.start(latch);
  build.jump(header);
  build.start(exit);
}

export function lowerFor(ctx: Context, node: t.ForStatement): void {
  const labels = takeLabels(ctx);
  const { build } = ctx;
  const scope = ctx.module.analysis.scopes.get(node);
  const cells = [...(scope?.bindings.values() ?? [])].filter((b) => b.storage === "cell");
  for (const binding of cells)
    build.emit({ op: "newCell", dst: ctx.slotOf(binding), name: binding.name, initialized: false });
  if (node.init?.type === "VariableDeclaration") ctx.statement(node.init);
  else if (node.init) ctx.effect(node.init);
  const perIteration = cells.filter((b) => b.kind === "let");
  // Closures made by the initializer keep the variables it set up.
  if (node.init && perIteration.some((b) => isCapturedWithin(ctx, b, node.init!))) freshCells(ctx, perIteration);
  const header = build.newBlock(true);
  const body = build.newBlock();
  const latch = build.newBlock(true);
  const exit = build.newBlock();
  build.start(header);
  if (node.test) ctx.condition(node.test, body, exit);
  build.start(body);
  lowerLoopBody(ctx, labels, node.body, exit, latch);
  build.start(latch);
  freshCells(ctx, perIteration);
  if (node.update) ctx.effect(node.update);
  build.jump(header);
  build.start(exit);
}

function freshCells(ctx: Context, bindings: readonly Binding[]): void {
  const { build } = ctx;
  for (const binding of bindings) {
    const cell = ctx.slotOf(binding);
    const value = build.compute(undefined, (dst) => ({ op: "getCell", dst, cell, checked: false }));
    build.emit({ op: "newCell", dst: cell, name: binding.name, initialized: false });
    build.emit({ op: "initCell", cell, value });
  }
}

function isCapturedWithin(ctx: Context, binding: Binding, node: t.Node): boolean {
  const span = ctx.module.analysis.spans.get(node);
  return (
    span === undefined ||
    binding.references.some((r) => r.func !== binding.func && r.start >= span.start && r.start <= span.end)
  );
}
