/**
 * Operators on constants become their results: what is the same on all ways to a point is known only when all ways are.
 *
 *   i = inc 0   =>   i = 1        right = 0 + 0   =>   right = 0
 */
import type { Block, Instruction, IrFunction } from "../ir/types.ts";
import type { Completion } from "../semantics/completion.ts";
import { evaluateBinary } from "../semantics/evaluateBinary.ts";
import { evaluateUnary } from "../semantics/evaluateUnary.ts";

export function foldConstants(fn: IrFunction): IrFunction {
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
  const done = evaluated(step);
  if (done?.kind !== "value" || !("dst" in step)) return step;
  const { dst, origin } = step;
  return { op: "copy", dst, value: { value: done.value }, ...(origin === undefined ? {} : { origin }) };
}

function evaluated(step: Instruction): Completion | null {
  if (step.op === "unary")
    return typeof step.value === "number" ? null : evaluateUnary(step.operator, step.value.value);
  if (step.op !== "binary" || typeof step.left === "number" || typeof step.right === "number") return null;
  return evaluateBinary(step.operator, step.left.value, step.right.value);
}
