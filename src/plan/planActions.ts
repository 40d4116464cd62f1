/**
 * From binding times to actions: per instruction evaluate, reduce, rebuild or identity; per join what is kept apart and
 * what is lifted; per call unfold, share or leave; per loop unroll or keep.
 *
 * Needs: binding times whose decisions are made. Promises: plain data, congruent (`assertCongruent`), in the order of
 * the divisions. Algorithm: one pass over the side tables.
 *
 * Example: in `power` with n static, `n > 0` is evaluated, the branch reduced, `r * x` rebuilt or identical.
 *
 * After: Consel & Danvy, "From Interpreting to Compiling Binding Times" (ESOP 1990): the four actions.
 */
import type {
  BindingTimes,
  BlockFact,
  CallFact,
  DivisionFact,
  InstructionFact,
  VaryingPlace,
} from "../analysis/types.ts";
import type { Action, DivisionPlan, Plan, PlanLimits, PlannedBlock, PlannedCall, PlannedJoin } from "./types.ts";

export const DEFAULT_PLAN_LIMITS: PlanLimits = { unroll: 10_000, versions: 64, depth: 200 };

export function planActions(times: BindingTimes, limits: Partial<PlanLimits> = {}): Plan {
  return {
    entry: times.entry,
    divisions: times.divisions.map(planDivision),
    limits: { ...DEFAULT_PLAN_LIMITS, ...limits },
  };
}

function planDivision(division: DivisionFact): DivisionPlan {
  const calls: Record<string, PlannedCall> = {};
  for (const [at, call] of division.calls)
    calls[at] = { action: call.action, divisions: call.callees.map((c) => c.division) };
  const afterCalls: Record<string, PlannedJoin> = {};
  for (const [at, places] of division.varyingAfter) {
    const join = planJoin(places);
    if (join !== null) afterCalls[at] = join;
  }
  return {
    id: division.id,
    file: division.code.file,
    func: division.code.func,
    params: division.params.map((time) => ({ static: "S", "partially static": "P", dynamic: "D" })[time]).join(""),
    blocks: division.blocks.map((block, id) => planBlock(division, block, id)),
    loops: division.loops.map((loop) => ({ header: loop.header, action: loop.bounded ? "unroll" : "keep" })),
    calls,
    afterCalls,
  };
}

function planBlock(division: DivisionFact, block: BlockFact, id: number): PlannedBlock {
  const staticSlots = block.slots.flatMap((time, slot) => (time === null || time === "dynamic" ? [] : [slot]));
  return {
    id,
    reached: block.reached,
    actions: block.instructions.map((fact, index) => actionOf(fact, division.calls.get(`${id}:${index}`))),
    terminator: terminatorAction(block.terminator),
    staticSlots,
    controlRelevant: [...block.controlRelevant].sort((a, b) => a - b),
    join: planJoin(block.varying),
  };
}

function actionOf(fact: InstructionFact, call: CallFact | undefined): Action {
  if (call !== undefined && call.action !== "evaluate" && fact.time !== "static")
    return call.action === "unfold" && fact.time !== "dynamic" ? "reduce" : "rebuild";
  switch (fact.time) {
    case "static":
      return "evaluate";
    case "partially static":
      return "reduce";
    case "dynamic":
      return fact.lifts.length > 0 ? "rebuild" : "identity";
  }
}

function terminatorAction(fact: InstructionFact): Action {
  if (fact.time === "dynamic") return fact.operands.some((t) => t !== "dynamic") ? "rebuild" : "identity";
  return fact.time === "static" ? "evaluate" : "reduce";
}

function planJoin(places: readonly VaryingPlace[]): PlannedJoin | null {
  if (places.length === 0) return null;
  const slots = (wanted: "keep" | "lift"): number[] =>
    places.flatMap((p) => (p.slot !== null && decisionOf(p) === wanted ? [p.slot] : []));
  const fields = (wanted: "keep" | "lift"): string[] =>
    places.flatMap((p) => (p.field !== null && decisionOf(p) === wanted ? [p.field] : []));
  return {
    keep: slots("keep"),
    lift: slots("lift"),
    keepFields: fields("keep"),
    liftFields: fields("lift"),
    unbounded: places.flatMap((p) => (p.slot !== null && p.unbounded && decisionOf(p) === "keep" ? [p.slot] : [])),
  };
}

/** What the analysis left open is kept where it decides something. */
function decisionOf(place: VaryingPlace): "keep" | "lift" {
  if (place.decision !== "undecided") return place.decision;
  return place.controlRelevant ? "keep" : "lift";
}
