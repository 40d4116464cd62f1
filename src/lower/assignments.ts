/** Assignments and `++`/`--`. The target's object and key come first, then its old value, then the right side. */
import type { BinaryOperator, Operand, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { stable, type Context } from "./context.ts";
import { branchOnLeft } from "./logical.ts";
import { lowerMemberTarget, readMember, writeMember, type Member } from "./members.ts";
import { unwrap } from "./nodeFacts.ts";
import { assignPattern } from "./patterns.ts";
import { assignVariable, readVariable } from "./variables.ts";

/** What is assigned to, evaluated: `get` reads it, `set` assigns it. */
interface Target {
  readonly slot: Slot | undefined;
  get(): Operand;
  set(value: Operand): void;
}

export function lowerAssignment(ctx: Context, node: t.AssignmentExpression, dst?: Slot): Operand {
  const left = unwrap(node.left);
  if (node.operator === "=") return lowerPlain(ctx, left, node.right);
  if (node.operator === "&&=" || node.operator === "||=" || node.operator === "??=")
    return lowerLogicalAssignment(ctx, node.operator, left, node.right, dst);
  const target = targetForUpdate(ctx, left, node.right);
  const old = stable(ctx, target.get(), node.right);
  const right = ctx.expression(node.right);
  const operator = node.operator.slice(0, -1) as BinaryOperator;
  const value = ctx.build.compute(target.slot, (to) => ({ op: "binary", operator, dst: to, left: old, right }));
  target.set(value);
  return value;
}

function lowerPlain(ctx: Context, left: t.Node, right: t.Node): Operand {
  if (left.type === "Identifier") {
    const slot = writableSlot(ctx, left);
    const name = left.extra?.["parenthesized"] ? "" : left.name;
    const value = ctx.named(right, name, slot !== undefined && isAtomic(right) ? slot : undefined);
    assignVariable(ctx, left, value);
    return slot ?? value;
  }
  if (left.type === "MemberExpression") {
    const target = lowerMemberTarget(ctx, left, right);
    const value = ctx.expression(right);
    writeMember(ctx, target, value);
    return value;
  }
  const value = ctx.expression(right);
  const held = stable(ctx, value, left);
  assignPattern(ctx, left, held);
  return held;
}

/** The slot of a variable that may simply be written. */
function writableSlot(ctx: Context, node: t.Identifier): Slot | undefined {
  const binding = ctx.module.analysis.bindings.get(node);
  if (!binding || binding.storage !== "slot" || binding.scope.kind === "enum") return undefined;
  return ["const", "self", "classSelf", "import"].includes(binding.kind) ? undefined : ctx.slotOf(binding);
}

/** Its value is written by one last instruction that read all it needs: the target cannot be seen half done. */
function isAtomic(node: t.Node): boolean {
  switch (unwrap(node).type) {
    case "CallExpression":
    case "NewExpression":
    case "BinaryExpression":
    case "UnaryExpression":
    case "MemberExpression":
    case "ArrayExpression":
    case "ObjectExpression":
    case "TemplateLiteral":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return true;
    default:
      return false;
  }
}

/** `x &&= v`: no assignment at all when the left side decides. */
function lowerLogicalAssignment(
  ctx: Context,
  operator: "&&=" | "||=" | "??=",
  left: t.Node,
  right: t.Node,
  dst?: Slot,
): Operand {
  const { build } = ctx;
  const target = targetForUpdate(ctx, left, right);
  const result = dst ?? build.temporary();
  build.copy(result, target.get());
  const go = build.newBlock();
  const join = build.newBlock();
  branchOnLeft(ctx, operator.slice(0, -1) as "&&" | "||" | "??", result, go, join);
  build.start(go);
  build.copy(result, left.type === "Identifier" ? ctx.named(right, left.name) : ctx.expression(right));
  target.set(result);
  build.start(join);
  return result;
}

export function lowerUpdate(ctx: Context, node: t.UpdateExpression): Operand {
  const { build } = ctx;
  const target = targetForUpdate(ctx, unwrap(node.argument));
  const given = target.get();
  const old = build.compute(undefined, (dst) => ({ op: "unary", operator: "toNumeric", dst, value: given }));
  const operator = node.operator === "++" ? "inc" : "dec";
  const value = build.compute(target.slot, (dst) => ({ op: "unary", operator, dst, value: old }));
  target.set(value);
  return node.prefix ? value : old;
}

function targetForUpdate(ctx: Context, left: t.Node, ...later: readonly t.Node[]): Target {
  if (left.type === "Identifier") {
    return {
      slot: writableSlot(ctx, left),
      get: () => readVariable(ctx, left),
      set: (value) => assignVariable(ctx, left, value),
    };
  }
  // A key that is an object becomes a property key for the read and again for the write, as the engines have it.
  const member = lowerMemberTarget(ctx, left as Member, ...later);
  return { slot: undefined, get: () => readMember(ctx, member), set: (value) => writeMember(ctx, member, value) };
}
