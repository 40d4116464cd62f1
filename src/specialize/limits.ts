/** Limits of specialization, and what is thrown when a function cannot be specialized and stays generic. */
import { OutOfTime, reasonOfExhaustion } from "../base/exhausted.ts";
import type { Origin } from "../ir/types.ts";

export interface Limits {
  /** versions of one program point in one calling context before its most varying slot is generalized */
  readonly versions: number;
  /** the same for versions that differ in the shape of an object made during specialization: arrays that grow */
  readonly shapes: number;
  /** unfolded calls on top of each other */
  readonly depth: number;
  /** instructions evaluated for one residual function */
  readonly steps: number;
  /** residual instructions of one function */
  readonly residual: number;
  /** times a residual function is started again */
  readonly restarts: number;
  /** room for what is made while specializing: 1 for an element or 16 bytes, 2 for a field, 16 for an object, 32 for a residual block */
  readonly heap: number;
  /** milliseconds for one site, and for writing its residual down; for evaluating the modules as many in all */
  readonly time: number;
}

export const DEFAULT_LIMITS: Limits = {
  versions: 600,
  shapes: 32,
  depth: 400,
  steps: 20_000_000,
  residual: 60_000,
  restarts: 2000,
  heap: 20_000_000,
  time: 120_000,
};

/** The function at hand stays generic: not an error of the program. */
export class Bailout extends Error {
  /** the unfolded calls it happened in, outermost first: function objects and their keys */
  frames: readonly { readonly self: number | null; readonly key: string }[] | null = null;

  constructor(
    readonly reason: string,
    readonly origin?: Origin,
  ) {
    super(reason);
  }
}

/** An exception as the reason why something stays generic; null: it is a bug of ours, or the program is to hear of it. */
export function asBailout(error: unknown): Bailout | null {
  if (error instanceof Bailout) return error;
  const reason = reasonOfExhaustion(error);
  const place = error instanceof OutOfTime ? (error.place as Origin | undefined) : undefined;
  return reason === null ? null : new Bailout(reason, place);
}
