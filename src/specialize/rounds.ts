/**
 * What tells the rounds of an unrolled loop apart. At the head of a loop some variables are kept apart, a round for each of
 * their values. Where paths join inside of the loop the same variables are kept apart from the start: a round that shared
 * code with an earlier one would lose them, and have to take that back at every join in turn, since they come to the head again.
 *
 * Needs: a version at a head has been made. Promises: reads and writes frames only; slots are named as at the head, counted from its
 * frame.
 *
 * Example: `while (at >= 0) { if (dynamic) f(); at -= 8; }` keeps `at` apart at its head; then the join behind the `if` does
 * so too, and never is `at` lifted there.
 */
import type { BlockId } from "../ir/types.ts";
import type { Frame, Round, State, Version } from "./state.ts";
import { top } from "./state.ts";
import type { Decisions } from "./decisions.ts";

/** The frame enters a round of the loop whose head the version is at. */
export function enterRound(decisions: Decisions, version: Version, state: State): void {
  if (!version.isLoopHeader) return;
  const frame = top(state);
  const { order, loopEnd } = frame.code;
  const head = order[frame.block] ?? 0;
  const outer = frame.rounds.filter((round) => isInside(frame, round) && round.head !== head);
  const end = loopEnd[frame.block] ?? head;
  const round = { head, end, apart: decisions.apartAt(version.point), version, isDecided: false };
  frame.rounds = [...outer, round];
}

/** The round that ends where the innermost frame stands, at the head of its loop; null: control comes there from outside. */
export function endedRound(state: State): Round | null {
  const { rounds, code, block, ip } = top(state);
  return (ip === 0 && rounds.find(({ head }) => head === code.order[block])) || null;
}

/** Something static chooses where the innermost frame goes on: if loops could have been left here, that is decided. */
export function noteDecided(state: State, choices: readonly BlockId[]): void {
  const frame = top(state);
  const { order } = frame.code;
  const at = order[frame.block] ?? 0;
  const isExit = ({ head, end, isDecided }: Round): boolean =>
    !isDecided && at >= head && at <= end && choices.some((to) => (order[to] ?? 0) < head || (order[to] ?? 0) > end);
  if (frame.rounds.some(isExit))
    frame.rounds = frame.rounds.map((round) => (isExit(round) ? { ...round, isDecided: true } : round));
}

/** The version heads a loop in which the state is not any more. */
export function isBehindLoop({ isLoopHeader, order }: Version, state: State): boolean {
  const level = order.length / 2 - 1;
  const frame = state.frames[level];
  if (!isLoopHeader || frame === undefined) return isLoopHeader;
  const head = order[2 * level] ?? 0;
  const end = frame.code.loopEnd[frame.code.order.indexOf(head)] ?? head;
  const at = frame.code.order[frame.block] ?? 0;
  return at < head || at > end;
}

/** Rounds of paths that join: something is decided in them that is so on one of the paths. */
export function joinRounds(frames: readonly (Frame | undefined)[]): readonly Round[] {
  const [rounds = [], ...others] = frames.map((frame) => frame?.rounds);
  if (others.every((other) => other === rounds)) return rounds;
  return rounds.map((round) => ({
    ...round,
    isDecided: round.isDecided || others.some((other) => other?.some((r) => r.head === round.head && r.isDecided)),
  }));
}

/** Slots that tell the rounds apart that the state is in. */
export function slotsOfRounds(state: State): ReadonlySet<string> {
  const slots = new Set<string>();
  state.frames.forEach((frame, level) => {
    const depth = state.frames.length - 1 - level;
    for (const round of frame.rounds)
      if (isInside(frame, round)) for (const slot of round.apart) slots.add(below(slot, depth));
  });
  return slots;
}

function isInside(frame: Frame, { head, end }: Round): boolean {
  const at = frame.code.order[frame.block] ?? 0;
  return at > head && at <= end;
}

/** The key of a slot, seen from `depth` calls further in. */
function below(slot: string, depth: number): string {
  return depth === 0 ? slot : slot.replace(/^\d+(?=:)/, (own) => String(Number(own) + depth));
}
