/** Object literals. Keys and values come in pairs, in order. */
import type { Instruction, PropertyDefinition } from "../ir/types.ts";
import { t } from "../syntax/babel.ts";
import type { PrintContext } from "./printing.ts";
import type { Tree } from "./tree.ts";
import { Refusal } from "./tree.ts";

export function printObject(
  ctx: PrintContext,
  step: Extract<Instruction, { op: "object" }>,
  operands: readonly Tree[],
): t.Expression {
  return t.objectExpression(
    step.properties.map((property, i) => {
      const key = operands[2 * i]!;
      const value = operands[2 * i + 1]!;
      switch (property.kind) {
        case "spread":
          return t.spreadElement(
            value.kind === "operation" && value.step.op === "copyProperties"
              ? ctx.expression(value.operands[0]!)
              : ctx.expression(value),
          );
        case "proto":
          return t.objectProperty(t.identifier("__proto__"), ctx.expression(value));
        case "init":
          return printInit(ctx, key, value, property.names);
        default:
          // What was a method may be needed elsewhere too: then it has a name.
          if (property.kind === "method" && value.kind === "slot" && key.kind === "constant")
            return printInit(ctx, key, value, undefined);
          return printMember(ctx, property.kind, key, value);
      }
    }),
  );
}

function printInit(ctx: PrintContext, key: Tree, value: Tree, names: PropertyDefinition["names"]): t.ObjectProperty {
  const name = key.kind === "constant" ? String(key.value) : null;
  const isClosure = value.kind === "operation" && value.step.op === "closure";
  if (names === "here" && !isClosure)
    throw new Refusal("a function with a computed name that is not made where it stands");
  // Under a key that is computed, a function without a name gets one.
  const given = name ?? (isClosure && names !== undefined ? ctx.module.functions[value.step.func]!.name : COMPUTED);
  const printed = ctx.named(value, given);
  // `__proto__: v` would set the prototype.
  if (name === "__proto__") return t.objectProperty(t.stringLiteral(name), printed, true);
  const { node, computed } = printPropertyKey(ctx, key);
  const shorthand = t.isIdentifier(printed) && !computed && t.isIdentifier(node) && node.name === printed.name;
  return t.objectProperty(node, printed, computed, shorthand);
}

function printMember(ctx: PrintContext, kind: "method" | "get" | "set", key: Tree, value: Tree): t.ObjectMethod {
  if (value.kind !== "operation" || value.step.op !== "closure")
    throw new Refusal("a method that is not made where it stands");
  const parts = ctx.functionParts({ func: value.step.func, captures: value.operands });
  const { node, computed } = printPropertyKey(ctx, key);
  if (parts.opaque !== null) {
    if (!t.isObjectMethod(parts.opaque)) throw new Refusal("a method of another kind");
    return Object.assign(parts.opaque, { key: node, computed });
  }
  return t.objectMethod(kind, node, parts.params, parts.body, computed);
}

/** the name that a key gives which is known at run time only */
const COMPUTED = "\u0000";

export function printPropertyKey(
  ctx: PrintContext,
  key: Tree,
): { readonly node: t.Expression; readonly computed: boolean } {
  if (key.kind === "constant" && typeof key.value === "string") {
    if (t.isValidIdentifier(key.value, false)) return { node: t.identifier(key.value), computed: false };
    if (/^(0|[1-9]\d{0,8})$/.test(key.value)) return { node: t.numericLiteral(Number(key.value)), computed: false };
    return { node: t.stringLiteral(key.value), computed: false };
  }
  const inner =
    key.kind === "operation" && key.step.op === "unary" && key.step.operator === "toPropertyKey"
      ? key.operands[0]!
      : key;
  return { node: ctx.expression(inner), computed: true };
}
