/**
 * A `try` whose handler throws again what it has caught, and does nothing else, is none.
 *
 *   try { f() } finally { depth -= 1 }, of which the specializer has done the second part   =>   f()
 *
 * Needs: a verified function. Promises: the same exceptions reach the same handlers, which find the same in the slots that
 * they read.
 *
 * Algorithm: the handler is followed through copies and jumps, within its own region, to a `throw` of the exception. What it
 * copies may be read on this way only where a handler further out could see it.
 */
import { operandsOf } from "../ir/operands.ts";
import type { Block, BlockId, IrFunction, Region, RegionId, Slot } from "../ir/types.ts";

/** The region itself, or the nearest one around it that is not dropped. */
type Around = (from: RegionId | null) => RegionId | null;
type Try = Extract<Region, { kind: "try" }>;

export function dropRethrow(fn: IrFunction): IrFunction {
  const entered = new Set(fn.blocks.flatMap(({ terminator: t }) => (t.op === "enterTry" ? [t.region] : [])));
  const tries = fn.regions.filter((region): region is Try => region.kind === "try" && entered.has(region.id));
  if (tries.length === 0) return fn;
  const dropped = new Set<RegionId>();
  const readers = readersOf(fn);
  const around: Around = (from) => {
    let at = from;
    while (at !== null && dropped.has(at)) at = fn.regions[at]!.parent;
    return at;
  };
  // what is gone is no handler further out any more
  for (let size = -1; size < dropped.size;) {
    size = dropped.size;
    for (const region of tries)
      if (!dropped.has(region.id) && throwsAgain(fn, region, around, readers)) dropped.add(region.id);
  }
  if (dropped.size === 0) return fn;
  const blocks = fn.blocks.map((block): Block => {
    const { terminator } = block;
    const isDropped = terminator.op === "enterTry" && dropped.has(terminator.region);
    return {
      ...block,
      region: around(block.region),
      terminator: isDropped ? { op: "jump", to: terminator.body } : terminator,
    };
  });
  return { ...fn, blocks, regions: fn.regions.map((region) => ({ ...region, parent: around(region.parent) })) };
}

function throwsAgain(
  fn: IrFunction,
  region: Try,
  around: Around,
  readers: ReadonlyMap<Slot, ReadonlySet<BlockId>>,
): boolean {
  const way = new Set<BlockId>();
  const copied: Slot[] = [];
  const held = new Set<Slot>([region.exception]);
  for (let at = region.handler; !way.has(at);) {
    way.add(at);
    const { instructions, terminator, region: within } = fn.blocks[at]!;
    if (around(within) !== around(region.parent)) return false;
    for (const step of instructions) {
      if (step.op !== "copy") return false;
      copied.push(step.dst);
      if (typeof step.value === "number" && held.has(step.value)) held.add(step.dst);
      else held.delete(step.dst);
    }
    if (terminator.op === "throw") {
      if (typeof terminator.value !== "number" || !held.has(terminator.value)) return false;
      const isSeen = (slot: Slot): boolean => [...(readers.get(slot) ?? [])].some((block) => !way.has(block));
      return !isGuarded(fn, around(region.parent), around) || ![region.exception, ...copied].some(isSeen);
    }
    if (terminator.op !== "jump") return false;
    at = terminator.to;
  }
  return false;
}

/** Something further out in the function catches. */
function isGuarded(fn: IrFunction, region: RegionId | null, around: Around): boolean {
  for (let at = region; at !== null; at = around(fn.regions[at]!.parent))
    if (fn.regions[at]!.kind === "try") return true;
  return false;
}

/** By slot, the blocks that read it. */
function readersOf(fn: IrFunction): ReadonlyMap<Slot, ReadonlySet<BlockId>> {
  const readers = new Map<Slot, Set<BlockId>>();
  for (const { id, instructions, terminator } of fn.blocks)
    for (const operand of [...instructions, terminator].flatMap(operandsOf)) {
      if (typeof operand !== "number") continue;
      const known = readers.get(operand);
      if (known === undefined) readers.set(operand, new Set([id]));
      else known.add(id);
    }
  return readers;
}
