/** Puts what the last round found into side tables. */
import type { ProgramWrites } from "./collectWrites.ts";
import type { Records, Relevance } from "./controlRelevance.ts";
import { keyName } from "./controlRelevance.ts";
import type { Decisions, Engine } from "./engine.ts";
import { decisionKey } from "./engine.ts";
import type { Candidate, Varying } from "./findVarying.ts";
import type { Division } from "./state.ts";
import { timeOfValue } from "./step.ts";
import type {
  BindingTime,
  BindingTimes,
  BlockFact,
  CallFact,
  Cause,
  DivisionFact,
  FunctionRef,
  InstructionFact,
  VaryingPlace,
} from "./types.ts";

export interface Findings {
  readonly engine: Engine;
  readonly start: Division | null;
  readonly records: Records;
  readonly varying: ReadonlyMap<Division, Varying>;
  readonly relevance: Relevance;
  readonly writes: ProgramWrites;
  readonly decisions: Decisions;
}

export function buildResult(findings: Findings): BindingTimes {
  const { engine, records, writes } = findings;
  const callers = callersOf(records);
  const divisions = [...records.keys()].map((division) =>
    divisionFact(findings, division, callers.get(division.id) ?? []),
  );
  const byId = new Map(divisions.map((d) => [d.id, d]));
  const byFunction = new Map<string, DivisionFact[]>();
  for (const division of divisions) {
    const key = functionKey(division.code);
    byFunction.set(key, [...(byFunction.get(key) ?? []), division]);
  }
  return {
    program: engine.program,
    entry: findings.start?.id ?? -1,
    divisions,
    divisionsOf: (code) => byFunction.get(functionKey(code)) ?? [],
    why: (division, block, index) => {
      const fact = byId.get(division)?.blocks[block];
      const cause = index < 0 ? fact?.terminator.cause : fact?.instructions[index]?.cause;
      return chainOf(cause ?? null);
    },
    writesOf: (key) => writes.sites.get(key) ?? [],
    reachable: [...byFunction.values()].map((list) => list[0]!.code),
    generalized: engine.notes,
  };
}

function functionKey(code: FunctionRef): string {
  return `${code.file}#${code.func}`;
}

/** The links of a chain of causes, nearest first. */
function chainOf(cause: Cause | null): readonly Cause[] {
  const chain: Cause[] = [];
  for (let at = cause; at !== null && !chain.includes(at); at = at.from) chain.push(at);
  return chain;
}

function callersOf(records: Records): Map<number, number[]> {
  const callers = new Map<number, number[]>();
  for (const [division, blocks] of records)
    for (const record of blocks)
      for (const call of record?.calls ?? [])
        for (const { division: callee } of call.fact.callees) {
          const known = callers.get(callee) ?? [];
          callers.set(callee, known);
          if (!known.includes(division.id)) known.push(division.id);
        }
  return callers;
}

const NOTHING: InstructionFact = { time: "static", result: null, operands: [], cause: null, lifts: [], varies: false };

function divisionFact(findings: Findings, division: Division, callers: readonly number[]): DivisionFact {
  const { records, varying, relevance } = findings;
  const { candidates, bounded } = varying.get(division)!;
  const blocks = division.ir.blocks.map((_, block): BlockFact => {
    const record = records.get(division)![block];
    const controlRelevant = relevance.slots.get(division.id)?.[block] ?? new Set();
    if (record === null || record === undefined)
      return {
        reached: false,
        slots: [],
        instructions: [],
        terminator: NOTHING,
        flowsTo: [],
        varying: [],
        controlRelevant,
      };
    const flowsTo = (division.flow.successors[block] ?? []).filter((to) =>
      division.edges.has(block * division.ir.blocks.length + to),
    );
    const here = candidatesAt(findings, division, candidates, String(block));
    return {
      reached: true,
      slots: record.slots,
      instructions: record.instructions,
      terminator: record.terminator ?? NOTHING,
      flowsTo,
      varying: here,
      controlRelevant,
    };
  });
  const calls = new Map<string, CallFact>();
  const varyingAfter = new Map<string, readonly VaryingPlace[]>();
  records.get(division)!.forEach((record, block) => {
    for (const call of record?.calls ?? []) {
      calls.set(`${block}:${call.index}`, call.fact);
      const places = candidatesAt(findings, division, candidates, `${block}.${call.index}`);
      if (places.length > 0) varyingAfter.set(`${block}:${call.index}`, places);
    }
  });
  const time = (
    value: Parameters<typeof timeOfValue>[0],
    heap: ReadonlyMap<number, ReturnType<Engine["global"]>>,
  ): BindingTime => timeOfValue(value, (l) => heap.get(l) ?? findings.engine.global(l));
  return {
    id: division.id,
    code: division.code,
    func: division.ir,
    params: division.ir.params.map((slot) => {
      const value = division.entry.slots[slot];
      return value === undefined ? "dynamic" : time(value, division.entry.heap);
    }),
    result: division.returned === null ? null : time(division.returned.value, division.returned.heap),
    blocks,
    loops: division.flow.loops.map((loop) => ({
      header: loop.header,
      blocks: [...loop.blocks].sort((a, b) => a - b),
      bounded: bounded.get(loop) ?? true,
    })),
    calls,
    varyingAfter,
    callers,
  };
}

/** Candidates of this round, and the places that were lifted here in earlier ones. */
function candidatesAt(
  findings: Findings,
  division: Division,
  candidates: readonly Candidate[],
  point: string,
): VaryingPlace[] {
  const { decisions } = findings;
  const places = candidates.filter((c) => c.point === point).map((c) => placeFact(findings, division, c));
  for (const key of decisions.lifts) {
    const [id, at, place] = key.split("|");
    if (
      Number(id) !== division.id ||
      at !== point ||
      place === undefined ||
      candidates.some((c) => c.point === point && c.place === place)
    )
      continue;
    places.push(placeFact(findings, division, { point, place, unbounded: false, isEndless: false }));
  }
  return places;
}

function placeFact(findings: Findings, division: Division, candidate: Candidate): VaryingPlace {
  const { decisions, relevance, engine } = findings;
  const { place, point } = candidate;
  const key = decisionKey(division, point, place);
  const isField = place.startsWith("h");
  const slot = place.startsWith("s") ? Number(place.slice(1)) : null;
  const field = isField
    ? `${engine.locations.nameOf(Number(place.slice(1, place.indexOf("."))))}${place.slice(place.indexOf("."))}`
    : null;
  return {
    slot,
    field,
    name:
      slot !== null
        ? (division.ir.slots[slot]?.name ?? `temporary ${slot}`)
        : isField
          ? place.slice(place.indexOf("."))
          : "the result",
    unbounded: candidate.unbounded,
    controlRelevant: isField
      ? relevance.fields.has(keyName(place.slice(place.indexOf(".") + 1)))
      : slot !== null
        ? relevance.slots.get(division.id)?.[Number(point)]?.has(slot) === true
        : relevance.results.has(`${division.id}|${point}`),
    decision: decisions.lifts.has(key) ? "lift" : decisions.keeps.has(key) ? "keep" : "undecided",
  };
}
