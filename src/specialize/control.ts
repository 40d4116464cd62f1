/**
 * Where control goes: jumps, joins, forks, calls that return, exceptions that unwind. A path is run until it ends in a
 * version, a fork, a return or a throw; versions and arms of forks are queued.
 */
import type { BlockId, Operand, Origin, RegionId } from "../ir/types.ts";
import { anyFact } from "../semantics/numberFacts.ts";
import type { Comparison } from "./compareStates.ts";
import { compareStates } from "./compareStates.ts";
import { changedPromises } from "./changedPromises.ts";
import type { Miss } from "./misses.ts";
import { missesOf } from "./misses.ts";
import { lift } from "./lift.ts";
import { figuresOf } from "./figures.ts";
import { Bailout } from "./limits.ts";
import { mergeStates } from "./mergeStates.ts";
import { enterRound, slotsOfRounds } from "./rounds.ts";
import { cutGrowth } from "./cutGrowth.ts";
import type { Run } from "./run.ts";
import type { Arrival, Flow, Frame, ResidualBlock, ResidualEdge, ResidualRegion, State, Version } from "./state.ts";
import { forkState, leaveCalls, top } from "./state.ts";
import type { Cause, Value } from "./values.ts";
import { dynamic } from "./values.ts";
import type { Place } from "./versions.ts";
import { classAt, firstUnlike, keptConstants, nameOfSlot, orderOf, placeAt, pointKey, restart } from "./versions.ts";

/** Continues at a block of the innermost frame. */
export function goTo(run: Run, state: State, block: BlockId): Flow {
  const frame = top(state);
  if (frame.regions.size > 0) leaveRegions(run, state, frame, frame.code.ir.blocks[block]?.region ?? null);
  frame.block = block;
  frame.ip = 0;
  dropCursors(frame);
  const isHead = headsResidualLoop(state);
  if (isHead) throwsAtEnd(run, state, state.region);
  if (!isHead && !joins(run, frame, block)) return "moved";
  state.block.terminator = { op: "edge", edge: arrive(run, state, null, null) };
  return "ended";
}

/** Continues behind the call in the innermost frame, joining with other paths out of the callee. */
export function goAfterCall(run: Run, state: State, calleeForked: boolean): Flow {
  void run;
  if (!calleeForked) return "moved";
  state.block.terminator = { op: "edge", edge: arrive(run, state, null, null) };
  return "ended";
}

function joins(run: Run, frame: Frame, block: BlockId): boolean {
  if (frame.code.isMerge[block] !== true) return false;
  const activation = frame.activation;
  // evaluation writes no code, so that a loop whose first rounds are evaluated apart costs nothing
  if (frame.code.isLoopHeader[block] !== true || run.session.evaluating) return activation.forked;
  run.touchActivation(activation);
  const { forks, visits } = activation;
  const isHere = frame.visited.get(block) === forks;
  if (!isHere) frame.visited = new Map(frame.visited).set(block, forks);
  const times = (visits.get(block) ?? 0) + 1;
  visits.set(block, times);
  if (times > run.limits.steps) throw new Bailout("a static loop does not end");
  return !isHere;
}

/** Residual regions end where the code leaves the regions they were made for. */
function leaveRegions(run: Run, state: State, frame: Frame, region: RegionId | null): void {
  const kept = regionsAround(frame, region);
  let target = state.region;
  for (const [id, made] of frame.regions) {
    if (kept.includes(id)) continue;
    if (isWithin(target, made)) target = made.parent;
  }
  closeIterators(run, state, target);
  if ([...frame.regions.keys()].some((id) => !kept.includes(id)))
    frame.regions = new Map([...frame.regions].filter(([id]) => kept.includes(id)));
  enterRegion(run, state, target);
}

/** A region and those around it. */
function regionsAround(frame: Frame, region: RegionId | null): RegionId[] {
  const around: RegionId[] = [];
  for (let r = region; r !== null; r = frame.code.ir.regions[r]?.parent ?? null) around.push(r);
  return around;
}

