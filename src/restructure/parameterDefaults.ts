/**
 * `if (p === undefined) p = value` at the start of a function, in the order of the parameters, is `p = value` in its head.
 * The `length` of a function counts the parameters in front of the first default.
 */
import type { IrFunction } from "../ir/types.ts";
import type { List, Statement, Tree } from "./tree.ts";

export interface Defaults {
  readonly defaults: ReadonlyMap<number, Tree>;
  readonly body: List;
}

export function parameterDefaults(fn: IrFunction, body: List): Defaults {
  const defaults = new Map<number, Tree>();
  let count = 0;
  let next = fn.length;
  if (fn.params.length === fn.length) return { defaults, body };
  for (const at of body) {
    const found = defaultIn(at, fn);
    if (found === null || found.index < next || (defaults.size === 0 && found.index !== fn.length)) break;
    defaults.set(found.index, found.value);
    next = found.index + 1;
    count++;
  }
  return { defaults, body: body.slice(count) };
}

function defaultIn(at: Statement, fn: IrFunction): { readonly index: number; readonly value: Tree } | null {
  if (at.kind === "line") return conditionalDefault(at.line.dst, at.line.tree, fn);
  if (at.kind !== "if" || at.else.length > 0 || at.then.length !== 1) return null;
  const [only] = at.then;
  if (only?.kind !== "line" || only.line.dst === null || !isUndefined(at.test, only.line.dst)) return null;
  const index = fn.params.indexOf(only.line.dst);
  return index < 0 ? null : { index, value: only.line.tree };
}

/** `p = p === undefined ? value : p` */
function conditionalDefault(
  dst: number | null,
  tree: Tree,
  fn: IrFunction,
): { readonly index: number; readonly value: Tree } | null {
  if (dst === null || tree.kind !== "conditional" || !isUndefined(tree.test, dst)) return null;
  if (tree.else.kind !== "slot" || tree.else.slot !== dst) return null;
  const index = fn.params.indexOf(dst);
  return index < 0 ? null : { index, value: tree.then };
}

function isUndefined(test: Tree, slot: number): boolean {
  if (test.kind !== "operation" || test.step.op !== "binary" || test.step.operator !== "===") return false;
  const [left, right] = test.operands;
  return left?.kind === "slot" && left.slot === slot && right?.kind === "constant" && right.value === undefined;
}
