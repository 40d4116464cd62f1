/**
 * Binding-time analysis: what of a program can be computed when the static parameters of an entry are known.
 *
 * Needs: a linked module graph whose functions are lowered, and the shapes of the entry's parameters. Promises: a
 * value called static is known to a specializer that makes a version of each program point for each value of the places
 * marked `keep`, lifts those marked `lift`, and unfolds and shares calls as said here (congruence is asserted in plan).
 * Every dynamic value has a cause. Same program, same result.
 *
 * Algorithm: abstract interpretation of the control-flow graphs (`Engine`), first of the modules' top levels, then of
 * the entry. Then rounds: the joins where static places differ under dynamic control are found; those that decide
 * control, dispatch or indexing are kept polyvariant, the others are made dynamic at the join; recursive calls under
 * dynamic control that meet the same static arguments again are shared. Decisions only ever add up, so the rounds end.
 *
 * Example: in `power(n, x) { let r = 1; while (n > 0) { r = r * x; n = n - 1 } return r }` with n static, x dynamic,
 * `n > 0` and `n - 1` are static, `r * x` is dynamic because of the parameter x.
 *
 * After: Jones, Gomard & Sestoft 1993, chapters 5 and 8; Hornof & Noyé, "Accurate Binding-Time Analysis for Imperative
 * Languages: Flow, Context, and Return Sensitivity" (PEPM 1997); Hornof, Noyé & Consel on use sensitivity (PEPM 1997).
 */
import type { Records } from "./controlRelevance.ts";
import { controlRelevance, keyName } from "./controlRelevance.ts";
import type { Relevance } from "./controlRelevance.ts";
import { collectWrites } from "./collectWrites.ts";
import type { Findings } from "./buildResult.ts";
import { buildResult } from "./buildResult.ts";
import { shareKey } from "./calls.ts";
import { decisionKey, Decisions, Engine, Names } from "./engine.ts";
import type { Recorder } from "./executeBlock.ts";
import { executeBlock } from "./executeBlock.ts";
import type { Varying } from "./findVarying.ts";
import { findVarying } from "./findVarying.ts";
import { evaluateModules, leaveEvaluation, makeEntry } from "./start.ts";
import type { Division } from "./state.ts";
import type { AnalysedProgram, AnalysisOptions, BindingTimes, EntryDivision } from "./types.ts";
import { DEFAULT_LIMITS, FULL_SENSITIVITY } from "./types.ts";

export function inferBindingTimes(
  program: AnalysedProgram,
  entry: EntryDivision,
  options: AnalysisOptions = {},
): BindingTimes {
  const sensitivity = { ...FULL_SENSITIVITY, ...options.sensitivity };
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const names = new Names();
  const decisions = new Decisions();
  const writes = collectWrites(program);
  const newEngine = (): Engine =>
    new Engine(program, names, decisions, sensitivity, limits, writes.mutableKeys, (engine, division, block) =>
      executeBlock(engine, division, block, null),
    );
  const engine = newEngine();
  evaluateModules(engine);
  leaveEvaluation(engine, writes);
  const start = makeEntry(engine, entry);
  const cache: Cache = new Map();
  for (let round = 0; ; round++) {
    engine.run();
    if (engine.exhausted)
      return gaveUp({
        engine,
        start: null,
        records: new Map(),
        varying: new Map(),
        relevance: NOTHING_RELEVANT,
        writes,
        decisions,
      });
    const { records, varying } = recordAll(engine, start, cache);
    const relevance = controlRelevance(records);
    const points =
      options.generalize === false ? [] : decide(decisions, records, varying, round < limits.rounds ? relevance : null);
    if (points.length === 0) return buildResult({ engine, start, records, varying, relevance, writes, decisions });
    for (const { division, point } of points) engine.redecide(division, point);
  }
}

const NOTHING_RELEVANT: Relevance = { slots: new Map(), fields: new Set(), results: new Set() };

/** Beyond the limit nothing is promised: no division, and a note that says so. */
function gaveUp(findings: Findings): BindingTimes {
  findings.engine.notes.push({
    what: "the program is too large for the analysis: nothing is called static",
    origin: null,
    from: null,
  });
  return buildResult(findings);
}

type Cache = Map<
  Division,
  { readonly visits: number; readonly blocks: readonly (Recorder | null)[]; readonly varying: Varying }
>;

/** What every division reached from the entry does, written down in one more visit of the blocks of those that changed. */
function recordAll(
  engine: Engine,
  start: Division | null,
  cache: Cache,
): { records: Records; varying: ReadonlyMap<Division, Varying> } {
  const byId = new Map([...engine.divisions.values()].map((d) => [d.id, d]));
  const reached = new Set<Division>(start === null ? [] : [start]);
  for (const division of reached) {
    const known = cache.get(division);
    const fresh = known?.visits === division.visits ? known : record(engine, division);
    cache.set(division, fresh);
    for (const block of fresh.blocks)
      for (const call of block?.calls ?? [])
        for (const { division: id } of call.fact.callees) {
          const callee = byId.get(id);
          if (callee !== undefined && !callee.isInit) reached.add(callee);
        }
  }
  const sorted = [...reached].sort((a, b) => a.id - b.id);
  return {
    records: new Map(sorted.map((d) => [d, cache.get(d)!.blocks])),
    varying: new Map(sorted.map((d) => [d, cache.get(d)!.varying])),
  };
}

