/**
 * Rests of paths that do the same are written once: versions that were kept apart by a static value that nothing asks for
 * any more, error paths that differ in a number, and steps done to one object or another.
 *
 *   A: x.n += 1; r = -1; goto C     B: y.n += 1; r = -2; goto C
 *   =>   A: p = x; q = -1; goto M     B: p = y; q = -2; goto M     M: p.n += 1; r = q; goto C
 *
 * Needs: a verified function. Promises: the same behaviour, fewer instructions, and a reducible graph stays one; one
 * that is not is merged only to what is.
 *
 * Algorithm: blocks that end alike (alikeBlocks) are compared two by two (matchBlocks); the match that saves most is made,
 * and the search starts again. Cross-jumping (Wulf et al., "The Design of an Optimizing Compiler", 1975), of graphs rather
 * than of straight lines, and with variables for what differs. Comparisons are counted, so that a large function is left
 * as it is rather than slow.
 */
import { stronglyConnected } from "../base/stronglyConnected.ts";
import { liveIn } from "../ir/liveness.ts";
import { loopHeads } from "../ir/loopHeads.ts";
import { mapOperands } from "../ir/mapOperands.ts";
import { mapTargets } from "../ir/mapTargets.ts";
import { successorsOf } from "../ir/successorsOf.ts";
import type { Block, BlockId, Instruction, IrFunction, Operand, Slot, SlotInfo, Terminator } from "../ir/types.ts";
import { alikeBlocks } from "./alikeBlocks.ts";
import { dropUnreachable } from "./dropUnreachable.ts";
import { joinBlocks } from "./joinBlocks.ts";
import type { Match } from "./matchBlocks.ts";
import { matchBlocks } from "./matchBlocks.ts";
import { isEmpty, pastEmpty } from "./pastEmpty.ts";
import { splitIrreducible } from "./splitIrreducible.ts";

/** Words that a match has to save: a label and the jumps to it are words too. */
const LEAST = 7;
/** The same in a loop, where a way of its own for each case is what makes the code fast: a matcher ran at half the speed. */
const LEAST_IN_LOOP = 20;
const MOST_COMPARISONS = 4000;
/** matches that are made, to see whether the graph is reducible then */
const MOST_TRIES = 50;

export function mergeAlike(fn: IrFunction): IrFunction {
  let at = joinBlocks(dropUnreachable(fn));
  for (let left = MOST_COMPARISONS; left > 0;) {
    const { matches, compared } = findMatches(at, left);
    left -= compared;
    const next = firstOf(matches, at);
    if (next === null) return at;
    at = joinBlocks(dropUnreachable(next));
  }
  return at;
}

function firstOf(matches: readonly Match[], fn: IrFunction): IrFunction | null {
  for (const match of matches.slice(0, MOST_TRIES)) {
    const merged = merge(fn, match);
    if (merged !== null && isReducible(merged)) return merged;
  }
  return null;
}

function isReducible(fn: IrFunction): boolean {
  return splitIrreducible(fn, 0) !== null;
}

/** Those that save enough, the best one first. */
function findMatches(fn: IrFunction, most: number): { readonly matches: readonly Match[]; readonly compared: number } {
  const live = liveIn(fn);
  const looping = new Set(
    stronglyConnected(new Set(fn.blocks.map(({ id }) => id)), (id) =>
      successorsOf(fn.blocks[id]?.terminator ?? { op: "unreachable" }),
    ).flat(),
  );
  // to copy blocks until each loop has one head costs more than a match that gives it one
  const isTangled = !isReducible(fn);
  const least = (id: BlockId): number => (isTangled ? 1 : looping.has(id) ? LEAST_IN_LOOP : LEAST);
  const heads = loopHeads(fn);
  const matches: Match[] = [];
  let compared = 0;
  for (const ids of alikeBlocks(fn)) {
    for (const [n, first] of ids.entries()) {
      for (const second of ids.slice(n + 1)) {
        if (compared++ >= most) return { matches: sorted(matches), compared };
        const isBack = isStepBack(fn, first, second, heads);
        const match = matchBlocks(fn, live, first, second, isBack ? 1 : least(first));
        if (match !== null && (match.weight >= least(first) || (isBack && isStep(match)))) matches.push(match);
      }
    }
  }
  return { matches: sorted(matches), compared };
}

function isStep({ parameters, weight }: Match): boolean {
  return parameters.length === 0 && weight >= 1;
}

/** Both blocks go back to the head of a loop: the same step written once is the loop's, and needs no label. */
function isStepBack(fn: IrFunction, first: BlockId, second: BlockId, heads: ReadonlySet<BlockId>): boolean {
  const [one, other] = [fn.blocks[first]!.terminator, fn.blocks[second]!.terminator];
  if (one.op !== "jump" || other.op !== "jump") return false;
  return pastEmpty(fn, one.to) === pastEmpty(fn, other.to) && goesBack(fn, one.to, heads);
}

