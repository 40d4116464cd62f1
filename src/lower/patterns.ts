/**
 * Destructuring. One walk for declarations (variables get their first value) and assignments (targets are evaluated
 * before the value is fetched). Arrays: see `arrayPatterns`.
 */
import type { Operand, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { lowerArrayPattern } from "./arrayPatterns.ts";
import { UNDEFINED, type Context, type PreparedTarget } from "./context.ts";
import { propertyKey } from "./literals.ts";
import { lowerMemberTarget, writeMember } from "./members.ts";
import { isInert } from "./isInert.ts";
import { unwrap } from "./nodeFacts.ts";
import { assignVariable, initializeVariable } from "./variables.ts";

/** How names in a pattern get their value. */
export type PatternMode = "assign" | "declare";

export function assignPattern(ctx: Context, target: t.Node, value: Operand): void {
  prepareTarget(ctx, target, "assign").store(value);
}

export function declarePattern(ctx: Context, target: t.Node, value: Operand): void {
  prepareTarget(ctx, target, "declare").store(value);
}

/** Evaluates what stands on the left (the object and key of a member); patterns inside are left for `store`. */
export function prepareTarget(ctx: Context, node: t.Node, mode: PatternMode): PreparedTarget {
  const target = unwrap(node);
  switch (target.type) {
    case "Identifier":
      return prepareName(ctx, target, mode);
    case "MemberExpression": {
      const member = lowerMemberTarget(ctx, target);
      return { slot: undefined, fresh: undefined, store: (value) => writeMember(ctx, member, value) };
    }
    case "AssignmentPattern": {
      const inner = prepareTarget(ctx, target.left, mode);
      return {
        slot: undefined,
        fresh: undefined,
        store: (value) => inner.store(withDefault(ctx, target, value, inner.fresh)),
      };
    }
    case "ObjectPattern":
      return { slot: undefined, fresh: undefined, store: (value) => lowerObjectPattern(ctx, target, value, mode) };
    case "ArrayPattern":
      return {
        slot: undefined,
        fresh: undefined,
        store: (value) => lowerArrayPattern(ctx, target, value, (element) => prepareTarget(ctx, element, mode)),
      };
    case "TSParameterProperty":
      return prepareTarget(ctx, target.parameter, mode);
    case "RestElement":
      return prepareTarget(ctx, target.argument, mode);
    default:
      throw new Error(`${target.type} is no target`);
  }
}

function prepareName(ctx: Context, node: t.Identifier, mode: PatternMode): PreparedTarget {
  const binding = ctx.module.analysis.bindings.get(node) ?? null;
  if (
    mode === "assign" ||
    binding === null ||
    (binding.kind === "var" && binding.storage !== "slot") ||
    binding.kind === "function"
  )
    return { slot: undefined, fresh: undefined, store: (value) => assignVariable(ctx, node, value) };
  const slot = binding.storage === "slot" ? ctx.slotOf(binding) : undefined;
  return {
    slot,
    fresh: binding.kind === "var" ? undefined : slot,
    store: (value) => initializeVariable(ctx, binding, value),
  };
}

/** The value, or that of the default where it is undefined. */
function withDefault(ctx: Context, node: t.AssignmentPattern, value: Operand, fresh: Slot | undefined): Operand {
  const { build } = ctx;
  const left = unwrap(node.left);
  const name = left.type === "Identifier" ? left.name : "";
  if (typeof value === "object") return value.value === undefined ? ctx.named(node.right, name) : value;
  const result = fresh ?? build.temporary();
  build.copy(result, value);
  const isUndefined = build.compute(undefined, (dst) => ({
    op: "binary",
    operator: "===",
    dst,
    left: result,
    right: UNDEFINED,
  }));
  const missing = build.newBlock();
  const join = build.newBlock();
  build.end({ op: "branch", condition: isUndefined, then: missing.id, else: join.id });
  build.start(missing);
  build.copy(result, ctx.named(node.right, name, result));
  build.start(join);
  return result;
}

function lowerObjectPattern(ctx: Context, node: t.ObjectPattern, value: Operand, mode: PatternMode): void {
  const { build } = ctx;
  const first = node.properties[0];
  const readsAtOnce = first?.type === "ObjectProperty" && !first.computed && isReadAtOnce(first.value, mode);
  if (!readsAtOnce) build.emit({ op: "requireObject", value });
  const hasRest = node.properties[node.properties.length - 1]?.type === "RestElement";
  const excluded: Operand[] = [];
  // with a rest, reads that are not noticed apart from each other stand together, as native syntax has them
  const isLate = hasRest && node.properties.every((p) => p.type === "RestElement" || isQuiet(ctx, p, mode));
  const late: (() => void)[] = [];
  for (const property of node.properties) {
    if (property.type === "RestElement") {
      const target = prepareTarget(ctx, property.argument, mode);
      target.store(build.compute(target.slot, (dst) => ({ op: "objectRest", dst, source: value, excluded })));
      continue;
    }
    const key = propertyKey(ctx, property).operand;
    if (hasRest) excluded.push(key);
    const target = prepareTarget(ctx, property.value, mode);
    const read = build.compute(mode === "declare" ? target.slot : undefined, (dst) => ({
      op: "getProp",
      dst,
      object: value,
      key,
    }));
    if (isLate) late.push(() => target.store(read));
    else target.store(read);
  }
  for (const store of late) store();
}

/** Nobody can tell whether the variable gets its value, or its default, now or when everything has been read. */
function isQuiet(ctx: Context, property: t.ObjectProperty, mode: PatternMode): boolean {
  if (property.computed) return false;
  const target = unwrap(property.value);
  const isDefault = target.type === "AssignmentPattern";
  if (isDefault && !isInert(ctx, target.right)) return false;
  const name = unwrap(isDefault ? target.left : target);
  return name.type === "Identifier" && prepareName(ctx, name, mode).fresh !== undefined;
}

/** Nothing of the target is evaluated before the property is read. */
function isReadAtOnce(target: t.Node, mode: PatternMode): boolean {
  if (mode === "declare") return true;
  const inner = unwrap(target);
  return inner.type === "AssignmentPattern" ? isReadAtOnce(inner.left, mode) : inner.type !== "MemberExpression";
}
