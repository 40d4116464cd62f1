/**
 * A value that only one way behind a branch needs is computed there.
 *
 *   t = x <= 4; branch x >= 2 -> A, B;  A: r = t; ...;  B: r = false; ...   =>   A: t = x <= 4; r = t
 *
 * Needs: a verified function; what has no effect is marked. Promises: nothing is computed more often than before, and of the same
 * operands; what reads memory passes no instruction that may write it.
 *
 * Algorithm: blocks that only one other block leads to form trees. From the roots down, of each block that ends in a branch, the
 * instructions from last to first: one that is free of effects, whose slot is written nowhere else, and that is read in the
 * subtree of one arm only, moves to the head of that arm, from where it may move on. Handlers are roots, as anything in the region
 * may lead to them.
 *
 * After: Knoop, Rüthing, Steffen, "Partial dead code elimination", PLDI 1994.
 */
import { isPure } from "../ir/isPure.ts";
import { inputSlots } from "../ir/inputSlots.ts";
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import { successorsOf } from "../ir/successorsOf.ts";
import type { Block, BlockId, Instruction, IrFunction, Slot } from "../ir/types.ts";

export function sinkValues(fn: IrFunction): IrFunction {
  if (!fn.blocks.some(({ terminator }) => isFork(terminator.op))) return fn;
  const tree = blockTree(fn);
  const uses = new Uses(fn);
  const contents = fn.blocks.map(({ instructions }) => [...instructions]);
  let changed = false;
  for (const id of tree.order) {
    const block = fn.blocks[id]!;
    if (!isFork(block.terminator.op)) continue;
    const here = contents[id]!;
    const behind = new Behind();
    for (let i = here.length - 1; i >= 0; i--) {
      const step = here[i]!;
      const dst = behind.passes(step) ? uses.only(step) : null;
      const arm = dst === null ? null : tree.armOf(id, uses.of(dst));
      if (arm === null || fn.blocks[arm]!.region !== block.region) {
        behind.add(step);
        continue;
      }
      here.splice(i, 1);
      contents[arm]!.unshift(step);
      uses.move(step, id, arm);
      changed = true;
    }
  }
  if (!changed) return fn;
  return { ...fn, blocks: fn.blocks.map((block, id): Block => ({ ...block, instructions: contents[id]! })) };
}

function isFork(op: string): boolean {
  return op === "branch" || op === "switch";
}

/** What an instruction would pass on its way to the end of the block. */
class Behind {
  readonly #written = new Set<Slot>();
  #isCalm = true;

  add(step: Instruction): void {
    for (const slot of writtenSlots(step)) this.#written.add(slot);
    this.#isCalm &&= isPure(step);
  }

  passes(step: Instruction): boolean {
    if (!isPure(step) || step.op === "copy" || step.op === "closure") return false;
    const readsMemory =
      (step.op === "getProp" && step.isFixed !== true) || step.op === "call" || step.op === "getGlobal";
    if (readsMemory && !this.#isCalm) return false;
    return operandsOf(step).every((one) => typeof one !== "number" || !this.#written.has(one));
  }
}

/** Where slots are read, by block, and which are written once. */
class Uses {
  readonly #reads = new Map<Slot, BlockId[]>();
  readonly #writes = new Map<Slot, number>();

  constructor(fn: IrFunction) {
    const write = (slot: Slot): void => void this.#writes.set(slot, (this.#writes.get(slot) ?? 0) + 1);
    inputSlots(fn).forEach(write);
    for (const region of fn.regions) if (region.kind === "try") write(region.exception);
    for (const { id, instructions, terminator } of fn.blocks)
      for (const step of [...instructions, terminator]) {
        writtenSlots(step).forEach(write);
        for (const operand of operandsOf(step)) if (typeof operand === "number") this.#add(operand, id);
      }
  }

  #add(slot: Slot, block: BlockId): void {
    const known = this.#reads.get(slot);
    if (known === undefined) this.#reads.set(slot, [block]);
    else known.push(block);
  }

  of(slot: Slot): readonly BlockId[] {
    return this.#reads.get(slot) ?? [];
  }

  /** The slot that the instruction writes, if it is the only one to do so and somebody reads it. */
  only(step: Instruction): Slot | null {
    const [dst, ...more] = writtenSlots(step);
    if (dst === undefined || more.length > 0 || this.#writes.get(dst) !== 1) return null;
    const { length } = this.of(dst);
    return length > 0 && length <= MANY ? dst : null;
  }

  move(step: Instruction, from: BlockId, to: BlockId): void {
    for (const operand of operandsOf(step)) {
      if (typeof operand !== "number") continue;
      const blocks = this.#reads.get(operand)!;
      blocks[blocks.indexOf(from)] = to;
    }
  }
}

/** A value that is read more often is looked for in the arms no more: the search would take its time at each branch. */
const MANY = 16;

interface BlockTree {
  /** parents first */
  readonly order: readonly BlockId[];
  /** The block right under this one that all of the others are under; null: there is none. */
  armOf(block: BlockId, others: readonly BlockId[]): BlockId | null;
}

/** Each block under the only one that leads to it. */
function blockTree(fn: IrFunction): BlockTree {
  const parents = new Map<BlockId, BlockId | null>([[fn.entry, null]]);
  for (const region of fn.regions) if (region.kind === "try") parents.set(region.handler, null);
  for (const { id, terminator } of fn.blocks)
    for (const to of successorsOf(terminator)) parents.set(to, parents.has(to) ? null : id);
  const children = fn.blocks.map((): BlockId[] => []);
  for (const [id, parent] of parents) if (parent !== null) children[parent]!.push(id);
  const order: BlockId[] = [];
  const first = new Map<BlockId, number>();
  const last = new Map<BlockId, number>();
  const pending = [...parents].flatMap(([id, parent]) => (parent === null ? [{ id, isLeft: false }] : []));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { id, isLeft } = next;
    if (isLeft) {
      last.set(id, order.length);
      continue;
    }
    first.set(id, order.length);
    order.push(id);
    // the first of them stands on top, and is visited next
    pending.push({ id, isLeft: true });
    for (const child of [...children[id]!].reverse()) pending.push({ id: child, isLeft: false });
  }
  const isUnder = (at: BlockId, root: BlockId): boolean => {
    const place = first.get(at) ?? -1;
    return place >= first.get(root)! && place < last.get(root)!;
  };
  return {
    order,
    armOf: (block, others) => {
      const place = first.get(others[0] ?? -1) ?? -1;
      const arms = children[block]!;
      // the last of those that begin in front of it
      let low = 0;
      for (let high = arms.length; low < high;) {
        const middle = (low + high) >> 1;
        if (first.get(arms[middle]!)! <= place) low = middle + 1;
        else high = middle;
      }
      const arm = arms[low - 1];
      return arm !== undefined && others.every((at) => isUnder(at, arm)) ? arm : null;
    },
  };
}