/** Where loops that are left have got to: paths that leave one in other rounds are not told apart by that. */
function dropCursors(frame: Frame): void {
  const { slots, code, block } = frame;
  const first = code.ir.slots.length;
  let kept: RegionId[] | null = null;
  for (let id = 0; first + id < slots.length; id++) {
    if (slots.get(first + id) === undefined) continue;
    kept ??= regionsAround(frame, code.ir.blocks[block]?.region ?? null);
    if (!kept.includes(id)) slots.set(first + id, undefined);
  }
}

function isWithin(region: ResidualRegion | null, outer: ResidualRegion): boolean {
  for (let r = region; r !== null; r = r.parent) if (r === outer) return true;
  return false;
}

/** Goes on in a residual block of another region. */
export function enterRegion(run: Run, state: State, region: ResidualRegion | null): void {
  if (state.region === region) return;
  const block = run.newBlock(region);
  state.block.terminator = { op: "goto", block };
  state.block = block;
  state.region = region;
}

/** A state reaches a point where paths join: the edge to the version it fits, which may be a new one. */
export function arrive(
  run: Run,
  state: State,
  before: Arrival["before"],
  handlerOf: ResidualRegion | null,
): ResidualEdge {
  // each region has a handler of its own: what it catches is a variable of that region
  const key = run.decisions.intern(handlerOf === null ? pointKey(state) : `${pointKey(state)}!${handlerOf.id}`);
  const isHandler = handlerOf !== null;
  run.reach(key);
  const versions = run.versions.get(key) ?? [];
  const place = placeAt(run.decisions, key, state);
  run.reach(place.point);
  const texts = new Map<string, string>();
  const walked = new Map<Version, Comparison>();
  for (const version of versions) {
    const model = version.state ?? version.pending[0]?.state;
    if (version.point !== place.point || model === undefined) continue;
    const unlike = firstUnlike(version.kept, state, texts);
    const comparison: Comparison =
      unlike === null
        ? compareStates(version, model, state, run.decisions)
        : { kind: "other", slot: unlike, reason: "value" };
    figuresOf(run).noteComparison(version.pointKey, comparison);
    if (unlike === null) walked.set(version, comparison);
    if (comparison.kind === "widen") file(run, version, comparison);
    if (comparison.kind === "match")
      return join(run, version, { state, edge: { to: version, args: [] }, before }, comparison);
  }
  const limit = isHandler || headsResidualLoop(state) ? 1 : run.limits.versions;
  if (versions.length >= Math.min(limit, run.limits.shapes)) {
    const misses = missesOf(
      versions,
      place,
      (version, model) => walked.get(version) ?? compareStates(version, model, state, run.decisions),
    );
    const grown = misses.growing(run.limits.shapes);
    if (versions.length >= limit || grown.length > 0)
      generalize(run, state, place, grown.length > 0 ? grown : misses.all(), limit > 1);
  }
  return open(run, state, key, place, versions, before, isHandler);
}

/** The head of a for-of or for-in loop that stays: the one place that the iterator is stepped at, so it has one version. */
function headsResidualLoop(state: State): boolean {
  const frame = top(state);
  const end = frame.code.ir.blocks[frame.block]?.terminator;
  if (frame.ip !== 0 || (end?.op !== "forOfNext" && end?.op !== "forInNext")) return false;
  const isUnrolled = frame.slots.get(frame.code.ir.slots.length + end.region)?.kind === "object";
  return !isUnrolled && frame.regions.has(end.region);
}

function open(
  run: Run,
  state: State,
  key: string,
  place: Place,
  versions: Version[],
  before: Arrival["before"],
  isHandler: boolean,
): ResidualEdge {
  const frame = top(state);
  const roundBefore = cutGrowth(run, state, place);
  const apart = slotsOfRounds(state);
  const here = classAt(run.decisions, place.point, state, apart);
  run.reach(here);
  run.reach(run.decisions.kinOf(here));
  const version: Version = {
    id: versions.length,
    pointKey: key,
    point: place.point,
    class: here,
    selected: place.selected,
    apart,
    kept: keptConstants(run.decisions, place.point, state, apart),
    order: orderOf(state),
    isLoopHeader: frame.ip === 0 && frame.code.isLoopHeader[frame.block] === true,
    isHandler,
    roundBefore,
    block: run.newBlock(state.region),
    pending: [],
    state: null,
    params: [],
    slots: new Map(),
  };
  run.versions.set(key, [...versions, version]);
  run.record(() => run.versions.set(key, versions));
  const edge: ResidualEdge = { to: version, args: [] };
  version.pending.push({ state, edge, before });
  run.enqueue(version.order, version, () => specializeVersion(run, version));
  return edge;
}

