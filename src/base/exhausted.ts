/**
 * Work that takes too long, or nests too deeply. Every loop of every stage would have to hand a clock on; so there is one
 * clock, which the stage that starts work sets (`runWithin`) and whatever is done many times looks at (`keepTime`).
 *
 * Promises: work that looks at the clock ends soon after its time is up, with an exception; a clock set within another
 * never runs longer than that one. Time is the only limit that depends on the machine: a result that comes in time is the
 * same everywhere.
 */

/** The time that was set is up. */
export class OutOfTime extends Error {
  /** whatever the one who looked at the clock was at: a place in the source, where there is one */
  constructor(readonly place: unknown) {
    super("it takes longer than the limit of time allows");
  }
}

/** looks at the clock of the machine once in so many calls */
const SELDOM = 128;

let until = Infinity;
let calls = 0;

/** Does it, for at most so many milliseconds. */
export function runWithin<T>(milliseconds: number, act: () => T): T {
  const before = until;
  until = Math.min(until, performance.now() + milliseconds);
  try {
    return act();
  } finally {
    until = before;
  }
}

/** Throws OutOfTime when the time is up. Cheap: to be called in every loop that may be long. */
export function keepTime(place?: unknown): void {
  if (++calls % SELDOM === 0 && performance.now() > until) throw new OutOfTime(place);
}

/** Milliseconds until the time is up. */
export function timeLeft(): number {
  return Math.max(0, until - performance.now());
}

/** Why work was given up for want of time or stack; null: the exception is another one. */
export function reasonOfExhaustion(error: unknown): string | null {
  if (error instanceof OutOfTime) return `${error.message} (limits.time)`;
  return isStackOverflow(error) ? "it nests too deeply for the stack of the compiler" : null;
}

/** V8 and JavaScriptCore throw a RangeError, SpiderMonkey an InternalError. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof Error && /call stack|too much recursion/i.test(error.message);
}
