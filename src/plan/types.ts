/**
 * What the specializer is to do, per division and program point. Plain data that stands for itself: it can be written out
 * and read again, and is enough to generate a generating extension from.
 */
import type { BlockId, FunctionId, Slot } from "../ir/types.ts";

/**
 * - evaluate: done at specialization, nothing remains
 * - reduce: done at specialization, on or with parts that are dynamic; what remains is the parts
 * - rebuild: remains in the residual, with static operands lifted
 * - identity: remains as it is
 */
export type Action = "evaluate" | "reduce" | "rebuild" | "identity";

export interface PlannedCall {
  /** unfold: specialized in place; share: one residual function per static arguments; leave: a residual call; evaluate: a built-in */
  readonly action: "unfold" | "share" | "leave" | "evaluate";
  /** divisions of the callees */
  readonly divisions: readonly number[];
}

export interface PlannedJoin {
  /** slots on whose static values versions are kept apart */
  readonly keep: readonly Slot[];
  /** slots that are made dynamic here */
  readonly lift: readonly Slot[];
  /** fields of objects made during specialization, as `location.field` */
  readonly keepFields: readonly string[];
  readonly liftFields: readonly string[];
  /** kept slots whose values a loop may go on changing: versions are limited at run time of the specializer */
  readonly unbounded: readonly Slot[];
}

export interface PlannedBlock {
  readonly id: BlockId;
  /** the entry state is reached in this division */
  readonly reached: boolean;
  readonly actions: readonly Action[];
  readonly terminator: Action;
  /** slots that are static at entry: promised to be known */
  readonly staticSlots: readonly Slot[];
  readonly controlRelevant: readonly Slot[];
  readonly join: PlannedJoin | null;
}

export interface PlannedLoop {
  readonly header: BlockId;
  readonly action: "unroll" | "keep";
}

export interface DivisionPlan {
  readonly id: number;
  readonly file: string;
  readonly func: FunctionId;
  /** binding times of the parameters, as `S`, `P` (partially static), `D` */
  readonly params: string;
  readonly blocks: readonly PlannedBlock[];
  readonly loops: readonly PlannedLoop[];
  /** by `block:index` */
  readonly calls: Readonly<Record<string, PlannedCall>>;
  /** joins behind calls with several ways out, by `block:index` */
  readonly afterCalls: Readonly<Record<string, PlannedJoin>>;
}

export interface PlanLimits {
  /** visits of a loop header on one path */
  readonly unroll: number;
  /** versions of one program point */
  readonly versions: number;
  /** calls within calls */
  readonly depth: number;
}

export interface Plan {
  readonly entry: number;
  readonly divisions: readonly DivisionPlan[];
  readonly limits: PlanLimits;
}