function join(run: Run, version: Version, arrival: Arrival, comparison: Comparison & { kind: "match" }): ResidualEdge {
  if (version.state === null) {
    const { pending } = version;
    pending.push(arrival);
    run.record(() => pending.pop());
  } else bindArguments(run, version, arrival, comparison);
  return arrival.edge;
}

function file(run: Run, version: Version, comparison: Comparison & { kind: "widen" }): never {
  const filed = comparison.decisions.map(({ slot, decision, fact }) =>
    fact === undefined
      ? run.decisions.add(version.class, slot, decision)
      : run.decisions.widen(version.class, slot, fact),
  );
  restart(`generalized at ${version.class}`, filed);
  const asked = comparison.decisions.map((d) => `${d.slot} ${d.decision}`).join(", ");
  throw new Bailout(`a state does not fit its version (${asked})`);
}

/** Too many versions: the slot they differ in most often becomes dynamic. */
function generalize(
  run: Run,
  state: State,
  place: Place,
  misses: readonly Miss[],
  /** a limit was met; else the point has one version by its nature */
  isLimit: boolean,
): never {
  const order = [...misses].sort((a, b) => b.count - a.count || (a.slot < b.slot ? -1 : 1));
  for (const { slot, reason } of order) {
    const point = place.selected.some((one) => one.slot === slot) ? run.decisions.pointOf(place.point) : place.point;
    const filed = run.decisions.add(point, slot, reason === "value" ? "general" : "escape");
    if (filed === null) continue;
    const found = { point: placeOf(state), slot: nameOfSlot(state, slot), reason: "too many versions" };
    if (isLimit) run.decisions.generalized.push(found);
    restart(`too many versions at ${point}: ${slot} is generalized`, [filed]);
  }
  throw new Bailout(`too many versions at ${place.point}`);
}

function placeOf(state: State): string {
  const { ir } = top(state).code;
  return ir.name === "" ? `${ir.origin?.file ?? ""}:${ir.origin?.line ?? ""}` : ir.name;
}

/**
 * In evaluation, all paths have come together when none is left to be followed: control is static again. No code is
 * written there, so the joins behind need no versions.
 */
function unfork(run: Run, state: State): void {
  if (!run.session.evaluating || !run.isIdle) return;
  for (const { activation } of state.frames) {
    run.touchActivation(activation);
    activation.forked = false;
  }
}

/** Makes the merged state and specializes from it. */
function specializeVersion(run: Run, version: Version): void {
  const arrivals = version.pending;
  run.touch(version.block);
  run.record(() => {
    version.pending = arrivals;
    version.state = null;
    version.params = [];
    version.slots = new Map();
  });
  const [only] = arrivals;
  if (only !== undefined && arrivals.length === 1 && goesOnAsItIs(run, version)) {
    version.state = only.state;
    version.pending = [];
    unfork(run, only.state);
    runPath(run, forkState(only.state, version.block));
    return;
  }
  const merged = mergeStates(
    run,
    version,
    arrivals.map((a) => a.state),
  );
  enterRound(run.decisions, version, merged);
  version.state = merged;
  version.pending = [];
  version.block.params = version.params;
  // one that comes alone, and of which nothing had to be given up, comes as what was made of it
  const isSame = arrivals.length === 1 && version.params.length === 0 && !run.decisions.knows(version.class);
  for (const arrival of isSame ? [] : arrivals) {
    const comparison = compareStates(version, merged, arrival.state, run.decisions);
    figuresOf(run).noteComparison(version.pointKey, comparison);
    if (comparison.kind === "widen") file(run, version, comparison);
    if (comparison.kind === "other") {
      const decision = comparison.reason === "value" ? "general" : "escape";
      restart("states that join do not fit together", [run.decisions.add(version.point, comparison.slot, decision)]);
      throw new Bailout(`states that join do not fit together (${comparison.slot})`);
    }
    // the arrival itself stays as it is, in case this has to be done again
    run.touch(arrival.state.block);
    if (arrival.before !== null) run.touch(arrival.before.block);
    const state = forkState(arrival.state, arrival.state.block);
    bindArguments(run, version, { ...arrival, state }, comparison);
  }
  unfork(run, merged);
  runPath(run, forkState(merged, version.block));
}

