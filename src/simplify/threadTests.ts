/**
 * A test whose outcome is known on each way to it, here this and there that, is not made: the ways lead to where it leads.
 *
 *   if (c) { e = 1 } else { f(); e = 0 }  if (e === 1) A else B     =>     if (c) { e = 1; A } else { f(); e = 0; B }
 *   do { ... if (i < n && t[i] === 97) { ... } ... } while (i < n)   asks once for each i
 *
 * Needs: a verified function; tests with one outcome are decided (decideTests). Promises: no instruction is added or moved,
 * tests become fewer. One that is known on some ways only stays for all, since a label costs more than it does. A block is
 * passed only if nothing that it computes is read behind it, and a loop is entered at its head as before, so that a reducible
 * graph stays one.
 *
 * Algorithm: what tests tell (testFlow.ts) is taken along each edge. Where all edges to a block that only computes and ends
 * in a test know how that comes out, they lead on; and so again where they lead to.
 *
 * After: Mueller, Whalley, "Avoiding conditional branches by code replication", PLDI 1995, without the replication.
 */
import { liveIn } from "../ir/liveness.ts";
import { loopHeads } from "../ir/loopHeads.ts";
import { mapTargets } from "../ir/mapTargets.ts";
import { writtenSlots } from "../ir/operands.ts";
import { successorsOf } from "../ir/successorsOf.ts";
import type { Block, BlockId, IrFunction, Slot, Terminator } from "../ir/types.ts";
import { flowForward } from "./flowForward.ts";
import { isPure } from "../ir/isPure.ts";
import { Questions, type TestFacts } from "./testFacts.ts";
import { decidedEnd, leaveTest, noteTest, testFlow } from "./testFlow.ts";

/** From the end of a block to what was its target, and to where it leads now with what is known there. */
interface Edge {
  readonly from: BlockId;
  readonly target: BlockId;
  readonly to: BlockId;
  /** null: it cannot lead elsewhere */
  readonly facts: TestFacts | null;
}

export function threadTests(fn: IrFunction): IrFunction {
  const questions = new Questions(fn);
  if (questions.isEmpty) return fn;
  const live = liveIn(fn);
  const into = flowForward(
    fn,
    testFlow(questions, (slot, at) => questions.matters(slot, live[at]!)),
  );
  const heads = loopHeads(fn);
  const edgesTo = fn.blocks.map((): Edge[] => []);
  for (const block of fn.blocks) {
    const facts = into[block.id];
    if (facts != null) for (const edge of edgesOf(questions, fn, block, facts.copy())) edgesTo[edge.to]!.push(edge);
  }
  const moved = new Map<string, BlockId>();
  const pending = fn.blocks.filter(({ id }) => isPassable(fn, id, heads)).map(({ id }) => id);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const edges = edgesTo[id]!;
    const further = edges.map((edge) => pass(questions, fn, edge, live));
    if (edges.length === 0 || !further.every((edge) => edge !== null)) continue;
    edgesTo[id] = [];
    // nothing leads through the block any more
    for (const to of successorsOf(fn.blocks[id]!.terminator)) {
      edgesTo[to] = edgesTo[to]!.filter(({ from }) => from !== id);
      if (isPassable(fn, to, heads)) pending.push(to);
    }
    for (const edge of further) {
      edgesTo[edge.to]!.push(edge);
      moved.set(`${edge.from} ${edge.target}`, edge.to);
    }
  }
  if (moved.size === 0) return fn;
  const blocks = fn.blocks.map((block): Block => ({
    ...block,
    terminator: mapTargets(block.terminator, (to) => moved.get(`${block.id} ${to}`) ?? to),
  }));
  return { ...fn, blocks };
}

function isPassable(fn: IrFunction, id: BlockId, heads: ReadonlySet<BlockId>): boolean {
  return id !== fn.entry && !heads.has(id) && fn.blocks[id]!.instructions.every(isPure);
}

/** `facts`: what is known at the start of the block, changed in place. */
function edgesOf(questions: Questions, fn: IrFunction, block: Block, facts: TestFacts): Edge[] {
  const { id: from, terminator, region } = block;
  for (const step of block.instructions) noteTest(questions, facts, step);
  const isPlain = terminator.op === "jump" || terminator.op === "branch" || terminator.op === "switch";
  return successorsOf(terminator).flatMap((to): Edge[] => {
    if (!isPlain || fn.blocks[to]!.region !== region) return [{ from, target: to, to, facts: null }];
    const known = leaveTest(questions, facts.copy(), terminator, to);
    return known === null ? [] : [{ from, target: to, to, facts: known }];
  });
}

/** The edge past the block that it leads to; null: it is not known where that leads, or what it computes is needed. */
function pass(questions: Questions, fn: IrFunction, edge: Edge, live: readonly ReadonlySet<Slot>[]): Edge | null {
  if (edge.facts === null) return null;
  const facts = edge.facts.copy();
  const { instructions, terminator, region } = fn.blocks[edge.to]!;
  for (const step of instructions) noteTest(questions, facts, step);
  const to = onlyTarget(decidedEnd(questions, facts, terminator));
  if (to === null || fn.blocks[to]!.region !== region) return null;
  if (instructions.some((step) => writtenSlots(step).some((slot) => live[to]!.has(slot)))) return null;
  const known = leaveTest(questions, facts, terminator, to);
  return known === null ? null : { ...edge, to, facts: known };
}

/** Where the end of a block leads for certain; null: to one of several places. */
function onlyTarget(end: Terminator): BlockId | null {
  if (end.op === "jump") return end.to;
  if (end.op !== "branch" || typeof end.condition === "number") return null;
  return end.condition.value ? end.then : end.else;
}
