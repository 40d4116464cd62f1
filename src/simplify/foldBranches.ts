/**
 * Branches and switches that are decided by a constant, or lead to one place or to the same steps anyway, become jumps.
 *
 *   branch 0 -> A, B   =>   goto B
 *   branch x -> A, B;  A: y = z; goto C;  B: y = z; goto C   =>   goto A
 */
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import { successorsOf } from "../ir/successorsOf.ts";
import type { Block, BlockId, Instruction, IrFunction, Terminator } from "../ir/types.ts";
import { sameOperand, shapeOf } from "./instructionShape.ts";
import { pastEmpty } from "./pastEmpty.ts";

export function foldBranches(fn: IrFunction): IrFunction {
  let changed = false;
  const blocks = fn.blocks.map((block): Block => {
    const to = decided(block.terminator) ?? anyOf(fn, block);
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

/** One of the targets, if control does the same behind each of them. */
function anyOf(fn: IrFunction, { terminator, region }: Block): BlockId | null {
  if (terminator.op !== "branch" && terminator.op !== "switch") return null;
  const [first, ...others] = successorsOf(terminator).map((id) => fn.blocks[id]!);
  if (first === undefined || first.region !== region) return null;
  return others.every((other) => isSame(fn, first, other)) ? first.id : null;
}

function isSame(fn: IrFunction, one: Block, other: Block): boolean {
  if (one.region !== other.region || one.instructions.length !== other.instructions.length) return false;
  if (!one.instructions.every((step, n) => isSameStep(step, other.instructions[n]!))) return false;
  const [end, twin] = [one.terminator, other.terminator];
  if (end.op === "jump" && twin.op === "jump") return pastEmpty(fn, end.to) === pastEmpty(fn, twin.to);
  return (end.op === "return" || end.op === "throw") && end.op === twin.op && sameOperand(end.value, twin.value);
}

function isSameStep(one: Instruction, other: Instruction): boolean {
  if (one === other) return true;
  if (one.op !== other.op || shapeOf(one) !== shapeOf(other)) return false;
  const [written, twins] = [writtenSlots(one), writtenSlots(other)];
  if (!written.every((slot, n) => slot === twins[n])) return false;
  const operands = operandsOf(other);
  return operandsOf(one).every((operand, n) => sameOperand(operand, operands[n]!));
}
