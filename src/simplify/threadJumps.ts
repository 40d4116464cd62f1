/**
 * An edge to a block that only jumps on leads to where that one jumps. Blocks that lead out of a region or close a loop
 * stay: they are where the region is left, and the one latch of the loop.
 *
 *   A: branch x -> B, C;  B: goto D   =>   A: branch x -> D, C
 */
import type { Block, BlockId, IrFunction, Terminator } from "../ir/types.ts";

export function threadJumps(fn: IrFunction): IrFunction {
  const final = (id: BlockId): BlockId => {
    let at = id;
    for (let steps = 0; steps < fn.blocks.length; steps++) {
      const block = fn.blocks[at]!;
      if (block.instructions.length > 0 || block.terminator.op !== "jump") return at;
      const next = fn.blocks[block.terminator.to]!;
      if (next.region !== block.region || next.id === at || next.id <= at || isNext(next)) return at;
      at = next.id;
    }
    return at;
  };
  let changed = false;
  const blocks = fn.blocks.map((block): Block => {
    const terminator = mapTargets(block.terminator, (id) => {
      const to = fn.blocks[id]!.region === block.region ? final(id) : id;
      if (to !== id) changed = true;
      return to;
    });
    return { ...block, terminator };
  });
  return changed ? { ...fn, blocks } : fn;
}

function isNext({ terminator }: Block): boolean {
  return terminator.op === "forOfNext" || terminator.op === "forInNext";
}

/** The terminator with its targets replaced. */
export function mapTargets(end: Terminator, map: (id: BlockId) => BlockId): Terminator {
  switch (end.op) {
    case "jump":
      return { ...end, to: map(end.to) };
    case "branch":
      return { ...end, then: map(end.then), else: map(end.else) };
    case "switch":
      return { ...end, cases: end.cases.map((c) => ({ ...c, to: map(c.to) })), default: map(end.default) };
    case "enterTry":
      return { ...end, body: map(end.body) };
    case "enterForOf":
    case "enterForIn":
      return { ...end, next: map(end.next) };
    case "forOfNext":
    case "forInNext":
      return { ...end, body: map(end.body), exit: map(end.exit) };
    default:
      return end;
  }
}
