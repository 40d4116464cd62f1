/**
 * Which slots may still be read when a block is entered.
 *
 * Needs: a function whose terminators are in range. Promises: for every block the slots that some path reads before it
 * writes them. An exception may leave a region from any point, so what is live into a handler is live all through its
 * region. Backward data flow to a fixed point over a worklist; near-linear for the graphs of structured programs.
 */
import { operandsOf, writtenSlots } from "./operands.ts";
import { successorsOf } from "./successorsOf.ts";
import type { Block, BlockId, IrFunction, Slot } from "./types.ts";

/** Live slots at the start of each block; index = block id. */
export function liveIn(fn: IrFunction): ReadonlySet<Slot>[] {
  const live = fn.blocks.map(() => new Set<Slot>());
  const users = usersOf(fn);
  const work: BlockId[] = fn.blocks.map((b) => b.id);
  const queued = new Set(work);
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    queued.delete(id);
    const block = fn.blocks[id];
    const known = live[id];
    if (block === undefined || known === undefined) continue;
    const next = transfer(fn, block, live);
    if (next.size === known.size) continue;
    live[id] = next;
    for (const user of users[id] ?? []) {
      if (queued.has(user)) continue;
      queued.add(user);
      work.push(user);
    }
  }
  return live;
}

/** Blocks whose liveness depends on a block's: its predecessors, and for a handler all blocks of the region. */
function usersOf(fn: IrFunction): BlockId[][] {
  const users: BlockId[][] = fn.blocks.map(() => []);
  for (const block of fn.blocks) {
    for (const to of successorsOf(block.terminator)) users[to]?.push(block.id);
    for (const handler of handlersOf(fn, block)) users[handler]?.push(block.id);
  }
  return users;
}

/** Handlers that an exception in the block may reach, innermost first. */
function handlersOf(fn: IrFunction, block: Block): BlockId[] {
  const handlers: BlockId[] = [];
  for (let at = block.region; at !== null; ) {
    const region = fn.regions[at];
    if (region === undefined) break;
    if (region.kind === "try") handlers.push(region.handler);
    at = region.parent;
  }
  return handlers;
}

function transfer(fn: IrFunction, block: Block, live: readonly ReadonlySet<Slot>[]): Set<Slot> {
  const alive = new Set<Slot>();
  for (const to of successorsOf(block.terminator)) for (const slot of live[to] ?? []) alive.add(slot);
  const steps = [...block.instructions, block.terminator];
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i];
    if (step === undefined) continue;
    for (const slot of writtenSlots(step)) alive.delete(slot);
    for (const operand of operandsOf(step)) if (typeof operand === "number") alive.add(operand);
  }
  for (const at of handlersOf(fn, block))
    for (const slot of live[at] ?? []) if (slot !== exceptionOf(fn, at)) alive.add(slot);
  return alive;
}

/** the slot that entering a handler writes */
function exceptionOf(fn: IrFunction, handler: BlockId): Slot | null {
  const region = fn.regions.find((r) => r.kind === "try" && r.handler === handler);
  return region?.kind === "try" ? region.exception : null;
}
