/**
 * A block that ends with a jump, and the block that only this jump leads to, are one.
 *
 *   A: x = f(); goto B;   B: return x   =>   A: x = f(); return x
 *
 * Needs: a verified function. Promises: the same steps; blocks keep their ids, those that are joined to others are empty.
 */
import { successorsOf } from "../ir/successorsOf.ts";
import type { Block, BlockId, Instruction, IrFunction } from "../ir/types.ts";

export function joinBlocks(fn: IrFunction): IrFunction {
  const entries = new Array<number>(fn.blocks.length).fill(0);
  entries[fn.entry]!++;
  for (const region of fn.regions) if (region.kind === "try") entries[region.handler]!++;
  for (const { terminator } of fn.blocks) for (const to of successorsOf(terminator)) entries[to]!++;
  const gone = new Set<BlockId>();
  const joined = fn.blocks.map((block): Block => {
    if (gone.has(block.id) || nextOf(fn, block, entries) === null) return block;
    const instructions: Instruction[] = [];
    let last = block;
    for (let next: Block | null = block; next !== null; next = nextOf(fn, next, entries)) {
      if (next !== block) gone.add(next.id);
      for (const step of next.instructions) instructions.push(step);
      last = next;
    }
    return { ...block, instructions, terminator: last.terminator };
  });
  if (gone.size === 0) return fn;
  const blocks = joined.map((block): Block =>
    gone.has(block.id) ? { ...block, instructions: [], terminator: { op: "unreachable" } } : block,
  );
  return { ...fn, blocks };
}

function nextOf(fn: IrFunction, block: Block, entries: readonly number[]): Block | null {
  if (block.terminator.op !== "jump") return null;
  const next = fn.blocks[block.terminator.to]!;
  const isHead = next.terminator.op === "forOfNext" || next.terminator.op === "forInNext";
  return entries[next.id] === 1 && next.region === block.region && !isHead ? next : null;
}
