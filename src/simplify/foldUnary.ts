/**
 * Unary operators on constants become their results: what is the same on all ways to a point is known only when all ways are.
 *
 *   i = inc 0   =>   i = 1
 */
import type { Block, Instruction, IrFunction } from "../ir/types.ts";
import { evaluateUnary } from "../semantics/evaluateUnary.ts";

export function foldUnary(fn: IrFunction): IrFunction {
  let changed = false;
  const blocks = fn.blocks.map((block): Block => {
    const instructions = block.instructions.map(folded);
    if (instructions.every((step, i) => step === block.instructions[i])) return block;
    changed = true;
    return { ...block, instructions };
  });
  return changed ? { ...fn, blocks } : fn;
}

function folded(step: Instruction): Instruction {
  if (step.op !== "unary" || typeof step.value === "number") return step;
  const done = evaluateUnary(step.operator, step.value.value);
  if (done.kind !== "value") return step;
  const { origin } = step;
  return { op: "copy", dst: step.dst, value: { value: done.value }, ...(origin === undefined ? {} : { origin }) };
}
