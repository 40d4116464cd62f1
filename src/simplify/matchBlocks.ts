/**
 * Whether control does the same from two places on, up to the names of what is computed on the way.
 *
 * Needs: a verified function, what is live at the start of its blocks, two blocks. Promises: a match is a rest of each
 * block and the blocks behind it, pair by pair with the same instructions in the same order, until both come to the same
 * blocks. `renamed` tells which slot of the first stands for which of the second; where the two read different things that
 * neither of them writes, that is a parameter. Nothing that is written on the way is read behind it under another name.
 *
 *   A: x.n += 1; r = -1; goto C     B: y.n += 1; r = -2; goto C     =>     match with the parameters (x, y) and (-1, -2)
 */
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { BlockId, Instruction, IrFunction, Operand, Slot, Terminator } from "../ir/types.ts";
import { pastEmpty } from "./pastEmpty.ts";
import { canDiffer, sameOperand, shapeOf, weightOf } from "./instructionShape.ts";

export interface Match {
  /** the block of the first whose end the match begins in, and the one of the second */
  readonly first: BlockId;
  readonly second: BlockId;
  /** number of instructions at their ends */
  readonly length: number;
  /** the blocks of the first, without the one it begins in unless a loop leads back to that */
  readonly blocks: ReadonlySet<BlockId>;
  /** slots of the second that are written, and what stands for them in the first */
  readonly renamed: ReadonlyMap<Slot, Slot>;
  readonly parameters: readonly Parameter[];
  readonly weight: number;
}

export interface Parameter {
  readonly first: Operand;
  readonly second: Operand;
  readonly uses: readonly Use[];
}

/** The nth operand of a step of the first. */
export interface Use {
  readonly step: Instruction | Terminator;
  readonly nth: number;
}

type Steps = readonly [first: Instruction | Terminator, second: Instruction | Terminator];

/** Longer rests are tried first; how many of them. */
const TRIES = 16;
const MOST_PARAMETERS = 3;
const PARAMETER_COST = 3;

/** The match that saves most, or null; one that weighs less than `least` is not looked for. */
export function matchBlocks(
  fn: IrFunction,
  live: readonly ReadonlySet<Slot>[],
  first: BlockId,
  second: BlockId,
  least: number,
): Match | null {
  const behind = followPairs(fn, first, second);
  if (behind === null) return null;
  const [one, other] = [fn.blocks[first]!.instructions, fn.blocks[second]!.instructions];
  let longest = 0;
  while (longest < Math.min(one.length, other.length)) {
    if (shapeOf(one[one.length - 1 - longest]!) !== shapeOf(other[other.length - 1 - longest]!)) break;
    longest++;
  }
  const isWhole = one.length === other.length && longest === one.length;
  if (behind.returns && !isWhole) return null;
  let best: Match | null = null;
  // no match weighs more than its steps
  let most = sum(behind.steps.map(([step]) => weightOf(step))) + sum(one.slice(one.length - longest).map(weightOf));
  for (let length = longest; length > 0 && longest - length < TRIES; length--) {
    if (most < Math.max(least, (best?.weight ?? 0) + 1)) break;
    most -= weightOf(one[one.length - length]!);
    const rest: Steps[] = [];
    for (let n = length; n > 0; n--) rest.push([one[one.length - n]!, other[other.length - n]!]);
    const found = compare([...rest, ...behind.steps], behind.exits, live);
    if (found !== null && (best === null || found.weight > best.weight))
      best = { first, second, length, blocks: behind.blocks, ...found };
    if (behind.returns) break;
  }
  return best;
}

function sum(weights: readonly number[]): number {
  return weights.reduce((a, b) => a + b, 0);
}

interface Pairs {
  readonly blocks: ReadonlySet<BlockId>;
  readonly steps: readonly Steps[];
  readonly exits: readonly BlockId[];
  /** a loop leads back to where the match begins */
  readonly returns: boolean;
}

