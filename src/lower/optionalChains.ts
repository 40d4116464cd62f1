/**
 * Optional chains: `a?.b.c(d)` stops at the first `?.` that meets null or undefined, for the whole chain.
 * Shape: the chain's blocks run one into the next; each `?.` branches to one common block that gives undefined.
 */
import type { Operand, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { callWith } from "./callWith.ts";
import { stable, UNDEFINED, type Context } from "./context.ts";
import type { OpenBlock } from "./openBlock.ts";
import { lowerMemberTarget, memberOf, readMember, type MemberTarget } from "./members.ts";
import { unwrap } from "./nodeFacts.ts";

type Chain = t.OptionalMemberExpression | t.OptionalCallExpression;

interface Link {
  readonly value: Operand;
  readonly receiver: Operand;
}

/** The value of a chain, or (`isDelete`) of deleting what it leads to. */
export function lowerChain(ctx: Context, node: Chain, dst?: Slot, isDelete = false): Operand {
  const { build } = ctx;
  const result = dst ?? build.temporary();
  const stop = build.newBlock();
  const join = build.newBlock();
  if (isDelete && node.type === "OptionalMemberExpression") {
    const target = chainTarget(ctx, node, stop);
    if (target.kind !== "property") throw new Error("delete of a private name");
    build.emit({ op: "deleteProp", dst: result, object: target.object, key: target.key });
  } else build.copy(result, chainLink(ctx, node, stop, result).value);
  build.jump(join);
  build.start(stop);
  build.copy(result, isDelete ? { value: true } : UNDEFINED);
  build.start(join);
  return result;
}

/** A chain in parentheses that is then called: `(a?.b)()` keeps `a` as receiver. */
export function lowerChainForCall(ctx: Context, node: t.OptionalMemberExpression): Link {
  const { build } = ctx;
  const value = build.temporary();
  const receiver = build.temporary();
  const stop = build.newBlock();
  const join = build.newBlock();
  const link = chainLink(ctx, node, stop);
  build.copy(receiver, link.receiver);
  build.copy(value, link.value);
  build.jump(join);
  build.start(stop);
  build.copy(receiver, UNDEFINED);
  build.copy(value, UNDEFINED);
  build.start(join);
  return { value, receiver };
}

function chainLink(ctx: Context, expression: t.Node, stop: OpenBlock, dst?: Slot): Link {
  let node = expression;
  while (node.type === "TSNonNullExpression" || node.type === "TSAsExpression" || node.type === "TSSatisfiesExpression")
    node = node.expression;
  if (node.type === "OptionalMemberExpression") {
    const target = chainTarget(ctx, node, stop);
    return { value: readMember(ctx, target, dst), receiver: target.kind === "super" ? target.receiver : target.object };
  }
  if (node.type === "OptionalCallExpression") {
    const link = chainLink(ctx, node.callee, stop);
    const callee = stable(ctx, link.value, ...node.arguments);
    const receiver = stable(ctx, link.receiver, ...node.arguments);
    if (node.optional) stopIfNullish(ctx, callee, stop);
    return { value: callWith(ctx, callee, receiver, node.arguments, dst), receiver: UNDEFINED };
  }
  const inner = unwrap(node);
  if (inner.type === "MemberExpression") {
    const target = lowerMemberTarget(ctx, inner);
    return { value: readMember(ctx, target), receiver: target.kind === "super" ? target.receiver : target.object };
  }
  return { value: ctx.expression(node), receiver: UNDEFINED };
}

function chainTarget(ctx: Context, node: t.OptionalMemberExpression, stop: OpenBlock): MemberTarget {
  const { value } = chainLink(ctx, node.object, stop);
  const object = stable(ctx, value, node.computed ? node.property : null);
  if (node.optional) stopIfNullish(ctx, object, stop);
  return memberOf(ctx, node, object);
}

function stopIfNullish(ctx: Context, value: Operand, stop: OpenBlock): void {
  const { build } = ctx;
  const condition = build.compute(undefined, (dst) => ({ op: "unary", operator: "isNullish", dst, value }));
  const go = build.newBlock();
  build.end({ op: "branch", condition, then: stop.id, else: go.id });
  build.start(go);
}
