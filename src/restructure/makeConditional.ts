/**
 * The tree for a value that comes from a branch: `a ? b : c`, or shorter where `a` is itself one of the values.
 *
 *   t ? v : t  =>  t && v        t ? t : v  =>  t || v        t == null ? v : t  =>  t ?? v
 *   t ? (u ? v : w) : w  =>  t && u ? v : w        t ? v : u ? v : w  =>  t || u ? v : w
 *   t == null ? undefined : t.k(v)  =>  t?.k(v)        x < y ? v : false  =>  x < y && v        x < y ? true : v  =>  x < y || v
 *
 * A shorter form reads the slot less often: `reads` is kept up to date. `unhole` puts a value that is then read once in the
 * place of the slot.
 */
import type { Slot } from "../ir/types.ts";
import type { Operation, Tree } from "./tree.ts";
import { nothing } from "./tree.ts";
import { isNullish, readsOf, sameLeaf } from "./treeShapes.ts";

export function makeConditional(test: Tree, then: Tree, otherwise: Tree, reads: number[]): Tree {
  if (test.kind === "not") return makeConditional(test.value, otherwise, then, reads);
  if (test.kind === "slot" && sameLeaf(test, otherwise)) {
    reads[test.slot]!--;
    return { kind: "logical", operator: "&&", left: test, right: then };
  }
  if (test.kind === "slot" && sameLeaf(test, then)) {
    reads[test.slot]!--;
    return { kind: "logical", operator: "||", left: test, right: otherwise };
  }
  const tested = isNullish(test) ? test.operands[0]! : null;
  if (tested?.kind === "slot") {
    if (sameLeaf(tested, otherwise)) {
      reads[tested.slot]!--;
      return { kind: "logical", operator: "??", left: tested, right: then };
    }
    if (then.kind === "constant" && then.value === undefined && startsWith(otherwise, tested.slot)) {
      reads[tested.slot]!--;
      return { kind: "optional", base: tested, hole: tested.slot, chain: otherwise };
    }
  }
  return joinedTests(test, then, otherwise, reads);
}

/** Two tests that lead to the same are one. */
function joinedTests(test: Tree, then: Tree, otherwise: Tree, reads: number[]): Tree {
  const isSame = (a: Tree, b: Tree): boolean => {
    if (!sameLeaf(a, b)) return false;
    if (a.kind === "slot") reads[a.slot]!--;
    return true;
  };
  if (then.kind === "conditional" && isSame(then.else, otherwise))
    return { ...then, test: { kind: "logical", operator: "&&", left: test, right: then.test } };
  if (otherwise.kind === "conditional" && isSame(otherwise.then, then))
    return { ...otherwise, test: { kind: "logical", operator: "||", left: test, right: otherwise.test } };
  if (!isBoolean(test)) return { kind: "conditional", test, then, else: otherwise };
  const [isNone, isAll] = [isConstant(otherwise, false), isConstant(then, true)];
  if (isNone && isAll) return test;
  if (isNone) return { kind: "logical", operator: "&&", left: test, right: then };
  if (isAll) return { kind: "logical", operator: "||", left: test, right: otherwise };
  return { kind: "conditional", test, then, else: otherwise };
}

function isConstant(tree: Tree, value: boolean): boolean {
  return tree.kind === "constant" && tree.value === value;
}

/** What it gives is true or false. */
function isBoolean(tree: Tree): boolean {
  if (tree.kind === "not") return true;
  if (tree.kind === "constant") return typeof tree.value === "boolean";
  if (tree.kind === "logical") return tree.operator !== "??" && isBoolean(tree.left) && isBoolean(tree.right);
  if (tree.kind !== "operation") return false;
  const { step } = tree;
  return step.op === "binary" ? COMPARISON.test(step.operator) : step.op === "unary" && step.operator === "!";
}

const COMPARISON = /^([=!]==?|[<>]=?|in|instanceof)$/;