function record(
  engine: Engine,
  division: Division,
): { visits: number; blocks: readonly (Recorder | null)[]; varying: Varying } {
  const blocks = division.blocksIn.map((state, block) => {
    if (state === undefined) return null;
    const recorder: Recorder = {
      slots: [],
      instructions: [],
      calls: [],
      terminator: null,
      changing: new Set(),
      varies: false,
    };
    executeBlock(engine, division, block, recorder);
    return recorder;
  });
  return { visits: division.visits, blocks, varying: findVarying(division, blocks) };
}

interface Point {
  readonly division: Division;
  readonly point: string;
}

/**
 * Adds what this round found to the decisions; gives the points whose decisions are new. Without `relevance` (too many
 * rounds) everything that is still open is lifted.
 */
function decide(
  decisions: Decisions,
  records: Records,
  varying: ReadonlyMap<Division, Varying>,
  relevance: Relevance | null,
): Point[] {
  const points: Point[] = [];
  for (const [division, { candidates }] of varying)
    for (const { point, place, isEndless } of candidates) {
      const key = decisionKey(division, point, place);
      if (decisions.lifts.has(key) || decisions.keeps.has(key)) continue;
      if (relevance !== null && !isEndless && isRelevant(relevance, division, point, place)) decisions.keeps.add(key);
      else decisions.lifts.add(key);
      points.push({ division, point });
    }
  points.push(...shareRecursion(decisions, records, varying));
  return points;
}

/** The value of the place decides something behind the point. */
export function isRelevant(relevance: Relevance, division: Division, point: string, place: string): boolean {
  if (place.startsWith("h")) return relevance.fields.has(keyName(place.slice(place.indexOf(".") + 1)));
  if (place === "result") return relevance.results.has(`${division.id}|${point}`);
  const slot = Number(place.slice(1));
  return slot >= division.ir.slots.length || relevance.slots.get(division.id)?.[Number(point)]?.has(slot) === true;
}

/** Calls within a cycle of calls that parts dynamically. */
function shareRecursion(decisions: Decisions, records: Records, varying: ReadonlyMap<Division, Varying>): Point[] {
  const points: Point[] = [];
  const byId = new Map([...records.keys()].map((d) => [d.id, d]));
  for (const component of cyclesOf(records)) {
    if (!component.some((d) => varying.get(d)!.forks)) continue;
    const inside = new Set(component.map((d) => d.id));
    const isDecided = component.some((d) => varying.get(d)!.decides);
    for (const division of component)
      records.get(division)!.forEach((record, block) => {
        for (const call of record?.calls ?? [])
          for (const callee of call.fact.callees) {
            if (!inside.has(callee.division) || (!call.passesOn && isDecided)) continue;
            const key = shareKey(division, block, call.index, byId.get(callee.division)!.code);
            if (decisions.shares.has(key)) continue;
            decisions.shares.add(key);
            points.push({ division, point: `${block}.${call.index}` });
          }
      });
  }
  return points;
}

/** Strongly connected components of the call graph that hold a cycle (Tarjan 1972). */
function cyclesOf(records: Records): Division[][] {
  const byId = new Map([...records.keys()].map((d) => [d.id, d]));
  const calleesOf = (division: Division): Division[] =>
    records
      .get(division)!
      .flatMap((r) =>
        (r?.calls ?? []).flatMap((c) => c.fact.callees.map((x) => byId.get(x.division)).filter((d) => d !== undefined)),
      );
  const index = new Map<Division, number>();
  const low = new Map<Division, number>();
  const onStack = new Set<Division>();
  const stack: Division[] = [];
  const found: Division[][] = [];
  for (const root of records.keys()) {
    if (index.has(root)) continue;
    const path: { division: Division; callees: Division[]; next: number }[] = [];
    const open = (division: Division): void => {
      index.set(division, index.size);
      low.set(division, index.get(division)!);
      stack.push(division);
      onStack.add(division);
      path.push({ division, callees: calleesOf(division), next: 0 });
    };
    open(root);
    while (path.length > 0) {
      const top = path[path.length - 1]!;
      const callee = top.callees[top.next++];
      if (callee !== undefined) {
        if (!index.has(callee)) open(callee);
        else if (onStack.has(callee)) low.set(top.division, Math.min(low.get(top.division)!, index.get(callee)!));
        continue;
      }
      path.pop();
      const parent = path[path.length - 1]?.division;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(top.division)!));
      if (low.get(top.division) !== index.get(top.division)) continue;
      const component = stack.splice(stack.indexOf(top.division));
      for (const division of component) onStack.delete(division);
      if (component.length > 1 || top.callees.includes(top.division)) found.push(component);
    }
  }
  return found;
}
