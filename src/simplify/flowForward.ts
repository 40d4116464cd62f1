/**
 * What holds at the start of each block, whichever way it is reached: forward data flow of facts that a pass makes up.
 *
 * Needs: a verified function. Promises: the greatest solution; null for blocks that nothing leads to. At the function's
 * entry, and where an exception leads, nothing is known.
 *
 * Algorithm: blocks are taken in the order of their ids from a worklist; what comes along an edge is met with what is known
 * at its target, which is done again when it became less. Facts only become less, so this ends.
 *
 * After: Kildall, "A unified approach to global program optimization", POPL 1973.
 */
import { Worklist } from "../base/worklist.ts";
import { successorsOf } from "../ir/successorsOf.ts";
import type { Block, BlockId, Instruction, IrFunction } from "../ir/types.ts";

export interface Facts<Known> {
  /** where nothing is known */
  readonly nothing: () => Known;
  readonly copy: (known: Known) => Known;
  /** `known` after the instruction, changed in place */
  readonly step: (known: Known, instruction: Instruction) => void;
  /** `known`, a copy of its own, on the way from the end of a block to the next; null: that way is never taken */
  readonly leave: (known: Known, from: Block, to: Block) => Known | null;
  /** reduces `known` to what holds of `other` too; whether it became less */
  readonly meet: (known: Known, other: Known) => boolean;
}

export function flowForward<Known>(fn: IrFunction, facts: Facts<Known>): readonly (Known | null)[] {
  const into: (Known | null)[] = fn.blocks.map(() => null);
  const work = new Worklist<BlockId>([]);
  const start = (id: BlockId): void => {
    into[id] = facts.nothing();
    work.add(id);
  };
  start(fn.entry);
  for (const region of fn.regions) if (region.kind === "try") start(region.handler);
  for (let id = work.take(); id !== undefined; id = work.take()) {
    const block = fn.blocks[id]!;
    const known = facts.copy(into[id]!);
    for (const instruction of block.instructions) facts.step(known, instruction);
    for (const to of successorsOf(block.terminator)) {
      const next = facts.leave(facts.copy(known), block, fn.blocks[to]!);
      if (next === null) continue;
      const before = into[to]!;
      if (before === null) into[to] = next;
      else if (!facts.meet(before, next)) continue;
      work.add(to);
    }
  }
  return into;
}