/**
 * Evaluation of modules and set-ups holds everything there is in its heap, and hardly ever do paths come together there: one
 * that comes alone goes on without a walk over all of it. What arrives later is compared with it as with any version.
 */
function goesOnAsItIs(run: Run, version: Version): boolean {
  return run.session.evaluating && !version.isLoopHeader && !version.isHandler && !run.decisions.knows(version.class);
}

/** Computes an edge's arguments; what has to be lifted for them is written at its start. */
function bindArguments(run: Run, version: Version, arrival: Arrival, comparison: Comparison & { kind: "match" }): void {
  const scratch = arrival.before === null ? null : { ...arrival.state.block, instructions: [] };
  if (scratch !== null) arrival.state.block = scratch;
  const virtual = [...comparison.objects.values()].filter(
    (a) => arrival.state.store.peek(a).residence.kind === "virtual",
  );
  arrival.edge.args = version.params.map((param): Operand => {
    const value = comparison.bindings.get(param);
    return value === undefined ? { value: undefined } : lift(run, arrival.state, value);
  });
  for (const address of virtual) {
    if (arrival.state.store.peek(address).residence.kind === "virtual") continue;
    const object = arrival.state.store.get(address);
    restart("an object escapes at a join", [run.decisions.add(version.point, `made at ${object.site}`, "escape")]);
    throw new Bailout("an object is known to one version and rebuilt for another", undefined);
  }
  if (scratch !== null && arrival.before !== null) spliceBefore(arrival.before, scratch);
}

function spliceBefore(before: NonNullable<Arrival["before"]>, scratch: ResidualBlock): void {
  if (scratch.instructions.length === 0) return;
  const anchor = before.block.instructions.findIndex((i) => before.serial === i.serial);
  before.block.instructions.splice(anchor < 0 ? before.block.instructions.length : anchor, 0, ...scratch.instructions);
}

/** Two or more ways to go on, chosen at run time. Each target's state is set up by `enter`. */
export function forkTo(
  run: Run,
  state: State,
  cause: Cause,
  targets: readonly { readonly block: BlockId; readonly refine: (state: State) => void }[],
): ResidualBlock[] {
  run.markFork(state, cause);
  if (!run.session.evaluating) figuresOf(run).noteFork(state);
  return targets.map(({ block, refine }) => {
    const arm = forkState(state, run.newBlock(state.region));
    refine(arm);
    const start = arm.block;
    const flow = goTo(run, arm, block);
    if (flow === "moved") enqueuePath(run, arm);
    return start;
  });
}

/** Loops that are left on the way to a region close their iterators, which may throw. */
export function closeIterators(run: Run, state: State, to: ResidualRegion | null): void {
  for (let region = state.region; region !== null && region !== to; region = region.parent)
    if (region.kind === "forOf") throwsAtEnd(run, state, region.parent);
}

/** What the block ends in may throw: the handler around `from` gets an edge from there. */
function throwsAtEnd(run: Run, state: State, from: ResidualRegion | null): void {
  const edge = edgeToHandler(run, state, null, from);
  if (edge !== null) state.block.exceptional = [...state.block.exceptional, edge];
}

/**
 * The edge to the handler of the innermost residual try region around `from`, from in front of an instruction or from the end
 * of the block, with the state as it is now; but of fields of dynamic objects nothing is known there, for what throws may have
 * written some before. Null: nothing catches.
 */
