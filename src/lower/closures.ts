/** Function expressions: the function is lowered, then its closure is made of what it turned out to capture. */
import type { ClosureRef, FunctionKind, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import type { Context } from "./context.ts";

export function lowerClosure(ctx: Context, node: t.Node, name: string, kind: FunctionKind, dst?: Slot): Slot {
  const { func, captures } = closureRef(ctx, node, name, kind);
  return ctx.build.compute(dst, (to) => ({ op: "closure", dst: to, func, captures }));
}

export function closureRef(ctx: Context, node: t.Node, name: string, kind: FunctionKind): ClosureRef {
  const lowered = ctx.module.lowerFunction(node, name, kind, ctx);
  return { func: lowered.id, captures: lowered.captures.map((source) => ctx.capture(source)) };
}
