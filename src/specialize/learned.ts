/** What rounds of specialization have found out of the program: facts that only ever grow. */
import { Decisions } from "./decisions.ts";
import type { SharedArgument } from "./sharedArgument.ts";

/** Calls of a function: what is static in them, in the order of `activationParts`; null: what has grown. */
export type GrowingCall = readonly (string | null)[];

/** What rounds of specialization have found out; the next round starts with it. */
export class Learned {
  /** functions that call themselves under dynamic control, and their calls that go to shared residual functions */
  readonly recursive = new Set<string>();
  readonly sharedKeys = new Set<string>();
  /** what is known of the arguments of all calls of a shared function */
  readonly sharedArguments = new Map<string, readonly SharedArgument[]>();
  /** by function and static arguments: shapes of objects that go to it as their parts */
  readonly raisedShapes = new Map<string, Set<string>>();
  /** calls of functions that call themselves with texts that grow */
  readonly growing = new Map<string, readonly GrowingCall[]>();
  /** places where class instances are made that are needed at run time: the residual makes them */
  readonly escapingSites = new Set<string>();
  /** for-of and for-in loops over known things that are not unrolled */
  readonly keptLoops = new Set<string>();
  /** places that make captured variables of which paths would join: the residual has the variable from the start */
  readonly joinedCells = new Set<string>();
  /** functions that could not be unfolded: their calls stay */
  readonly left = new Map<string, string>();
  private readonly decisions = new Map<string, Decisions>();

  /** The decisions of one residual function. */
  decisionsFor(key: string): Decisions {
    let found = this.decisions.get(key);
    if (found === undefined) this.decisions.set(key, (found = new Decisions()));
    return found;
  }
}
