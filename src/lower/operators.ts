/** Unary and binary operators. */
import type { BinaryOperator, Operand, Slot, UnaryOperator } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { stable, type Context } from "./context.ts";
import { lowerDelete } from "./deletes.ts";
import { unwrap } from "./nodeFacts.ts";
import { brandOf } from "./privateNames.ts";

export function lowerUnary(ctx: Context, node: t.UnaryExpression, dst?: Slot): Operand {
  const { build } = ctx;
  switch (node.operator) {
    case "void":
      ctx.effect(node.argument);
      return { value: undefined };
    case "delete":
      return lowerDelete(ctx, node, dst);
    case "typeof": {
      const argument = unwrap(node.argument);
      if (
        argument.type === "Identifier" &&
        !ctx.module.analysis.bindings.get(argument) &&
        argument.name !== "undefined" &&
        argument.name !== "arguments"
      )
        return build.compute(dst, (to) => ({ op: "typeofGlobal", dst: to, name: argument.name }));
      break;
    }
    case "-":
      if (node.argument.type === "NumericLiteral") return { value: -node.argument.value };
      break;
    default:
      break;
  }
  const value = ctx.expression(node.argument);
  return build.compute(dst, (to) => ({ op: "unary", operator: node.operator as UnaryOperator, dst: to, value }));
}

/** Left-leaning chains (`a + b + c + ...`) are walked, not recursed into: they can be thousands long. */
export function lowerBinary(ctx: Context, node: t.BinaryExpression, dst?: Slot): Operand {
  const { build } = ctx;
  const spine: t.BinaryExpression[] = [node];
  for (
    let inner = node;
    inner.left.type === "BinaryExpression" && inner.left.left.type !== "PrivateName";
    spine.push(inner)
  )
    inner = inner.left;
  const innermost = spine[spine.length - 1]!;
  if (innermost.left.type === "PrivateName") {
    const { name } = innermost.left.id;
    const object = ctx.expression(innermost.right);
    return build.compute(dst, (to) => ({ op: "hasPrivate", dst: to, object, name, brand: brandOf(ctx, name) }));
  }
  let left = ctx.expression(innermost.left);
  for (let i = spine.length - 1; i >= 0; i--) {
    const part = spine[i]!;
    left = stable(ctx, left, part.right);
    const right = ctx.expression(part.right);
    const operands = { left, right };
    build.at = part;
    left = build.compute(i === 0 ? dst : undefined, (to) => ({
      op: "binary",
      operator: part.operator as BinaryOperator,
      dst: to,
      ...operands,
    }));
  }
  return left;
}
