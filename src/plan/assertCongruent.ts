/**
 * Checks congruence: what is called static depends on nothing dynamic.
 *
 * An own walk over the graphs, by binding times alone: within a block a static operation has no dynamic operand; along
 * an edge a slot that is dynamic at the end of one block is not static at the start of the next; a parameter is dynamic
 * where some call passes something dynamic. Throws an InvariantViolation.
 *
 * After: Jones, Gomard & Sestoft 1993, section 4.4.1.
 */
import type { BindingTime, BindingTimes, BlockFact, DivisionFact } from "../analysis/types.ts";
import { invariant } from "../base/invariant.ts";
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { BlockId, Instruction, Terminator } from "../ir/types.ts";

export function assertCongruent(times: BindingTimes): void {
  const byId = new Map(times.divisions.map((d) => [d.id, d]));
  for (const division of times.divisions)
    division.blocks.forEach((block, id) => {
      if (block.reached) checkBlock(byId, division, block, id);
    });
}

/** Operations that store or pass on a dynamic operand are early all the same: their result is partially static. */
function checkBlock(
  byId: ReadonlyMap<number, DivisionFact>,
  division: DivisionFact,
  block: BlockFact,
  id: BlockId,
): void {
  const { instructions, terminator, region } = division.func.blocks[id]!;
  const slots = [...block.slots];
  for (const [index, fact] of block.instructions.entries()) {
    const instruction = instructions[index]!;
    const where = (): string =>
      `${division.code.file}, ${division.func.name || "top level"}, block ${id}, instruction ${index} (${instruction.op})`;
    const dynamic = operandsOf(instruction).filter((o) => typeof o === "number" && slots[o] === "dynamic");
    if (fact.time === "static")
      invariant(dynamic.length === 0, () => `not congruent: static with a dynamic operand: ${where()}`);
    if (fact.result === "static" && isComputation(instruction))
      invariant(dynamic.length === 0, () => `not congruent: a static result of a dynamic operand: ${where()}`);
    checkCall(byId, division, instruction, `${id}:${index}`, slots, where);
    for (const slot of writtenSlots(instruction))
      slots[slot] = "dst" in instruction && instruction.dst === slot ? fact.result : null;
  }
  if (block.instructions.length < instructions.length) return;
  if (block.terminator.time === "static" && decides(terminator))
    for (const operand of operandsOf(terminator))
      invariant(
        typeof operand !== "number" || slots[operand] !== "dynamic",
        () => `not congruent: a static branch on a dynamic slot: ${division.func.name}, block ${id}`,
      );
  if (region !== null) return;
  for (const to of targets(terminator)) {
    const next = division.blocks[to];
    if (next?.reached !== true || !block.flowsTo.includes(to)) continue;
    next.slots.forEach((time, slot) => {
      const before = slots[slot];
      invariant(
        before !== "dynamic" || time === "dynamic" || time === null,
        () =>
          `not congruent: slot ${slot} of ${division.func.name} is dynamic at the end of block ${id} and ${String(time)} at the start of block ${to}`,
      );
    });
  }
}

function isComputation(instruction: Instruction): boolean {
  return (
    instruction.op === "unary" ||
    instruction.op === "binary" ||
    instruction.op === "template" ||
    instruction.op === "copy" ||
    instruction.op === "getProp"
  );
}

function decides(terminator: Terminator): boolean {
  return terminator.op === "branch" || terminator.op === "switch";
}

function targets(terminator: Terminator): readonly BlockId[] {
  switch (terminator.op) {
    case "jump":
      return [terminator.to];
    case "branch":
      return [terminator.then, terminator.else];
    case "switch":
      return [...terminator.cases.map((c) => c.to), terminator.default];
    default:
      return [];
  }
}

function checkCall(
  byId: ReadonlyMap<number, DivisionFact>,
  division: DivisionFact,
  instruction: Instruction,
  at: string,
  slots: readonly (BindingTime | null | undefined)[],
  where: () => string,
): void {
  const call = division.calls.get(at);
  if (call === undefined || (instruction.op !== "call" && instruction.op !== "construct") || call.builtin !== null)
    return;
  for (const { division: id } of call.callees) {
    const callee = byId.get(id);
    if (callee === undefined) continue;
    for (const [i, argument] of instruction.args.entries()) {
      if (typeof argument !== "number") break;
      const passed = slots[argument];
      const taken = callee.params[i];
      invariant(
        passed !== "dynamic" || taken === undefined || taken === "dynamic",
        () =>
          `not congruent: parameter ${i} of ${callee.func.name} is ${String(taken)} where something dynamic is passed: ${where()}`,
      );
    }
  }
}
