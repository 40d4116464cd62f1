/**
 * What holds of a value of which one of two facts holds, as `joinFacts`; but a bound of the first that the second goes
 * beyond moves on to the next end of a machine's numbers. There are few of those, so that a chain of widened facts is
 * short, where one of joined facts is as long as a loop has rounds.
 *
 * Example: 1..14 and 15 give 1..127.
 *
 * After: widening, Cousot & Cousot 1977, section 9, with thresholds.
 */
import type { TypeFact } from "./typeFact.ts";
import { intFact, joinFacts } from "./typeFact.ts";

const ENDS = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff, Number.MAX_SAFE_INTEGER];

export function widenFact(known: TypeFact, next: TypeFact): TypeFact {
  const joined = joinFacts(known, next);
  if (known.int === undefined || joined.int === undefined) return joined;
  const { min, max } = joined.int;
  const low = min < known.int.min ? -end(-min) : min;
  const high = max > known.int.max ? end(max) : max;
  return { ...joined, int: intFact(low, high).int ?? joined.int };
}

/** The least of the ends that is not below the bound. */
function end(bound: number): number {
  return ENDS.find((one) => one >= bound) ?? Number.MAX_SAFE_INTEGER;
}
