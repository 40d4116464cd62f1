/** Parameters: plain ones are slots, defaults and patterns are code at the beginning. */
import { definitely } from "../base/invariant.ts";
import type { Slot } from "../ir/types.ts";
import { type t } from "../syntax/babel.ts";
import { at, UNDEFINED } from "./context.ts";
import type { FunctionContext } from "./functionContext.ts";
import { parametersOf } from "./nodeFacts.ts";
import { declarePattern } from "./patterns.ts";
import type { Binding } from "./scopes.ts";
import { initializeVariable } from "./variables.ts";

export interface LoweredParameters {
  readonly params: readonly Slot[];
  readonly rest: Slot | null;
}

/** The `length` of the function: parameters before the first with a default or the rest. */
export function lengthOf(node: t.Function): number {
  const params = parametersOf(node).map(withoutProperty);
  const end = params.findIndex((p) => p.type === "AssignmentPattern" || p.type === "RestElement");
  return end < 0 ? params.length : end;
}

/** The names of `constructor(private x, ...)`. */
export function parameterProperties(node: t.Function): t.Identifier[] {
  return parametersOf(node).flatMap((p) => {
    if (p.type !== "TSParameterProperty") return [];
    return [p.parameter.type === "Identifier" ? p.parameter : (p.parameter.left as t.Identifier)];
  });
}

function withoutProperty(node: t.Node): t.Node {
  return node.type === "TSParameterProperty" ? node.parameter : node;
}

export function lowerParameters(ctx: FunctionContext, node: t.Function): LoweredParameters {
  const params: Slot[] = [];
  let rest: Slot | null = null;
  const pending: (() => void)[] = [];
  for (const declared of parametersOf(node)) {
    const param = withoutProperty(declared);
    const target = param.type === "RestElement" ? param.argument : param;
    const name = target.type === "AssignmentPattern" ? target.left : target;
    const binding =
      name.type === "Identifier" ? definitely(ctx.module.analysis.bindings.get(name), "a parameter") : null;
    const slot = ctx.build.newSlot("param", name.type === "Identifier" ? name.name : undefined);
    if (param.type === "RestElement") rest = slot;
    else params.push(slot);
    if (binding !== null && binding.storage === "slot") ctx.place(binding, slot);
    pending.push(() => at(ctx, param, () => fillIn(ctx, target, binding, slot)));
  }
  for (const fill of pending) fill();
  return { params, rest };
}

function fillIn(ctx: FunctionContext, target: t.Node, binding: Binding | null, slot: Slot): void {
  const { build } = ctx;
  if (target.type === "AssignmentPattern") {
    const left = target.left;
    const missing = build.newBlock();
    const join = build.newBlock();
    const condition = build.compute(undefined, (dst) => ({
      op: "binary",
      operator: "===",
      dst,
      left: slot,
      right: UNDEFINED,
    }));
    build.end({ op: "branch", condition, then: missing.id, else: join.id });
    build.start(missing);
    build.copy(slot, ctx.named(target.right, left.type === "Identifier" ? left.name : "", slot));
    build.start(join);
    if (binding === null) declarePattern(ctx, left, slot);
  } else if (binding === null) declarePattern(ctx, target, slot);
  if (binding !== null && binding.storage !== "slot") initializeVariable(ctx, binding, slot);
}
