/**
 * Instructions whose result nobody reads and that can have no effect are dropped, as are those that only they needed.
 * Only what certainly has none (isPure.ts).
 */
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { Block, Instruction, IrFunction, Slot } from "../ir/types.ts";
import { isPure } from "../ir/isPure.ts";

export function dropDead(fn: IrFunction): IrFunction {
  const reads = new Array<number>(fn.slots.length).fill(0);
  for (const block of fn.blocks) {
    for (const step of [...block.instructions, block.terminator])
      for (const operand of operandsOf(step)) if (typeof operand === "number") reads[operand]!++;
  }
  const dead = new Set<Instruction>();
  const definitions = new Map<Slot, Instruction[]>();
  for (const block of fn.blocks) {
    for (const step of block.instructions)
      for (const slot of writtenSlots(step)) definitions.set(slot, [...(definitions.get(slot) ?? []), step]);
  }
  const pending: Slot[] = [...definitions.keys()].filter((slot) => reads[slot] === 0);
  for (let slot = pending.pop(); slot !== undefined; slot = pending.pop()) {
    for (const step of definitions.get(slot) ?? []) {
      if (dead.has(step) || !isPure(step)) continue;
      dead.add(step);
      for (const operand of operandsOf(step))
        if (typeof operand === "number" && --reads[operand]! === 0) pending.push(operand);
    }
  }
  if (dead.size === 0) return fn;
  const blocks = fn.blocks.map((block): Block => {
    const instructions = block.instructions.filter((step) => !dead.has(step));
    return instructions.length === block.instructions.length ? block : { ...block, instructions };
  });
  return { ...fn, blocks };
}
