/**
 * try/catch/finally. A finalizer is written once: every way into it notes in `how` by which completion it came and in
 * `value` what goes with it, and after the finalizer a switch on `how` goes on from there. A finalizer that itself leaves
 * just does so.
 */
import type { Region } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { inRegion, UNDEFINED, type Context, type FinallyControl } from "./context.ts";
import { enterScope } from "./enterScope.ts";
import { leave } from "./jumps.ts";
import { declarePattern } from "./patterns.ts";

export function lowerTry(ctx: Context, node: t.TryStatement): void {
  const { block, handler, finalizer } = node;
  const guarded = (): void => (handler ? lowerCatch(ctx, block, handler) : ctx.statement(block));
  if (finalizer) lowerFinally(ctx, guarded, finalizer);
  else guarded();
}

function lowerCatch(ctx: Context, block: t.BlockStatement, clause: t.CatchClause): void {
  const { build } = ctx;
  const { param } = clause;
  const binding = param?.type === "Identifier" ? ctx.module.analysis.bindings.get(param) : null;
  const direct = binding?.storage === "slot";
  const exception = direct ? ctx.slotOf(binding) : build.temporary();
  const handler = build.newBlock();
  const join = build.newBlock();
  const region = build.newRegion((id, parent): Region => ({ kind: "try", id, parent, handler: handler.id, exception }));
  inRegion(ctx, region.id, () => {
    const body = build.newBlock();
    build.end({ op: "enterTry", region: region.id, body: body.id });
    build.start(body);
    ctx.statement(block);
    build.jump(join);
  });
  build.start(handler);
  const scope = ctx.module.analysis.scopes.get(clause);
  if (scope !== undefined) enterScope(ctx, scope);
  if (param && !direct) declarePattern(ctx, param, exception);
  ctx.statement(clause.body);
  build.start(join);
}

function lowerFinally(ctx: Context, guarded: () => void, finalizer: t.BlockStatement): void {
  const { build } = ctx;
  const how = build.temporary();
  const value = build.temporary();
  const entry = build.newBlock();
  const thrown = build.newBlock();
  const control: FinallyControl = {
    kind: "finally",
    finalizer: entry,
    how,
    value,
    completions: [{ kind: "normal" }, { kind: "throw" }],
  };
  const region = build.newRegion((id, parent): Region => ({
    kind: "try",
    id,
    parent,
    handler: thrown.id,
    exception: value,
  }));
  ctx.control.push(control);
  inRegion(ctx, region.id, () => {
    const body = build.newBlock();
    build.end({ op: "enterTry", region: region.id, body: body.id });
    build.start(body);
    guarded();
    if (build.isOpen) {
      build.copy(value, UNDEFINED);
      build.copy(how, { value: 0 });
      build.jump(entry);
    }
  });
  ctx.control.pop();
  build.start(thrown);
  build.copy(how, { value: 1 });
  build.start(entry);
  ctx.statement(finalizer);
  if (build.isOpen) dispatch(ctx, control);
}

/** Goes on as `how` says. */
function dispatch(ctx: Context, control: FinallyControl): void {
  const { build } = ctx;
  const after = build.newBlock();
  const blocks = control.completions.map((c) => (c.kind === "normal" ? after : build.newBlock()));
  const cases = blocks.flatMap((block, i) => (i === 0 ? [] : [{ test: i, to: block.id }]));
  build.end({ op: "switch", value: control.how, cases, default: after.id });
  control.completions.forEach((completion, i) => {
    if (completion.kind === "normal") return;
    build.start(blocks[i]!);
    if (completion.kind === "throw") build.end({ op: "throw", value: control.value });
    else leave(ctx, completion, control.value);
  });
  build.start(after);
}
