/**
 * Joins at which a static place may hold different values, because the paths that meet parted at a dynamic test, or
 * because a loop that only a dynamic test leaves goes round again.
 *
 * A place is a candidate where the values that meet come from different definitions. Whether paths part dynamically is
 * found per fork (see `meetingPoints`); a loop is bounded when one of its exits is decided by a static value that does
 * not itself depend on something kept polyvariant.
 *
 * Some places cannot be kept apart, whatever they decide: a `for-of` or `for-in` over something dynamic has one version, and a
 * counter of a loop that only dynamic tests leave has a value for each round (`isEndless`).
 */
import { countersOf } from "./countersOf.ts";
import type { Recorder } from "./executeBlock.ts";
import { meetingPoints } from "./flow.ts";
import type { Loop } from "./flow.ts";
import type { Heap } from "./heap.ts";
import type { Division, State } from "./state.ts";
import type { Location, Value } from "./value.ts";

export interface Candidate {
  /** a block, or `block.index` for the point behind a call */
  readonly point: string;
  readonly place: string;
  readonly unbounded: boolean;
  /** there is no end of versions of it */
  readonly isEndless: boolean;
}

export interface Varying {
  readonly candidates: readonly Candidate[];
  readonly bounded: ReadonlyMap<Loop, boolean>;
  /** some branch of the division is dynamic */
  readonly forks: boolean;
  /** some branch is static, by a value that does not vary */
  readonly decides: boolean;
}

export function findVarying(division: Division, records: readonly (Recorder | null)[]): Varying {
  const { flow, ir } = division;
  const count = ir.blocks.length;
  const reached = (from: number, to: number): boolean => division.edges.has(from * count + to);
  const joins = new Set<number>();
  const forks = new Set<number>();
  for (const block of flow.rpo) {
    const record = records[block];
    if (record === null || record === undefined) continue;
    // a test of something kept polyvariant parts the versions, as a dynamic one parts the paths
    const isFork =
      (record.terminator?.time === "dynamic" || record.varies) &&
      (flow.successors[block] ?? []).filter((to) => reached(block, to)).length > 1;
    const handler = flow.successors[block]!.find(
      (to) => reached(block, to) && ir.regions.some((r) => r.kind === "try" && r.handler === to),
    );
    const mayThrow = handler !== undefined && record.instructions.some((i) => i.time === "dynamic");
    if (mayThrow) joins.add(handler);
    if (!isFork && !mayThrow) continue;
    forks.add(block);
    for (const join of meetingPoints(flow, block, reached)) joins.add(join);
  }
  const bounded = new Map<Loop, boolean>();
  const headers = new Map<number, (place: string) => boolean>();
  for (const loop of flow.loops) {
    const isBounded =
      ![...loop.blocks].some((b) => forks.has(b)) || hasStaticExit(loop, records, flow.successors, reached);
    bounded.set(loop, isBounded);
    if (!isBounded) headers.set(loop.header, endlessIn(division, loop, records, reached));
  }
  const candidates: Candidate[] = [];
  for (const block of [...new Set([...joins, ...headers.keys()])].sort((a, b) => a - b)) {
    const state = division.blocksIn[block];
    if (state !== undefined) candidates.push(...placesAt(division, block, state, headers.get(block) ?? null));
  }
  records.forEach((record, block) => {
    for (const call of record?.calls ?? [])
      for (const place of call.varyingAfter)
        candidates.push({ point: `${block}.${call.index}`, place, unbounded: false, isEndless: false });
  });
  const decides = records.some(
    (r, block) =>
      r !== null && r.terminator?.time === "static" && !r.varies && (flow.successors[block]?.length ?? 0) > 1,
  );
  return { candidates, bounded, forks: forks.size > 0, decides };
}

function hasStaticExit(
  loop: Loop,
  records: readonly (Recorder | null)[],
  successors: readonly (readonly number[])[],
  reached: (from: number, to: number) => boolean,
): boolean {
  for (const block of loop.blocks) {
    const record = records[block];
    if (record === null || record === undefined || record.terminator === null) continue;
    const leaves = successors[block]!.some((to) => !loop.blocks.has(to) && reached(block, to));
    const stays = successors[block]!.some((to) => loop.blocks.has(to));
    if (leaves && stays && record.terminator.time !== "dynamic" && !record.varies) return true;
  }
  return false;
}

/** Which places of a loop that is not bounded have as many values as it has rounds. */
function endlessIn(
  division: Division,
  loop: Loop,
  records: readonly (Recorder | null)[],
  reached: (from: number, to: number) => boolean,
): (place: string) => boolean {
  const { ir, flow } = division;
  const { op } = ir.blocks[loop.header]!.terminator;
  const isLate = (block: number): boolean => records[block]?.terminator?.time === "dynamic";
  if ((op === "forOfNext" || op === "forInNext") && isLate(loop.header)) return () => true;
  const leaves = (block: number): boolean =>
    flow.successors[block]!.some((to) => !loop.blocks.has(to) && reached(block, to));
  if (![...loop.blocks].every((block) => !leaves(block) || isLate(block))) return () => false;
  const counters = countersOf(ir, loop);
  return (place) => place.startsWith("s") && counters.has(Number(place.slice(1)));
}

/** `isEndless`: of the loop of which the block is the header, if it is the header of one that is not bounded. */
function placesAt(
  division: Division,
  block: number,
  state: State,
  isEndless: ((place: string) => boolean) | null,
): Candidate[] {
  const found: Candidate[] = [];
  const point = String(block);
  const isJoin = (value: Value, place: string): boolean =>
    value.cause === null && value.def === division.phis.get(`${point}:${place}`);
  const unbounded = (value: Value): boolean =>
    isEndless !== null && (value.constants === null || value.constants.length === 0);
  const live = division.flow.liveIn[block]!;
  const add = (place: string, value: Value): void =>
    void found.push({ point, place, unbounded: unbounded(value), isEndless: isEndless?.(place) ?? false });
  state.slots.forEach((value, slot) => {
    if (value !== undefined && (live.has(slot) || slot >= division.ir.slots.length) && isJoin(value, `s${slot}`))
      add(`s${slot}`, value);
  });
  let reachable: ReadonlySet<Location> | null = null;
  for (const [location, object] of state.heap)
    for (const [key, value] of object.fields) {
      if (!isJoin(value, `h${location}.${key}`)) continue;
      reachable ??= reachableFrom(division, state, live);
      if (reachable.has(location)) add(`h${location}.${key}`, value);
    }
  return found;
}

/** Objects that live slots lead to, and those that the caller knows. */
function reachableFrom(division: Division, state: State, live: ReadonlySet<number>): ReadonlySet<Location> {
  const seen = new Set<Location>();
  const queue: Location[] = [...division.entry.heap.keys()];
  state.slots.forEach((value, slot) => {
    if (value !== undefined && (live.has(slot) || slot >= division.ir.slots.length)) queue.push(...value.locations);
  });
  const heap: Heap = state.heap;
  for (let location = queue.pop(); location !== undefined; location = queue.pop()) {
    if (seen.has(location)) continue;
    seen.add(location);
    const object = heap.get(location);
    if (object === undefined) continue;
    for (const value of object.fields.values()) queue.push(...value.locations);
    if (object.rest !== null) queue.push(...object.rest.locations);
    queue.push(...object.prototype);
  }
  return seen;
}
