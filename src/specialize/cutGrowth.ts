/**
 * Loops in which something grows: where something dynamic alone tells whether a loop goes on, a list or record that has more
 * elements after a round would make a version of the loop for each length that it can have, and a number that counts would for each
 * value, even if it is tested only behind the loop. They are generalized, and nothing else is.
 *
 * Needs: a state that fits no version, at a point where paths join. Promises: of the rounds of a loop that nothing static ends, and that
 * differ in growth only, a few are specialized on their own.
 *
 * Algorithm: each version at the head of a loop knows the one that the round which leads there began in, unless a static test in that round
 * could have left the loop (`noteDecided`). A state that comes to the head is compared with all versions on this way. Where growth is
 * all that keeps it out of several of them (`growthSince`), what has grown since the last one is dynamic at the head from
 * then on, and specialization goes back to there. One or two are no sign yet: a stack may have a limit, which is met soon.
 *
 * Example: `for (const key in dynamic) if (!check(key)) errors.push(key)`: after some rounds `errors` is made before the loop, and
 * the loop stays. `for (let i = 0; i < 8; i++) if (dynamic) list.push(i)` has a static test that ends it, and a version for each length.
 *
 * After: the whistle of positive supercompilation, Sørensen & Glück, "An algorithm of generalization in positive
 * supercompilation" (1995), as in `generalizeGrowing` for calls: the history is the row of rounds.
 */
import type { Growth } from "./compareStates.ts";
import { growthSince } from "./compareStates.ts";
import { endedRound } from "./rounds.ts";
import type { Run } from "./run.ts";
import type { State, Version } from "./state.ts";
import type { Place } from "./versions.ts";
import { restart } from "./versions.ts";

/** Versions that a state has to have outgrown. */
const ENOUGH = 4;

/** The version that the round which the state ends began in; starts again where what grows has been generalized. */
export function cutGrowth(run: Run, state: State, { point }: Place): Version | null {
  const round = run.session.evaluating ? null : endedRound(state);
  if (round === null || round.isDecided) return null;
  let last: readonly Growth[] | null = null;
  let count = 0;
  for (let at: Version | null = round.version; at !== null; at = at.roundBefore) {
    if (at.point !== point || at.state === null) continue;
    const growth = growthSince(at, at.state, state, run.decisions);
    if (growth === null) continue;
    last ??= growth;
    if (++count === ENOUGH) break;
  }
  if (last === null || count < ENOUGH) return round.version;
  const grown = last.map(({ slot }) => slot).join(", ");
  const filed = last.map(({ slot, reason }) =>
    run.decisions.add(point, slot, reason === "value" ? "general" : "escape"),
  );
  restart(`${grown} grows in a loop at ${point}`, filed);
  return round.version;
}
