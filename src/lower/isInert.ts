/** Giving the value has no effect, cannot fail, and while a pattern is matched it does not matter when that is done. */
import type { t } from "../syntax/babel.ts";
import type { Context } from "./context.ts";
import { unwrap } from "./nodeFacts.ts";
import { isChecked } from "./variables.ts";

export function isInert(ctx: Context, node: t.Node): boolean {
  const inner = unwrap(node);
  switch (inner.type) {
    case "StringLiteral":
    case "NumericLiteral":
    case "BooleanLiteral":
    case "NullLiteral":
    case "BigIntLiteral":
      return true;
    case "UnaryExpression":
      return /^[-+!]$|^void$/.test(inner.operator) && inner.argument.type === "NumericLiteral";
    case "BinaryExpression":
      return /^[!=]==$/.test(inner.operator) && isInert(ctx, inner.left) && isInert(ctx, inner.right);
    case "ConditionalExpression":
      return [inner.test, inner.consequent, inner.alternate].every((part) => isInert(ctx, part));
    case "Identifier":
      return isOwnVariable(ctx, inner);
    case "ArrayExpression":
      return inner.elements.every((e) => e !== null && e.type !== "SpreadElement" && isInert(ctx, e));
    case "ObjectExpression":
      return inner.properties.every(
        (p) =>
          p.type === "ObjectProperty" &&
          !p.computed &&
          p.key.type === "Identifier" &&
          p.key.name !== "__proto__" &&
          isInert(ctx, p.value),
      );
    default:
      return false;
  }
}

/** A variable that is initialized, and that only the function itself can assign. */
function isOwnVariable(ctx: Context, node: t.Identifier): boolean {
  const binding = ctx.module.analysis.bindings.get(node) ?? null;
  if (binding === null) return node.name === "undefined";
  return (
    binding.storage === "slot" &&
    binding.func === ctx.info &&
    ["param", "let", "const", "var"].includes(binding.kind) &&
    !isChecked(ctx, binding, node)
  );
}
