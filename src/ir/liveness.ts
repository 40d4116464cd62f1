/**
 * Purpose: which slots hold a value that may still be read, at the start of each block.
 * Needs: a lowered function. Promises: exceptional edges count: what is live into a handler is live in all of its region.
 * Algorithm: backwards data flow over bit sets with a worklist; blocks of a region are revisited when its handler changes.
 */
import { Worklist } from "../base/worklist.ts";
import { operandsOf, writtenSlots } from "./operands.ts";
import { successorsOf } from "./successorsOf.ts";
import type { Block, BlockId, IrFunction, RegionId, Slot } from "./types.ts";

type Graph = Pick<IrFunction, "blocks" | "regions" | "entry">;

interface Effect {
  /** read before any write in the block */
  readonly reads: Set<Slot>;
  readonly writes: Set<Slot>;
}

export function liveIn(fn: Graph): ReadonlySet<Slot>[] {
  const effects = fn.blocks.map(effectOf);
  const live = fn.blocks.map(() => new Set<Slot>());
  const handlers = fn.blocks.map((b) => handlersOf(fn, b.region));
  const before = predecessors(fn, handlers);
  const work = new Worklist<BlockId>(fn.blocks.map((b) => b.id).reverse());
  for (let id = work.take(); id !== undefined; id = work.take()) {
    const block = fn.blocks[id]!;
    const into = live[id]!;
    const size = into.size;
    const effect = effects[id]!;
    for (const slot of effect.reads) into.add(slot);
    for (const to of successorsOf(block.terminator))
      for (const slot of live[to]!) if (!effect.writes.has(slot)) into.add(slot);
    for (const { handler, exception } of handlers[id]!)
      for (const slot of live[handler]!) if (slot !== exception) into.add(slot);
    if (into.size !== size) for (const p of before[id]!) work.add(p);
  }
  return live;
}

function effectOf(block: Block): Effect {
  const reads = new Set<Slot>();
  const writes = new Set<Slot>();
  for (const step of [...block.instructions, block.terminator]) {
    for (const operand of operandsOf(step)) if (typeof operand === "number" && !writes.has(operand)) reads.add(operand);
    for (const slot of writtenSlots(step)) writes.add(slot);
  }
  return { reads, writes };
}

interface Handler {
  readonly handler: BlockId;
  readonly exception: Slot;
}

/** The handler that an exception in this region goes to. */
function handlersOf(fn: Graph, region: RegionId | null): readonly Handler[] {
  for (let r = region; r !== null; r = fn.regions[r]!.parent) {
    const info = fn.regions[r]!;
    if (info.kind === "try") return [info];
  }
  return [];
}

function predecessors(fn: Graph, handlers: readonly (readonly Handler[])[]): BlockId[][] {
  const before: BlockId[][] = fn.blocks.map(() => []);
  for (const block of fn.blocks) {
    for (const to of successorsOf(block.terminator)) before[to]!.push(block.id);
    for (const { handler } of handlers[block.id]!) before[handler]!.push(block.id);
  }
  return before;
}
