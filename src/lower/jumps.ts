/** `break`, `continue` and `return`, through the finalizers on the way out. */
import { definitely } from "../base/invariant.ts";
import type { Operand } from "../ir/types.ts";
import { UNDEFINED, type Completion, type Context, type Control } from "./context.ts";

type Target = Control & { kind: "target" };

export function lowerReturn(ctx: Context, value: Operand): void {
  leave(ctx, { kind: "return" }, value);
}

export function lowerBreak(ctx: Context, label: string | null): void {
  const target = findTarget(ctx, (t) => (label === null ? t.isPlain : t.labels.includes(label)));
  leave(ctx, { kind: "jump", target, isContinue: false }, UNDEFINED);
}

export function lowerContinue(ctx: Context, label: string | null): void {
  const target = findTarget(ctx, (t) => t.continueTo !== null && (label === null || t.labels.includes(label)));
  leave(ctx, { kind: "jump", target, isContinue: true }, UNDEFINED);
}

function findTarget(ctx: Context, fits: (target: Target) => boolean): Target {
  for (let i = ctx.control.length - 1; i >= 0; i--) {
    const entry = ctx.control[i]!;
    if (entry.kind === "target" && fits(entry)) return entry;
  }
  throw new Error("a jump leads nowhere");
}

/** Goes where the completion leads: to the innermost finalizer in between, if there is one. */
export function leave(ctx: Context, completion: Completion, value: Operand): void {
  const { build } = ctx;
  for (let i = ctx.control.length - 1; i >= 0; i--) {
    const entry = ctx.control[i]!;
    if (completion.kind === "jump" && entry === completion.target) break;
    if (entry.kind !== "finally") continue;
    build.copy(entry.value, value);
    build.copy(entry.how, { value: numberOf(entry.completions, completion) });
    build.jump(entry.finalizer);
    return;
  }
  if (completion.kind === "return") build.end({ op: "return", value });
  else if (completion.kind === "jump") {
    const { target, isContinue } = completion;
    build.jump(isContinue ? definitely(target.continueTo, "continue target") : target.breakTo);
  }
}

function numberOf(completions: Completion[], completion: Completion): number {
  const isSame = (c: Completion): boolean =>
    c.kind === completion.kind &&
    (c.kind !== "jump" ||
      (completion.kind === "jump" && c.target === completion.target && c.isContinue === completion.isContinue));
  const found = completions.findIndex(isSame);
  return found >= 0 ? found : completions.push(completion) - 1;
}