/** Nothing but copies is between the start of the block and the head of a loop that it goes back to. */
function goesBack(fn: IrFunction, start: BlockId, heads: ReadonlySet<BlockId>): boolean {
  let at = start;
  for (let steps = 0; steps < fn.blocks.length && !heads.has(at); steps++) {
    const { instructions, terminator } = fn.blocks[at]!;
    if (terminator.op !== "jump" || instructions.some(({ op }) => op !== "copy")) return false;
    at = terminator.to;
  }
  return heads.has(at);
}

function sorted(matches: Match[]): Match[] {
  return matches.sort((a, b) => b.weight - a.weight || a.first - b.first || a.second - b.second);
}

/** The function with one match made; null: the first's blocks are entered from elsewhere too. */
function merge(fn: IrFunction, match: Match): IrFunction | null {
  const { first, second, blocks, renamed, parameters } = match;
  if (parameters.length > 0 && isEnteredElsewhere(fn, match)) return null;
  const common: BlockId = fn.blocks.length;
  const slots: SlotInfo[] = [...fn.slots];
  const uses = new Map<Instruction | Terminator, Map<number, Slot>>();
  const given = parameters.map(({ first: one, second: other, uses: where }) => {
    const slot = slots.push(infoOf(fn, one)) - 1;
    for (const { step, nth } of where) uses.set(step, (uses.get(step) ?? new Map<number, Slot>()).set(nth, slot));
    return { slot, one, other };
  });
  const toCommon = (id: BlockId): BlockId => (blocks.has(first) && pastEmpty(fn, id) === first ? common : id);
  const inFirst = (block: Block): Block => ({
    ...block,
    instructions: block.instructions.map((step) => withOperands(step, uses.get(step))),
    terminator: mapTargets(endWith(block.terminator, uses.get(block.terminator)), toCommon),
  });
  const [one, other] = [fn.blocks[first]!, fn.blocks[second]!];
  const rest = one.instructions.slice(one.instructions.length - match.length);
  const upTo = (block: Block, copies: readonly Instruction[]): Block => ({
    ...block,
    instructions: [...block.instructions.slice(0, block.instructions.length - match.length), ...copies],
    terminator: { op: "jump", to: common },
  });
  const draft: Block[] = fn.blocks.map((block) =>
    block.id !== first && blocks.has(block.id) ? inFirst(block) : block,
  );
  draft.push({ ...inFirst({ ...one, instructions: rest }), id: common });
  draft[first] = upTo(one, given.map(({ slot, one: value }) => copy(slot, value))); // prettier-ignore
  const wanted = liveIn({ ...fn, blocks: draft })[common]!;
  const moved = [...renamed].filter(([from, to]) => from !== to && wanted.has(to));
  const copies = parallel(
    [
      ...moved.map(([from, to]) => ({ to, from })),
      ...given.map(({ slot, other: value }) => ({ to: slot, from: value })),
    ],
    slots,
  );
  draft[second] = upTo(other, copies);
  return { ...fn, slots, blocks: draft };
}

/** Blocks behind the first one that control comes to in another way. */
function isEnteredElsewhere(fn: IrFunction, { first, blocks }: Match): boolean {
  const leadsIn = ({ terminator }: Block): boolean =>
    successorsOf(terminator).some((to) => {
      const target = pastEmpty(fn, to);
      return target !== first && blocks.has(target);
    });
  return fn.blocks.some((block) => block.id !== first && !blocks.has(block.id) && !isEmpty(block) && leadsIn(block));
}

function infoOf(fn: IrFunction, operand: Operand): SlotInfo {
  const captured = fn.captures.find(({ slot }) => slot === operand)?.name;
  const name = typeof operand === "number" ? (captured ?? fn.slots[operand]!.name) : undefined;
  return name === undefined || !/^[A-Za-z_$]/.test(name) ? { kind: "temporary" } : { kind: "variable", name };
}

function copy(dst: Slot, value: Operand): Instruction {
  return { op: "copy", dst, value };
}

/** Copies as if made at once. */
function parallel(moves: readonly { readonly to: Slot; readonly from: Operand }[], slots: SlotInfo[]): Instruction[] {
  const targets = new Set(moves.map(({ to }) => to));
  if (!moves.some(({ from }) => typeof from === "number" && targets.has(from)))
    return moves.map(({ to, from }) => copy(to, from));
  const held = moves.map(({ to, from }) => ({ to, from, at: slots.push({ kind: "temporary" }) - 1 }));
  return [...held.map(({ at, from }) => copy(at, from)), ...held.map(({ to, at }) => copy(to, at))];
}

function withOperands(step: Instruction, given: ReadonlyMap<number, Slot> | undefined): Instruction {
  if (given === undefined) return step;
  let nth = 0;
  return mapOperands(step, (operand) => given.get(nth++) ?? operand);
}

function endWith(end: Terminator, given: ReadonlyMap<number, Slot> | undefined): Terminator {
  const slot = given?.get(0);
  return slot !== undefined && end.op === "return" ? { ...end, value: slot } : end;
}
