/** Calls, `new`, `super(...)`. `o.f(x)` reads `o.f` before it evaluates `x`. */
import type { Operand, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { callWith, lowerArguments } from "./callWith.ts";
import { stable, UNDEFINED, type Context } from "./context.ts";
import { lowerMemberTarget, readMember, writeMember } from "./members.ts";
import { unwrap } from "./nodeFacts.ts";
import { lowerChainForCall } from "./optionalChains.ts";
import { readVariable } from "./variables.ts";

export function lowerCall(ctx: Context, node: t.CallExpression, dst?: Slot): Operand {
  if (node.callee.type === "Super") return lowerSuperCall(ctx, node);
  const { callee, receiver } = lowerCallee(ctx, node.callee, node.arguments);
  return callWith(ctx, callee, receiver, node.arguments, dst);
}

/** Evaluates what is called, with the receiver that its form gives. */
export function lowerCallee(
  ctx: Context,
  node: t.Node,
  later: readonly t.Node[],
): { readonly callee: Operand; readonly receiver: Operand } {
  const inner = unwrap(node);
  if (inner.type === "MemberExpression") {
    const target = lowerMemberTarget(ctx, inner, ...later);
    return { callee: readMember(ctx, target), receiver: target.kind === "super" ? target.receiver : target.object };
  }
  if (inner.type === "OptionalMemberExpression") {
    const link = lowerChainForCall(ctx, inner);
    return { callee: link.value, receiver: link.receiver };
  }
  return { callee: stable(ctx, ctx.expression(node), ...later), receiver: UNDEFINED };
}

export function lowerNew(ctx: Context, node: t.NewExpression, dst?: Slot): Operand {
  const callee = stable(ctx, ctx.expression(node.callee), ...node.arguments);
  const args = lowerArguments(ctx, node.arguments);
  return ctx.build.compute(dst, (to) => ({ op: "construct", dst: to, callee, args }));
}

function lowerSuperCall(ctx: Context, node: t.CallExpression): Operand {
  const args = lowerArguments(ctx, node.arguments);
  const self = ctx.capture("this");
  ctx.build.emit({ op: "superCall", dst: self, args });
  assignParameterProperties(ctx, self);
  return self;
}

/** TypeScript's `constructor(private x)`: `this.x = x`. */
export function assignParameterProperties(ctx: Context, self: Operand): void {
  for (const name of ctx.parameterProperties) {
    const value = readVariable(ctx, name);
    writeMember(ctx, { kind: "property", object: self, key: { value: name.name } }, value);
  }
}