export function edgeToHandler(
  run: Run,
  state: State,
  serial: number | null,
  from: ResidualRegion | null,
): ResidualEdge | null {
  const handler = handlerState(run, state, from);
  if (handler === null) return null;
  run.session.forgetFields(handler.state);
  const edge = arrive(run, handler.state, { block: state.block, serial }, handler.region);
  const { region } = handler;
  if (region.handler !== null) return edge;
  region.handler = edge.to;
  run.record(() => (region.handler = null));
  return edge;
}

/**
 * An exception with a known or dynamic value: to the innermost handler of the unfolded calls, or out. From a loop that stays
 * it is thrown: it is not what leaving the loop does to the iterator, whose own exception would be heard.
 */
export function raise(run: Run, state: State, value: Value, origin?: Origin): Flow {
  for (let level = state.frames.length - 1; level >= 0; level--) {
    const frame = state.frames[level];
    if (frame === undefined) continue;
    const block = frame.code.ir.blocks[frame.block];
    for (let r = block?.region ?? null; r !== null; r = frame.code.ir.regions[r]?.parent ?? null) {
      const region = frame.code.ir.regions[r];
      if (region?.kind !== "try") continue;
      if (closesOnTheWay(state, r, level)) return throwTo(run, state, value, origin);
      const outer = regionOfFrame(state, level);
      leaveCalls(state, level + 1);
      enterRegion(run, state, outer);
      top(state).slots.set(region.exception, value);
      return goTo(run, state, region.handler);
    }
  }
  for (const promise of changedPromises(run, state)) run.breakPromise(promise);
  state.block.terminator = { op: "throw", value: lift(run, state, value), origin };
  return "ended";
}

function throwTo(run: Run, state: State, value: Value, origin: Origin | undefined): Flow {
  const operand = lift(run, state, value);
  throwsAtEnd(run, state, state.region);
  state.block.terminator = { op: "throw", value: operand, origin };
  return "ended";
}

/** A loop that stays is between here and the try region of a frame. */
function closesOnTheWay(state: State, source: RegionId, level: number): boolean {
  let closes = false;
  for (let region = state.region; region !== null; region = region.parent) {
    if (region.kind === "forOf") closes = true;
    else if (region.kind === "try" && region.source === source && region.frameDepth === level + 1) return closes;
  }
  return false;
}

/** The innermost residual region that the frames up to `level` are in. */
function regionOfFrame(state: State, level: number): ResidualRegion | null {
  const inner = state.frames[level + 1];
  return inner === undefined ? state.region : inner.outerRegion;
}

/** The state in which the innermost residual try region's handler would start; null when nothing catches. */
function handlerState(
  run: Run,
  state: State,
  from: ResidualRegion | null,
): { readonly state: State; readonly region: ResidualRegion } | null {
  let region = from;
  while (region !== null && region.kind !== "try") region = region.parent;
  if (region === null) return null;
  const copy = forkState(state, state.block);
  leaveCalls(copy, region.frameDepth);
  copy.region = region.parent;
  const frame = top(copy);
  const handler = frame.code.ir.regions[region.source];
  if (handler?.kind !== "try") return null;
  const cause = { what: "an exception caught at run time" };
  frame.slots.set(handler.exception, dynamic(region.exception, cause, anyFact));
  frame.block = region.handlerBlock;
  frame.ip = 0;
  dropCursors(frame);
  frame.regions = new Map([...frame.regions].filter(([, made]) => made !== region && !isWithin(made, region)));
  run.markFork(copy);
  return { state: copy, region };
}

/** Runs a path to its end. A bail-out learns in which unfolded calls it happened. */
export function runPath(run: Run, state: State): void {
  try {
    for (let flow: Flow = "moved"; flow !== "ended";) flow = run.machine.step(run, state);
  } catch (error) {
    if (error instanceof Bailout) error.frames ??= state.frames.map((f) => ({ self: f.self, key: f.code.key }));
    throw error;
  }
}

/** Files that specialization goes on from the state later. */
export function enqueuePath(run: Run, state: State): void {
  run.enqueue(orderOf(state), null, () => {
    run.touch(state.block);
    // the state itself stays as it is, in case this has to be done again
    runPath(run, forkState(state, state.block));
  });
}

/** Empties the queue. */
export function drain(run: Run): void {
  for (let item = run.next(); item !== undefined; item = run.next()) item.go();
}