/** The slot is the innermost object of a chain of members and calls, and occurs nowhere else. */
function startsWith(tree: Tree, slot: Slot): boolean {
  if (readsOf(tree, slot) !== 1) return false;
  let at = tree;
  for (let isChain = false; ; isChain = true) {
    if (at.kind === "slot") return isChain && at.slot === slot;
    const next = chainObject(at);
    if (next === null) return false;
    at = next;
  }
}

function chainObject(tree: Tree): Tree | null {
  if (tree.kind === "optional") return tree.base;
  if (tree.kind === "method") return tree.callee.step.op === "getSuper" ? null : tree.callee;
  if (tree.kind !== "operation") return null;
  const { step, operands } = tree;
  if (step.op === "getProp" || step.op === "getPrivate") return operands[0]!;
  const receiver = operands[1];
  if (step.op === "call" && receiver?.kind === "constant" && receiver.value === undefined)
    return operands[0]!.kind === "slot" ? operands[0]! : null;
  return null;
}

/**
 * `r.k?.(v)`: the tested slot is called with the object that it was read from. `valueOf` tells what waits in a slot; the
 * tree is made only if the value of the tested slot can take its place at once.
 */
export function optionalCall(
  test: Tree,
  then: Tree,
  otherwise: Tree,
  reads: number[],
  valueOf: (slot: Slot) => Tree | null,
): Tree | null {
  const tested = isNullish(test) ? test.operands[0]! : null;
  if (tested?.kind !== "slot" || then.kind !== "constant" || then.value !== undefined) return null;
  if (otherwise.kind !== "operation" || otherwise.step.op !== "call") return null;
  const [callee, receiver, ...args] = otherwise.operands;
  if (!sameLeaf(callee!, tested) || receiver?.kind !== "slot" || reads[tested.slot] !== 2) return null;
  if (args.some((a) => readsOf(a, tested.slot) > 0)) return null;
  const read = valueOf(tested.slot);
  if (read?.kind !== "operation" || (read.step.op !== "getProp" && read.step.op !== "getPrivate")) return null;
  if (!sameLeaf(read.operands[0]!, receiver)) return null;
  reads[tested.slot]!--;
  reads[receiver.slot]!--;
  const chain: Tree = { ...otherwise, operands: [tested, nothing, ...args] };
  return { kind: "optional", base: tested, hole: tested.slot, chain };
}

/**
 * The first slot evaluated in a tree made here is replaced by its value, if `valueOf` has it; and so on with the object
 * that the value is read from.
 */
export function unhole(tree: Tree, valueOf: (slot: Slot) => Tree | null): Tree {
  if (tree.kind === "logical" && tree.left.kind === "slot") {
    const left = valueOf(tree.left.slot);
    return left === null ? tree : { ...tree, left };
  }
  if (tree.kind !== "optional" || tree.base.kind !== "slot") return tree;
  const base = valueOf(tree.base.slot);
  if (base === null) return tree;
  const object =
    base.kind === "operation" && (base.step.op === "getProp" || base.step.op === "getPrivate")
      ? base.operands[0]!
      : null;
  const inner = object?.kind === "slot" ? valueOf(object.slot) : null;
  if (inner === null) return { ...tree, base };
  return { ...tree, base: { ...(base as Operation), operands: [inner, ...(base as Operation).operands.slice(1)] } };
}

/** `!tree`; comparisons that are exact opposites turn around, orderings do not (NaN). */
export function negate(tree: Tree): Tree {
  if (tree.kind === "not") return tree.value;
  if (tree.kind === "constant") return { kind: "constant", value: !tree.value };
  const opposite =
    tree.kind === "operation" && tree.step.op === "binary" ? opposites.get(tree.step.operator) : undefined;
  if (opposite !== undefined) {
    const { step, operands } = tree as Operation & { step: { op: "binary" } };
    return { kind: "operation", step: { ...step, operator: opposite }, operands };
  }
  if (tree.kind === "operation" && tree.step.op === "unary" && tree.step.operator === "!") return tree.operands[0]!;
  return { kind: "not", value: tree };
}

const opposites: ReadonlyMap<string, "===" | "!==" | "==" | "!="> = new Map([
  ["===", "!=="],
  ["!==", "==="],
  ["==", "!="],
  ["!=", "=="],
] as const);
