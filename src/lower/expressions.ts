/** Expressions: which file lowers which. */
import type { Operand, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { lowerAssignment, lowerUpdate } from "./assignments.ts";
import { lowerCall, lowerNew } from "./calls.ts";
import { lowerClass } from "./classes.ts";
import { lowerClosure } from "./closures.ts";
import type { Context } from "./context.ts";
import { literalValue, lowerArray, lowerObject } from "./literals.ts";
import {
  lowerConditional,
  lowerConditionalEffect,
  lowerLogical,
  lowerLogicalEffect,
  lowerSequence,
} from "./logical.ts";
import { lowerMember } from "./members.ts";
import { isAnonymousFunction, unwrap } from "./nodeFacts.ts";
import { lowerBinary, lowerUnary } from "./operators.ts";
import { lowerChain } from "./optionalChains.ts";
import { lowerTaggedTemplate, lowerTemplate } from "./templates.ts";
import { readThis } from "./thisValue.ts";
import { readVariable } from "./variables.ts";

export function lowerExpression(ctx: Context, outer: t.Node, dst?: Slot): Operand {
  const node = unwrap(outer);
  switch (node.type) {
    case "Identifier":
      return readVariable(ctx, node, dst);
    case "RegExpLiteral":
      return ctx.build.compute(dst, (to) => ({ op: "regexp", dst: to, pattern: node.pattern, flags: node.flags }));
    case "ThisExpression":
      return readThis(ctx, node);
    case "MetaProperty":
      return ctx.capture("new.target");
    case "UnaryExpression":
      return lowerUnary(ctx, node, dst);
    case "BinaryExpression":
      return lowerBinary(ctx, node, dst);
    case "LogicalExpression":
      return lowerLogical(ctx, node, dst);
    case "ConditionalExpression":
      return lowerConditional(ctx, node, dst);
    case "SequenceExpression":
      return lowerSequence(ctx, node, dst);
    case "AssignmentExpression":
      return lowerAssignment(ctx, node, dst);
    case "UpdateExpression":
      return lowerUpdate(ctx, node);
    case "MemberExpression":
      return lowerMember(ctx, node, dst);
    case "OptionalMemberExpression":
    case "OptionalCallExpression":
      return lowerChain(ctx, node, dst);
    case "CallExpression":
      return lowerCall(ctx, node, dst);
    case "NewExpression":
      return lowerNew(ctx, node, dst);
    case "ArrayExpression":
      return lowerArray(ctx, node, dst);
    case "ObjectExpression":
      return lowerObject(ctx, node, dst);
    case "TemplateLiteral":
      return lowerTemplate(ctx, node, dst);
    case "TaggedTemplateExpression":
      return lowerTaggedTemplate(ctx, node, dst);
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "ClassExpression":
      return lowerNamed(ctx, node, "", dst);
    default:
      return literal(node);
  }
}

function literal(node: t.Node): Operand {
  const found = literalValue(node);
  if (found === null) throw new Error(`no lowering for ${node.type}`);
  return found;
}

/** NamedEvaluation: an anonymous function or class takes the name of where it is put. */
export function lowerNamed(ctx: Context, outer: t.Node, name: string, dst?: Slot): Operand {
  const node = unwrap(outer);
  switch (node.type) {
    case "FunctionExpression":
      return lowerClosure(ctx, node, node.id?.name ?? name, "function", dst);
    case "ArrowFunctionExpression":
      return lowerClosure(ctx, node, name, "arrow", dst);
    case "ClassExpression":
      return lowerClass(ctx, node, isAnonymousFunction(node) ? name : "", dst);
    default:
      return ctx.expression(outer, dst);
  }
}

/** An expression whose value nobody asks for. */
export function lowerEffect(ctx: Context, outer: t.Node): void {
  const node = unwrap(outer);
  switch (node.type) {
    case "LogicalExpression":
      lowerLogicalEffect(ctx, node);
      return;
    case "ConditionalExpression":
      lowerConditionalEffect(ctx, node);
      return;
    case "SequenceExpression":
      for (const part of node.expressions) ctx.effect(part);
      return;
    default:
      ctx.expression(node);
  }
}
