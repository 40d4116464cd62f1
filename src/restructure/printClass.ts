/** Classes: heritage and keys come as operands, members as functions made in place. */
import type { ClassMember } from "../ir/types.ts";
import { t } from "../syntax/babel.ts";
import type { MadeFunction } from "./closuresIn.ts";
import { closuresIn } from "./closuresIn.ts";
import type { FunctionParts, PrintContext } from "./printing.ts";
import { conciseBody } from "./printClosure.ts";
import { printPropertyKey } from "./printObject.ts";
import type { Operation, Tree } from "./tree.ts";
import { Refusal } from "./tree.ts";

type Member = t.ClassBody["body"][number];

export function printClass(ctx: PrintContext, tree: Operation, name: string | null): t.ClassExpression {
  if (tree.step.op !== "class") throw new Error("not a class");
  const { definition } = tree.step;
  const [made, ...others] = closuresIn(tree);
  const superClass = definition.superClass === null ? null : ctx.expression(tree.operands[0]!);
  const keys = keyOperands(tree);
  const members: Member[] = [];
  if (made) members.push(printConstructor(ctx, made));
  definition.members.forEach((member, i) => members.push(printMember(ctx, member, others[i] ?? null, keys[i] ?? null)));
  const id =
    definition.selfCell !== null || (definition.name !== name && t.isValidIdentifier(definition.name))
      ? t.identifier(definition.name)
      : null;
  return t.classExpression(id, superClass, t.classBody(members));
}

/** Of each member that has one. */
function keyOperands(tree: Operation): (Tree | null)[] {
  if (tree.step.op !== "class") return [];
  const { superClass, constructorFunction, members } = tree.step.definition;
  let next = (superClass === null ? 0 : 1) + (constructorFunction?.captures.length ?? 0);
  return members.map((member) => {
    const hasKey = member.key !== null && !(typeof member.key === "object" && "privateName" in member.key);
    const key = hasKey ? tree.operands[next++]! : null;
    next += member.closure?.captures.length ?? 0;
    return key;
  });
}

function printConstructor(ctx: PrintContext, ref: MadeFunction): Member {
  const parts = ctx.functionParts(ref, true);
  if (parts.opaque !== null) return opaqueMember(parts.opaque);
  return t.classMethod("constructor", t.identifier("constructor"), parts.params, parts.body);
}

function opaqueMember(node: t.Node): Member {
  if (t.isClassMethod(node) || t.isClassPrivateMethod(node) || t.isStaticBlock(node)) return node;
  throw new Refusal("a class member that stays as it is");
}

function printMember(ctx: PrintContext, member: ClassMember, made: MadeFunction | null, key: Tree | null): Member {
  if (member.kind === "staticBlock") {
    const parts = ctx.functionParts(made!, true);
    return parts.opaque === null ? t.staticBlock(parts.body.body) : opaqueMember(parts.opaque);
  }
  const privateName = typeof member.key === "object" && "privateName" in member.key ? member.key.privateName : null;
  if (member.kind === "field") return printField(ctx, member, made, privateName, key);
  const parts = ctx.functionParts(made!, true);
  if (parts.opaque !== null) {
    const node = opaqueMember(parts.opaque);
    if (!t.isClassMethod(node) || key === null) return node;
    const printed = printPropertyKey(ctx, key);
    return Object.assign(node, { key: printed.node, computed: printed.computed });
  }
  if (privateName !== null)
    return t.classPrivateMethod(
      member.kind,
      t.privateName(t.identifier(privateName)),
      parts.params,
      parts.body,
      member.isStatic,
    );
  const { node, computed } = printPropertyKey(ctx, key!);
  return t.classMethod(member.kind, node as t.Identifier, parts.params, parts.body, computed, member.isStatic);
}

function printField(
  ctx: PrintContext,
  member: ClassMember & { kind: "field" },
  made: MadeFunction | null,
  privateName: string | null,
  key: Tree | null,
): Member {
  const value = made === null ? null : fieldValue(ctx.functionParts(made, true));
  if (privateName !== null)
    return t.classPrivateProperty(t.privateName(t.identifier(privateName)), value, [], member.isStatic);
  const { node, computed } = printPropertyKey(ctx, key!);
  return t.classProperty(node as t.Identifier, value, null, null, computed, member.isStatic);
}

/** An initializer is one expression; what is more is an arrow called on the spot, which sees the same this. */
function fieldValue({ body, opaque }: FunctionParts): t.Expression {
  if (opaque !== null) {
    if (t.isExpression(opaque)) return opaque;
    throw new Refusal("an initializer that stays as it is");
  }
  const concise = conciseBody(body);
  return t.isBlockStatement(concise) ? t.callExpression(t.arrowFunctionExpression([], body), []) : concise;
}
