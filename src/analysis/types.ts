/**
 * What the binding-time analysis is asked and what it answers. Later stages read the result through these types alone.
 */
import type { Declarations } from "../declarations/types.ts";
import type { BlockId, FunctionId, IrFunction, IrModule, Origin, Primitive, Slot } from "../ir/types.ts";
import type { BindingTarget } from "../modules/types.ts";

/** The part of a module graph that the analysis needs. */
export interface AnalysedProgram {
  readonly modules: ReadonlyMap<string, AnalysedModule>;
  /** evaluated modules in the order of their evaluation */
  readonly order: readonly string[];
  resolveBinding(file: string, localName: string): BindingTarget | null;
  resolveExport(file: string, name: string): BindingTarget | null;
  exportsOf(file: string): readonly string[];
}

export interface AnalysedModule {
  readonly file: string;
  readonly kind: string;
  readonly ir: IrModule;
  /** absent: nothing is declared */
  readonly declarations?: Declarations;
}

/** Why something is dynamic: a chain down to a declaration or to the construct that lost the value. */
export interface Cause {
  readonly what: string;
  readonly origin: Origin | null;
  readonly from: Cause | null;
}

export interface FunctionRef {
  readonly file: string;
  readonly func: FunctionId;
}

/**
 * The binding-time shape of a parameter. Shapes may be shared and cyclic: the same shape object is the same run-time
 * object, so that aliasing between parameters is kept.
 */
export type EntryShape =
  /** static through and through, structure not known to the analysis */
  | { readonly kind: "static" }
  | { readonly kind: "dynamic"; readonly cause: Cause }
  | { readonly kind: "constant"; readonly value: Primitive }
  /** an object that exists: static identity, field by field. `rest`: every field not named (null: there are none) */
  | {
      readonly kind: "object";
      readonly isArray: boolean;
      readonly fields: ReadonlyMap<string, EntryShape>;
      readonly rest: EntryShape | null;
      /** absent: the standard one */
      readonly prototype?: EntryShape;
      /**
       * true: one object for all calls, as those of modules are: what is written to it is there at the next call; false: the
       * caller passes it, and other code may know it
       */
      readonly isShared?: boolean;
    }
  /** `captures` in the order of the function's own; absent: it captures nothing */
  | { readonly kind: "function"; readonly code: FunctionRef; readonly captures?: readonly EntryShape[] }
  /** a binding at module scope, as analysed there */
  | { readonly kind: "binding"; readonly file: string; readonly name: string };

export interface EntryDivision {
  readonly code: FunctionRef;
  readonly params: readonly EntryShape[];
  readonly receiver: EntryShape | null;
}

/** partially static: done early, the value (or a part of what it makes) is dynamic */
export type BindingTime = "static" | "partially static" | "dynamic";

/** Switches for tests: each one off makes the analysis weaker in exactly one way. */
export interface Sensitivity {
  readonly flow: boolean;
  readonly polyvariance: boolean;
  readonly use: boolean;
  readonly returns: boolean;
  readonly field: boolean;
  readonly alias: boolean;
}
export const FULL_SENSITIVITY: Sensitivity = {
  flow: true,
  polyvariance: true,
  use: true,
  returns: true,
  field: true,
  alias: true,
};

export interface AnalysisLimits {
  /** divisions of one function before constants are left out of the key, and before all arguments become dynamic */
  readonly divisions: number;
  /** calls within calls, for stack space */
  readonly depth: number;
  /** rounds of generalization */
  readonly rounds: number;
  /** block visits in all; beyond, everything is dynamic */
  readonly visits: number;
}
export const DEFAULT_LIMITS: AnalysisLimits = { divisions: 24, depth: 150, rounds: 12, visits: 400_000 };

export interface AnalysisOptions {
  readonly sensitivity?: Partial<Sensitivity>;
  readonly limits?: Partial<AnalysisLimits>;
  /** false: slots that vary at joins stay static and are only marked (the view before plan) */
  readonly generalize?: boolean;
}

export type DivisionId = number;

export interface InstructionFact {
  /** when the operation is done */
  readonly time: BindingTime;
  /** the value it gives; null when it gives none */
  readonly result: BindingTime | null;
  /** of each operand that is a slot or constant, in the order of `operandsOf` */
  readonly operands: readonly BindingTime[];
  readonly cause: Cause | null;
  /** static operands that are lifted for a late operation, by index */
  readonly lifts: readonly number[];
  /** the result depends on something that is kept polyvariant: static in each version */
  readonly varies: boolean;
}

/** A place whose static value may differ between the paths that meet at a join. */
export interface VaryingPlace {
  /** a slot, or null for a field of an object made during specialization */
  readonly slot: Slot | null;
  /** `location.field` when `slot` is null */
  readonly field: string | null;
  readonly name: string;
  /** a loop may go on making new values */
  readonly unbounded: boolean;
  /** its value decides control, dispatch or indexing */
  readonly controlRelevant: boolean;
  /** keep: one version per value; lift: made dynamic here */
  readonly decision: "keep" | "lift" | "undecided";
}

export interface CallFact {
  readonly callees: readonly { readonly code: FunctionRef; readonly division: DivisionId }[];
  /** unfold: specialized in place; share: a residual function of its own; leave: stays as it is; evaluate: a built-in, done early */
  readonly action: "unfold" | "share" | "leave" | "evaluate";
  /** name of the built-in, where it is one */
  readonly builtin: string | null;
  readonly cause: Cause | null;
}

export interface BlockFact {
  readonly reached: boolean;
  /** binding time of each slot at block entry; null: no value reaches it */
  readonly slots: readonly (BindingTime | null)[];
  readonly instructions: readonly InstructionFact[];
  readonly terminator: InstructionFact;
  /** blocks that control may go to from here, by what is known of static values */
  readonly flowsTo: readonly BlockId[];
  readonly varying: readonly VaryingPlace[];
  /** slots whose static value is needed from here on to decide control, dispatch or indexing */
  readonly controlRelevant: ReadonlySet<Slot>;
}

export interface LoopFact {
  readonly header: BlockId;
  readonly blocks: readonly BlockId[];
  /** some exit is decided early, without depending on what varies: the loop is unrolled */
  readonly bounded: boolean;
}

export interface DivisionFact {
  readonly id: DivisionId;
  readonly code: FunctionRef;
  readonly func: IrFunction;
  /** binding times of the parameters */
  readonly params: readonly BindingTime[];
  readonly result: BindingTime | null;
  readonly blocks: readonly BlockFact[];
  readonly loops: readonly LoopFact[];
  /** by `block:index` */
  readonly calls: ReadonlyMap<string, CallFact>;
  /** places that vary where a call with several ways out returns, by `block:index` */
  readonly varyingAfter: ReadonlyMap<string, readonly VaryingPlace[]>;
  readonly callers: readonly DivisionId[];
}

export interface WriteSite {
  readonly code: FunctionRef;
  readonly key: string;
  readonly origin: Origin | null;
}

export interface BindingTimes {
  readonly program: AnalysedProgram;
  readonly entry: DivisionId;
  readonly divisions: readonly DivisionFact[];
  divisionsOf(code: FunctionRef): readonly DivisionFact[];
  /** chain of causes of a dynamic instruction, nearest first; index -1: the terminator */
  why(division: DivisionId, block: BlockId, index: number): readonly Cause[];
  /** writes to `key` of any object that existed before (by name "*": computed keys); over every function of the program */
  writesOf(key: string): readonly WriteSite[];
  /** functions reached from the entry */
  readonly reachable: readonly FunctionRef[];
  /** limits that were met, for diagnostics */
  readonly generalized: readonly Cause[];
}
