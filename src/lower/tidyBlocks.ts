/**
 * Purpose: the final blocks of a function from those written while lowering.
 * Needs: every reachable block ends. Promises: only reachable blocks, numbered in reverse postorder-like order of first
 * discovery; no block that only jumps on (except latches, and blocks before a loop header); straight lines are one block;
 * a branch to one place is a jump. Regions that nothing enters are dropped.
 */
import { definitely, invariant } from "../base/invariant.ts";
import type { Block, BlockId, Region, RegionId, Terminator } from "../ir/types.ts";
import { mapTargets } from "../ir/mapTargets.ts";
import { successorsOf } from "../ir/successorsOf.ts";
import type { OpenBlock } from "./openBlock.ts";

interface Tidied {
  readonly entry: BlockId;
  readonly blocks: readonly Block[];
  readonly regions: readonly Region[];
}

export function tidyBlocks(open: readonly OpenBlock[], regions: readonly Region[]): Tidied {
  shortCut(open, regions);
  const reached = reach(open, regions);
  merge(open, regions, reached);
  return renumber(open, regions);
}

function terminatorOf(block: OpenBlock): Terminator {
  return definitely(block.terminator, `the end of block ${block.id}`);
}

/** Edges to blocks that do nothing but jump on lead to where those jump. */
function shortCut(open: readonly OpenBlock[], regions: readonly Region[]): void {
  const final = (id: BlockId): BlockId => {
    let at = id;
    for (let steps = 0; steps < open.length; steps++) {
      const block = open[at]!;
      if (block.kept || block.instructions.length > 0 || block.terminator?.op !== "jump") return at;
      const next = open[block.terminator.to]!;
      if (next.region !== block.region || next.kept || next.id === at) return at;
      at = next.id;
    }
    return at;
  };
  void regions;
  for (const block of open) {
    if (block.terminator === null) continue;
    const mapped = mapTargets(block.terminator, final);
    block.terminator = mapped.op === "branch" && mapped.then === mapped.else ? { op: "jump", to: mapped.then } : mapped;
  }
}

function reach(open: readonly OpenBlock[], regions: readonly Region[]): Set<BlockId> {
  const reached = new Set<BlockId>([0]);
  const pending: BlockId[] = [0];
  const add = (id: BlockId): void => {
    if (reached.has(id)) return;
    reached.add(id);
    pending.push(id);
  };
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const block = open[id]!;
    for (const to of successorsOf(terminatorOf(block))) add(to);
    for (let r = block.region; r !== null; r = regions[r]!.parent) {
      const region = regions[r]!;
      if (region.kind === "try") add(region.handler);
    }
  }
  return reached;
}

/** A block that is entered from one block only, by its jump, becomes the end of that one. */
function merge(open: readonly OpenBlock[], regions: readonly Region[], reached: ReadonlySet<BlockId>): void {
  const entries = new Array<number>(open.length).fill(0);
  entries[0] = 1;
  for (const id of reached) for (const to of successorsOf(terminatorOf(open[id]!))) entries[to]!++;
  for (const region of regions) if (region.kind === "try") entries[region.handler] = (entries[region.handler] ?? 0) + 2;
  for (const id of reached) {
    const block = open[id]!;
    for (;;) {
      const end = terminatorOf(block);
      if (end.op !== "jump" || end.to === id || entries[end.to] !== 1) break;
      const next = open[end.to]!;
      const last = terminatorOf(next).op;
      if (next.region !== block.region || last === "forOfNext" || last === "forInNext" || next.terminator === end)
        break;
      if (next.id === 0) break;
      for (const instruction of next.instructions) block.instructions.push(instruction);
      block.terminator = next.terminator;
      next.instructions.length = 0;
      next.terminator = { op: "unreachable" };
      entries[next.id] = 0;
    }
  }
}

function renumber(open: readonly OpenBlock[], regions: readonly Region[]): Tidied {
  const reached = reach(open, regions);
  const newIds = new Map<BlockId, BlockId>();
  for (const block of open) if (reached.has(block.id)) newIds.set(block.id, newIds.size);
  const used = new Set<RegionId>();
  for (const id of reached)
    for (let r = open[id]!.region; r !== null && !used.has(r); r = regions[r]!.parent) used.add(r);
  const newRegions = new Map<RegionId, RegionId>();
  for (const region of regions) if (used.has(region.id)) newRegions.set(region.id, newRegions.size);
  const regionOf = (r: RegionId | null): RegionId | null =>
    r === null ? null : definitely(newRegions.get(r), "region");
  const to = (id: BlockId): BlockId => definitely(newIds.get(id), "block");
  const blocks: Block[] = [];
  for (const block of open) {
    if (!reached.has(block.id)) continue;
    let terminator = mapTargets(terminatorOf(block), to);
    if ("region" in terminator)
      terminator = { ...terminator, region: definitely(newRegions.get(terminator.region), "region of a terminator") };
    blocks.push({ id: to(block.id), region: regionOf(block.region), instructions: block.instructions, terminator });
  }
  const kept: Region[] = [];
  for (const region of regions) {
    const id = newRegions.get(region.id);
    if (id === undefined) continue;
    const parent = regionOf(region.parent);
    kept.push(
      region.kind === "try" ? { ...region, id, parent, handler: to(region.handler) } : { ...region, id, parent },
    );
  }
  invariant(to(0) === 0, "the entry comes first");
  return { entry: 0, blocks, regions: kept };
}
