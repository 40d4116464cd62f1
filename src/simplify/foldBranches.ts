/**
 * Branches and switches that are decided by a constant, or lead to one place anyway, become jumps.
 *
 *   branch 0 -> A, B   =>   goto B
 */
import type { Block, BlockId, IrFunction, Terminator } from "../ir/types.ts";

export function foldBranches(fn: IrFunction): IrFunction {
  let changed = false;
  const blocks = fn.blocks.map((block): Block => {
    const to = decided(block.terminator);
    if (to === null) return block;
    changed = true;
    const { origin } = block.terminator;
    return { ...block, terminator: { op: "jump", to, ...(origin === undefined ? {} : { origin }) } };
  });
  return changed ? { ...fn, blocks } : fn;
}

function decided(end: Terminator): BlockId | null {
  if (end.op === "branch") {
    if (end.then === end.else) return end.then;
    return typeof end.condition === "number" ? null : end.condition.value ? end.then : end.else;
  }
  if (end.op !== "switch") return null;
  if (end.cases.every((c) => c.to === end.default)) return end.default;
  const { value } = end;
  if (typeof value === "number") return null;
  return end.cases.find((c) => c.test === value.value)?.to ?? end.default;
}
