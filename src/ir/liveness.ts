/**
 * Purpose: which slots hold a value that may still be read, at the start of each block.
 * Needs: a lowered function. Promises: exceptional edges count: what is live into a handler is live in all of its region.
 * Algorithm: backwards data flow over bit sets with a worklist; blocks of a region are revisited when its handler changes.
 */
import { Worklist } from "../base/worklist.ts";
import { operandsOf, writtenSlots } from "./operands.ts";
import { successorsOf } from "./successorsOf.ts";
import type { Block, BlockId, Instruction, IrFunction, RegionId, Slot, Terminator } from "./types.ts";

type Graph = Pick<IrFunction, "blocks" | "regions" | "entry">;

export function liveIn(fn: Graph): ReadonlySet<Slot>[] {
  const effects = fn.blocks.map(effectOf);
  const words = (effects.reduce((most, effect) => Math.max(most, effect.last), 0) >>> 5) + 1;
  const written = effects.map(({ writes }) => bitsOf(writes, words));
  // what a block reads before it writes it is live from the start; the rest comes from the blocks behind it
  const live = effects.map(({ reads }) => bitsOf(reads, words));
  const handlers = fn.blocks.map((b) => handlersOf(fn, b.region));
  const before = predecessors(fn, handlers);
  const work = new Worklist<BlockId>(fn.blocks.map((b) => b.id).reverse());
  for (let id = work.take(); id !== undefined; id = work.take()) {
    const into = live[id]!;
    let grown = false;
    for (const to of successorsOf(fn.blocks[id]!.terminator)) grown = add(into, live[to]!, written[id]!) || grown;
    for (const { handler, exception } of handlers[id]!)
      grown = add(into, live[handler]!, bitsOf([exception], words)) || grown;
    if (grown) for (const p of before[id]!) work.add(p);
  }
  return live.map(slotsOf);
}

/** A bit for each slot. */
type Bits = Uint32Array;

function bitsOf(slots: Iterable<Slot>, words: number): Bits {
  const bits = new Uint32Array(words);
  for (const slot of slots) bits[slot >>> 5]! |= 1 << (slot & 31);
  return bits;
}

function slotsOf(bits: Bits): Set<Slot> {
  const slots = new Set<Slot>();
  for (const [word, all] of bits.entries())
    for (let rest = all; rest !== 0; rest &= rest - 1) slots.add(word * 32 + 31 - Math.clz32(rest & -rest));
  return slots;
}

/** Adds what is in `from` and not in `without`; false: that was there. */
function add(into: Bits, from: Bits, without: Bits): boolean {
  let grown = false;
  for (let word = 0; word < into.length; word++) {
    const news = from[word]! & ~without[word]! & ~into[word]!;
    if (news === 0) continue;
    into[word]! |= news;
    grown = true;
  }
  return grown;
}

interface Effect {
  /** read before any write in the block */
  readonly reads: ReadonlySet<Slot>;
  readonly writes: ReadonlySet<Slot>;
  readonly last: Slot;
}

function effectOf(block: Block): Effect {
  const reads = new Set<Slot>();
  const writes = new Set<Slot>();
  let last = 0;
  const note = (step: Instruction | Terminator): void => {
    for (const operand of operandsOf(step)) {
      if (typeof operand !== "number") continue;
      if (!writes.has(operand)) reads.add(operand);
      last = Math.max(last, operand);
    }
    for (const slot of writtenSlots(step)) {
      writes.add(slot);
      last = Math.max(last, slot);
    }
  };
  block.instructions.forEach(note);
  note(block.terminator);
  return { reads, writes, last };
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
