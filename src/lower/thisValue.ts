/** `this`, checked where super() may not have been called yet, and `new.target`. */
import type { Operand } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import type { Context } from "./context.ts";

export function readThis(ctx: Context, node: t.Node): Operand {
  if (ctx.kind === "module" && ctx.info.strict) return { value: undefined };
  const slot = ctx.capture("this");
  if (ctx.kind === "derivedConstructor") {
    const start = ctx.module.analysis.spans.get(node)?.start ?? 0;
    if (start < ctx.info.superEnd) ctx.build.emit({ op: "checkInit", slot, name: "this" });
  }
  return slot;
}
