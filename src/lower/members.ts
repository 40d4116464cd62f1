/** Property access: members, private names, `super`, and members as targets of assignments. */
import type { Operand, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { stable, type Context } from "./context.ts";
import { brandOf } from "./privateNames.ts";
import { readThis } from "./thisValue.ts";

export type Member = t.MemberExpression | t.OptionalMemberExpression;

/** An evaluated member: what `o[k]` needs to be read or assigned. */
export type MemberTarget =
  | { readonly kind: "property"; readonly object: Operand; readonly key: Operand }
  | { readonly kind: "private"; readonly object: Operand; readonly name: string; readonly brand: string }
  | { readonly kind: "super"; readonly receiver: Operand; readonly key: Operand };

/** Evaluates object and key, in this order, so that they stay what they are while `later` is evaluated. */
export function lowerMemberTarget(
  ctx: Context,
  node: Member,
  ...later: readonly (t.Node | null | undefined)[]
): MemberTarget {
  if (node.object.type === "Super") {
    const receiver = readThis(ctx, node.object);
    return { kind: "super", receiver, key: stable(ctx, lowerKey(ctx, node), ...later) };
  }
  const computed = node.computed ? node.property : null;
  const object = stable(ctx, ctx.expression(node.object), computed, ...later);
  return memberOf(ctx, node, object, ...later);
}

/** The member of an object that was evaluated already. */
export function memberOf(
  ctx: Context,
  node: Member,
  object: Operand,
  ...later: readonly (t.Node | null | undefined)[]
): MemberTarget {
  if (node.property.type === "PrivateName") {
    const { name } = node.property.id;
    return { kind: "private", object, name, brand: brandOf(ctx, name) };
  }
  return { kind: "property", object, key: stable(ctx, lowerKey(ctx, node), ...later) };
}

function lowerKey(ctx: Context, node: Member): Operand {
  if (!node.computed && node.property.type === "Identifier") return { value: node.property.name };
  return ctx.expression(node.property);
}

export function readMember(ctx: Context, target: MemberTarget, dst?: Slot): Slot {
  return ctx.build.compute(dst, (to) => {
    switch (target.kind) {
      case "property":
        return { op: "getProp", dst: to, object: target.object, key: target.key };
      case "private":
        return { op: "getPrivate", dst: to, object: target.object, name: target.name, brand: target.brand };
      case "super":
        return { op: "getSuper", dst: to, receiver: target.receiver, key: target.key };
    }
  });
}

export function writeMember(ctx: Context, target: MemberTarget, value: Operand): void {
  switch (target.kind) {
    case "property":
      ctx.build.emit({ op: "setProp", object: target.object, key: target.key, value });
      return;
    case "private":
      ctx.build.emit({ op: "setPrivate", object: target.object, name: target.name, brand: target.brand, value });
      return;
    case "super":
      ctx.build.emit({ op: "setSuper", receiver: target.receiver, key: target.key, value });
  }
}

export function lowerMember(ctx: Context, node: t.MemberExpression, dst?: Slot): Operand {
  return readMember(ctx, lowerMemberTarget(ctx, node), dst);
}