/** The blocks behind the two, in pairs, and where the pairs come together; null: they do different things. */
function followPairs(fn: IrFunction, first: BlockId, second: BlockId): Pairs | null {
  const partner = new Map<BlockId, BlockId>([[first, second]]);
  const seconds = new Map<BlockId, BlockId>([[second, first]]);
  const { region } = fn.blocks[first]!;
  const steps: Steps[] = [];
  const exits: BlockId[] = handlerOf(fn, region);
  let returns = false;
  for (const [a, b] of partner) {
    const [one, other] = [fn.blocks[a]!, fn.blocks[b]!];
    if (one.region !== region || other.region !== region) return null;
    if (a !== first) {
      if (one.instructions.length !== other.instructions.length) return null;
      for (const [n, step] of one.instructions.entries()) {
        const twin = other.instructions[n]!;
        if (shapeOf(step) !== shapeOf(twin)) return null;
        steps.push([step, twin]);
      }
    }
    const targets = targetPairs(one.terminator, other.terminator);
    if (targets === null) return null;
    steps.push([one.terminator, other.terminator]);
    for (const [to, twin] of targets) {
      const [x, y] = [pastEmpty(fn, to), pastEmpty(fn, twin)];
      if (x === y) exits.push(x);
      else if (x === first && y === second) returns = true;
      else if (partner.get(x) !== y || seconds.get(y) !== x) {
        if (partner.has(x) || partner.has(y) || seconds.has(x) || seconds.has(y)) return null;
        partner.set(x, y);
        seconds.set(y, x);
      }
    }
  }
  // What both come to must lie behind both.
  if (exits.some((exit) => partner.has(exit) || seconds.has(exit))) return null;
  const blocks = new Set(partner.keys());
  if (!returns) blocks.delete(first);
  return { blocks, steps, exits, returns };
}

function targetPairs(one: Terminator, other: Terminator): (readonly [BlockId, BlockId])[] | null {
  if (one.op === "jump" && other.op === "jump") return [[one.to, other.to]];
  if (one.op === "branch" && other.op === "branch")
    return [
      [one.then, other.then],
      [one.else, other.else],
    ];
  if (one.op === "switch" && other.op === "switch") {
    if (one.cases.length !== other.cases.length) return null;
    if (!one.cases.every((c, n) => Object.is(c.test, other.cases[n]?.test))) return null;
    return [...one.cases.map((c, n) => [c.to, other.cases[n]!.to] as const), [one.default, other.default]];
  }
  const ends = one.op === "return" || one.op === "throw" || one.op === "unreachable";
  return ends && one.op === other.op ? [] : null;
}

function handlerOf(fn: IrFunction, from: number | null): BlockId[] {
  for (let at = from; at !== null;) {
    const region = fn.regions[at]!;
    if (region.kind === "try") return [region.handler];
    at = region.parent;
  }
  return [];
}

/** Names and parameters under which the steps are the same. */
function compare(
  steps: readonly Steps[],
  exits: readonly BlockId[],
  live: readonly ReadonlySet<Slot>[],
): Pick<Match, "renamed" | "parameters" | "weight"> | null {
  const renamed = new Map<Slot, Slot>();
  const original = new Map<Slot, Slot>();
  for (const [one, other] of steps) {
    const twins = writtenSlots(other);
    for (const [n, slot] of writtenSlots(one).entries()) {
      const twin = twins[n]!;
      if ((renamed.get(twin) ?? slot) !== slot || (original.get(slot) ?? twin) !== twin) return null;
      renamed.set(twin, slot);
      original.set(slot, twin);
    }
  }
  for (const exit of exits) {
    for (const slot of live[exit]!)
      if ((renamed.has(slot) || original.has(slot)) && renamed.get(slot) !== slot) return null;
  }
  const parameters: { first: Operand; second: Operand; uses: Use[] }[] = [];
  let weight = 0;
  for (const [one, other] of steps) {
    weight += weightOf(one);
    const twins = operandsOf(other);
    for (const [nth, operand] of operandsOf(one).entries()) {
      const twin = twins[nth]!;
      const isWritten = (typeof operand === "number" && original.has(operand)) || (typeof twin === "number" && renamed.has(twin)); // prettier-ignore
      if (isWritten) {
        if (typeof twin !== "number" || renamed.get(twin) !== operand) return null;
        continue;
      }
      if (sameOperand(operand, twin)) continue;
      if (!canDiffer(one, nth, operand, twin)) return null;
      const known = parameters.find((p) => sameOperand(p.first, operand) && sameOperand(p.second, twin));
      if (known !== undefined) known.uses.push({ step: one, nth });
      else parameters.push({ first: operand, second: twin, uses: [{ step: one, nth }] });
      if (parameters.length > MOST_PARAMETERS) return null;
    }
  }
  return { renamed, parameters, weight: weight - PARAMETER_COST * parameters.length };
}
