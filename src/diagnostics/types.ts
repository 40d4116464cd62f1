/** A stretch of source: lines from 1, columns from 0, as Babel has them. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/**
 * - error: what the user declared is wrong; nothing is built from it
 * - bailout: a right program, of which this part stays generic
 * - todo: as a bailout, and we mean to do better
 * - invariant: a bug of ours
 */
export type DiagnosticKind = "error" | "bailout" | "todo" | "invariant";

/** One link of the chain that explains a diagnostic; the last one is a declaration or a construct of the source. */
export interface CauseNote {
  readonly message: string;
  readonly loc: Location | null;
}

export interface Diagnostic {
  /** SPnnnn */
  readonly code: string;
  readonly kind: DiagnosticKind;
  readonly message: string;
  readonly loc: Location | null;
  readonly causes: readonly CauseNote[];
  /** What to do about it; null where nothing can be done. */
  readonly remedy: string | null;
}
