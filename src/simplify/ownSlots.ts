/**
 * Variables that only some blocks of a function use, which a copy of the blocks is to have of its own: what is computed
 * and used there is then written in one place again, and can stand where it is used.
 *
 * Needs: a verified function, so that what is read has been written on every path; the blocks are entered at one of them.
 * Promises: inputs are not changed; slots that closures and classes see, and those of heads of loops and of patterns, are
 * not among them.
 */
import { inputSlots } from "../ir/inputSlots.ts";
import { mapEnd, mapOperands } from "../ir/mapOperands.ts";
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { Block, BlockId, Instruction, IrFunction, Operand, Slot, Terminator } from "../ir/types.ts";

/** Slots of these blocks alone. */
export function ownSlots(fn: IrFunction, blocks: readonly Block[], ids: ReadonlySet<BlockId>): ReadonlySet<Slot> {
  const inside = new Set<Slot>();
  const others = new Set<Slot>(inputSlots(fn));
  for (const region of fn.regions) if (region.kind === "try") others.add(region.exception);
  for (const { id, instructions, terminator } of blocks) {
    for (const step of [...instructions, terminator]) {
      const into = ids.has(id) && isPlain(step) ? inside : others;
      for (const slot of slotsOf(step)) into.add(slot);
    }
  }
  for (const slot of others) inside.delete(slot);
  return new Set([...inside].filter((slot) => ["variable", "temporary"].includes(fn.slots[slot]!.kind)));
}

/** The block with other slots. */
export function withSlots(block: Block, slots: ReadonlyMap<Slot, Slot>): Block {
  if (slots.size === 0) return block;
  const map = (operand: Operand): Operand => (typeof operand === "number" ? (slots.get(operand) ?? operand) : operand);
  const instructions = block.instructions.map((step): Instruction => {
    const read = mapOperands(step, map);
    const dst = "dst" in read ? slots.get(read.dst) : undefined;
    return dst === undefined ? read : ({ ...read, dst } as Instruction);
  });
  return { ...block, instructions, terminator: mapEnd(block.terminator, map) };
}

function slotsOf(step: Instruction | Terminator): Slot[] {
  return [...operandsOf(step).filter((operand) => typeof operand === "number"), ...writtenSlots(step)];
}

/** All that it writes is its result. */
function isPlain(step: Instruction | Terminator): boolean {
  if (step.op === "closure" || step.op === "class") return false;
  const written = writtenSlots(step);
  return written.length === 0 || (written.length === 1 && "dst" in step && step.dst === written[0]);
}
