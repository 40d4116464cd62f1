/** Classes: heritage and keys come as operands, members as functions made in place. */
import type { ClassMember, ClosureRef } from "../ir/types.ts";
import { t } from "../syntax/babel.ts";
import type { FunctionParts, PrintContext } from "./printing.ts";
import { conciseBody } from "./printClosure.ts";
import { printPropertyKey } from "./printObject.ts";
import type { Operation, Tree } from "./tree.ts";
import { Refusal } from "./tree.ts";

type Member = t.ClassBody["body"][number];

export function printClass(ctx: PrintContext, tree: Operation, name: string | null): t.ClassExpression {
  if (tree.step.op !== "class") throw new Error("not a class");
  const { definition } = tree.step;
  let next = 0;
  const take = (): Tree => tree.operands[next++]!;
  const superClass = definition.superClass === null ? null : ctx.expression(take());
  const skip = (ref: ClosureRef | null): void => void (next += ref?.captures.length ?? 0);
  const members: Member[] = [];
  skip(definition.constructorFunction);
  if (definition.constructorFunction !== null) members.push(printConstructor(ctx, definition.constructorFunction));
  for (const member of definition.members) {
    const key = member.key !== null && !(typeof member.key === "object" && "privateName" in member.key) ? take() : null;
    skip(member.closure);
    members.push(printMember(ctx, member, key));
  }
  const id =
    definition.selfCell !== null || (definition.name !== name && t.isValidIdentifier(definition.name))
      ? t.identifier(definition.name)
      : null;
  return t.classExpression(id, superClass, t.classBody(members));
}

function printConstructor(ctx: PrintContext, ref: ClosureRef): Member {
  const parts = ctx.functionParts(ref);
  if (parts.opaque !== null) return opaqueMember(parts.opaque);
  return t.classMethod("constructor", t.identifier("constructor"), parts.params, parts.body);
}

function opaqueMember(node: t.Node): Member {
  if (t.isClassMethod(node) || t.isClassPrivateMethod(node) || t.isStaticBlock(node)) return node;
  throw new Refusal("a class member that stays as it is");
}

function printMember(ctx: PrintContext, member: ClassMember, key: Tree | null): Member {
  if (member.kind === "staticBlock") {
    const parts = ctx.functionParts(member.closure);
    return parts.opaque === null ? t.staticBlock(parts.body.body) : opaqueMember(parts.opaque);
  }
  const privateName = typeof member.key === "object" && "privateName" in member.key ? member.key.privateName : null;
  if (member.kind === "field") return printField(ctx, member, privateName, key);
  const parts = ctx.functionParts(member.closure);
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
  privateName: string | null,
  key: Tree | null,
): Member {
  const value = member.closure === null ? null : fieldValue(ctx.functionParts(member.closure));
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
