/** `delete`: of members and of optional chains; of anything else it only evaluates. */
import type { Operand, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import type { Context } from "./context.ts";
import { lowerMemberTarget } from "./members.ts";
import { unwrap } from "./nodeFacts.ts";
import { lowerChain } from "./optionalChains.ts";

export function lowerDelete(ctx: Context, node: t.UnaryExpression, dst?: Slot): Operand {
  const argument = unwrap(node.argument);
  if (argument.type === "OptionalMemberExpression" || argument.type === "OptionalCallExpression")
    return lowerChain(ctx, argument, dst, true);
  if (argument.type !== "MemberExpression") {
    ctx.effect(argument);
    return { value: true };
  }
  const target = lowerMemberTarget(ctx, argument);
  if (target.kind !== "property") throw new Error("delete of a private name");
  return ctx.build.compute(dst, (to) => ({ op: "deleteProp", dst: to, object: target.object, key: target.key }));
}
