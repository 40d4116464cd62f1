/** Literals: primitives, regular expressions, arrays and objects. */
import type { Argument, Operand, PropertyDefinition, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { bigintText } from "../syntax/babelCompat.ts";
import { lowerArgument } from "./callWith.ts";
import { lowerClosure } from "./closures.ts";
import { stableAmong, UNDEFINED, type Context } from "./context.ts";
import { isNamelessFunction } from "./nodeFacts.ts";

/** The constant a literal stands for; null: the node is none. */
export function literalValue(node: t.Node): { readonly value: string | number | boolean | null | bigint } | null {
  switch (node.type) {
    case "StringLiteral":
    case "NumericLiteral":
    case "BooleanLiteral":
      return { value: node.value };
    case "NullLiteral":
      return { value: null };
    case "BigIntLiteral":
      return { value: BigInt(bigintText(node)) };
    default:
      return null;
  }
}

export function lowerArray(ctx: Context, node: t.ArrayExpression, dst?: Slot): Operand {
  const elements = node.elements.map((element, i): Argument | null =>
    element === null ? null : lowerArgument(ctx, element, node.elements, i),
  );
  return ctx.build.compute(dst, (to) => ({ op: "array", dst: to, elements }));
}

export function lowerObject(ctx: Context, node: t.ObjectExpression, dst?: Slot): Operand {
  const properties: PropertyDefinition[] = [];
  node.properties.forEach((property, i) => properties.push(lowerProperty(ctx, property, node.properties, i)));
  return ctx.build.compute(dst, (to) => ({ op: "object", dst: to, properties }));
}

function lowerProperty(
  ctx: Context,
  property: t.ObjectExpression["properties"][number],
  among: readonly t.Node[],
  index: number,
): PropertyDefinition {
  const { build } = ctx;
  if (property.type === "SpreadElement") {
    const source = ctx.expression(property.argument);
    return {
      kind: "spread",
      key: UNDEFINED,
      value: build.compute(undefined, (dst) => ({ op: "copyProperties", dst, source })),
    };
  }
  const key = propertyKey(ctx, property);
  if (property.type === "ObjectMethod") {
    const kind = property.kind;
    const name = key.name === null ? "" : kind === "method" ? key.name : `${kind} ${key.name}`;
    const functionKind = kind === "get" ? "getter" : kind === "set" ? "setter" : "method";
    return { kind, key: key.operand, value: lowerClosure(ctx, property, name, functionKind) };
  }
  const isProto = key.name === "__proto__" && !property.computed && !property.shorthand;
  const value = isProto ? ctx.expression(property.value) : ctx.named(property.value, key.name ?? "");
  const names = key.name === null && isNamelessFunction(property.value) ? ({ names: "here" } as const) : {};
  const kind = isProto ? "proto" : "init";
  return { kind, key: key.operand, value: stableAmong(ctx, value, among, index), ...names };
}

/** A key as an operand, and its name if that is known. */
export function propertyKey(
  ctx: Context,
  property: { readonly key: t.Node; readonly computed?: boolean | undefined },
): { readonly operand: Operand; readonly name: string | null } {
  const { key } = property;
  if (!property.computed && key.type === "Identifier") return { operand: { value: key.name }, name: key.name };
  const literal = literalValue(key);
  if (literal !== null && literal.value !== null && typeof literal.value !== "boolean") {
    const name = String(literal.value);
    return { operand: { value: name }, name };
  }
  const value = ctx.expression(key);
  return {
    operand: ctx.build.compute(undefined, (dst) => ({ op: "unary", operator: "toPropertyKey", dst, value })),
    name: null,
  };
}
