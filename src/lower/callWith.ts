/** Arguments, and the call itself once callee and receiver are there. */
import type { Argument, Operand, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { stableAmong, type Context } from "./context.ts";

export function callWith(ctx: Context, callee: Operand, receiver: Operand, args: readonly t.Node[], dst?: Slot): Slot {
  const lowered = lowerArguments(ctx, args);
  return ctx.build.compute(dst, (to) => ({ op: "call", dst: to, callee, receiver, args: lowered }));
}

/** Evaluates arguments in order; what a spread gives is listed at once. */
export function lowerArguments(ctx: Context, args: readonly (t.Node | null)[]): Argument[] {
  return args.map((node, i) => lowerArgument(ctx, node!, args, i));
}

/** One of several values, `among[index]`. */
export function lowerArgument(ctx: Context, node: t.Node, among: readonly (t.Node | null)[], index: number): Argument {
  if (node.type !== "SpreadElement") return stableAmong(ctx, ctx.expression(node), among, index);
  const iterable = ctx.expression(node.argument);
  return { spread: ctx.build.compute(undefined, (dst) => ({ op: "iterToList", dst, iterable })) };
}
