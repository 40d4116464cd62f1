/**
 * Purpose: which slots hold a value that may still be read, at the start of each block.
 * Needs: a lowered function. Promises: exceptional edges count: what is live into a handler is live in all of its region.
 * Algorithm: each use is followed backwards, block by block, up to where the slot is written or known to be live. It takes
 * as long as what it returns is large: most slots of a large function are live in a few blocks only.
 * After: Boissinot et al., "Computing Liveness Sets for SSA-Form Programs", INRIA 2011: path exploration.
 */
import { operandsOf, writtenSlots } from "./operands.ts";
import { successorsOf } from "./successorsOf.ts";
import type { Block, BlockId, Instruction, IrFunction, RegionId, Slot, Terminator } from "./types.ts";

type Graph = Pick<IrFunction, "blocks" | "regions" | "entry">;

export function liveIn(fn: Graph): ReadonlySet<Slot>[] {
  const live = fn.blocks.map(() => new Set<Slot>());
  const effects = fn.blocks.map(effectOf);
  const before = predecessors(fn);
  const work: BlockId[] = [];
  const enter = (block: BlockId, slot: Slot): void => {
    if (live[block]!.has(slot)) return;
    live[block]!.add(slot);
    work.push(block);
  };
  for (const [block, { reads }] of effects.entries())
    for (const slot of reads) {
      enter(block, slot);
      for (let id = work.pop(); id !== undefined; id = work.pop()) {
        for (const from of before[id]!.normal) if (!effects[from]!.writes.has(slot)) enter(from, slot);
        // what is thrown is written on the way; else the block may be left before it writes anything
        for (const { from, exception } of before[id]!.exceptional) if (slot !== exception) enter(from, slot);
      }
    }
  return live;
}

interface Effect {
  /** read before any write in the block */
  readonly reads: ReadonlySet<Slot>;
  readonly writes: ReadonlySet<Slot>;
}

function effectOf(block: Block): Effect {
  const reads = new Set<Slot>();
  const writes = new Set<Slot>();
  const note = (step: Instruction | Terminator): void => {
    for (const operand of operandsOf(step)) if (typeof operand === "number" && !writes.has(operand)) reads.add(operand);
    for (const slot of writtenSlots(step)) writes.add(slot);
  };
  block.instructions.forEach(note);
  note(block.terminator);
  return { reads, writes };
}

/** What a block may be entered from: jumps, and as a handler of exceptions the blocks that it handles those of. */
interface Before {
  readonly normal: BlockId[];
  readonly exceptional: { readonly from: BlockId; readonly exception: Slot }[];
}

function predecessors(fn: Graph): readonly Before[] {
  const before = fn.blocks.map((): Before => ({ normal: [], exceptional: [] }));
  for (const block of fn.blocks) {
    for (const to of successorsOf(block.terminator)) before[to]!.normal.push(block.id);
    const region = handlingRegion(fn, block.region);
    if (region !== null) before[region.handler]!.exceptional.push({ from: block.id, exception: region.exception });
  }
  return before;
}

/** The region whose handler an exception in this one goes to. */
function handlingRegion(fn: Graph, region: RegionId | null): { handler: BlockId; exception: Slot } | null {
  for (let r = region; r !== null; r = fn.regions[r]!.parent) {
    const info = fn.regions[r]!;
    if (info.kind === "try") return info;
  }
  return null;
}
