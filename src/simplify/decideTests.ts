/**
 * A test that was made before on every way to it, of a variable that has not changed since, is the constant that it gave.
 *
 *   if (e !== 0) { n += 1; goto A } else { e = -5; goto A };   A: if (e === 0) ...    the condition is false
 *
 * The specializer decides tests as it goes; where paths come together it keeps only what one value tells. Here the ways to
 * a join are asked one by one what each of them knows.
 *
 * Needs: a verified function. Promises: no instruction is added or moved; strict comparisons, `!` and tests
 * for null and undefined are looked at as they are, so that nothing has to be known of types; other comparisons where they
 * are marked as plain. A constant is not put in place of a slot that equals it: 0 equals -0. Where one slot is given another on some ways and on one the constant that the other
 * holds there (`y = x` and `if (x === null) y = null`), it is given the other on all: they can be one variable then.
 *
 * Algorithm: forward data flow of what is known of the slots that are tested (testFacts.ts). A branch adds what its condition
 * tells on each side; a side that is known not to be taken adds nothing to what it leads to.
 *
 * After: Wegman, Zadeck, "Constant propagation with conditional branches", TOPLAS 1991, section 5.
 */
import { getOrCreate } from "../base/mapOf.ts";
import { liveIn } from "../ir/liveness.ts";
import type { Block, BlockId, Instruction, IrFunction, Slot } from "../ir/types.ts";
import { flowForward } from "./flowForward.ts";
import { Questions, type TestFacts } from "./testFacts.ts";
import { decidedEnd, noteTest, testFlow } from "./testFlow.ts";

export function decideTests(fn: IrFunction): IrFunction {
  const questions = new Questions(fn);
  if (questions.isEmpty) return fn;
  const related = relatedSlots(fn);
  const live = liveIn(fn);
  // a slot that others are given to may be read once more than it is (`heldBy`)
  const matters = (slot: Slot, at: BlockId): boolean => questions.matters(slot, live[at]!) || related.has(slot);
  const into = flowForward(fn, testFlow(questions, matters));
  let changed = false;
  const blocks = fn.blocks.map((block): Block => {
    const facts = into[block.id]?.copy();
    if (facts === undefined) return block;
    const instructions = block.instructions.map((instruction): Instruction => {
      const held = heldBy(questions, facts, instruction, related);
      const decided = noteTest(questions, facts, instruction);
      if (held !== null) {
        changed = true;
        return held;
      }
      if (decided === null || !("dst" in instruction)) return instruction;
      changed = true;
      return { op: "copy", dst: instruction.dst, value: { value: decided } };
    });
    const terminator = decidedEnd(questions, facts, block.terminator);
    if (terminator !== block.terminator) changed = true;
    return { ...block, instructions, terminator };
  });
  return changed ? { ...fn, blocks } : fn;
}

/** Slots that are given to each other, also by way of others: each with all of them. */
function relatedSlots(fn: IrFunction): ReadonlyMap<Slot, ReadonlySet<Slot>> {
  const related = new Map<Slot, Set<Slot>>();
  const groupOf = (slot: Slot): Set<Slot> => getOrCreate(related, slot, () => new Set([slot]));
  for (const { instructions } of fn.blocks)
    for (const at of instructions) {
      if (at.op !== "copy" || typeof at.value !== "number") continue;
      const [into, from] = [groupOf(at.dst), groupOf(at.value)];
      if (into === from) continue;
      for (const slot of from) related.set(slot, into.add(slot));
    }
  return related;
}

/** A copy of a constant as one of a related slot that holds it here; null: there is none. */
function heldBy(
  questions: Questions,
  facts: TestFacts,
  instruction: Instruction,
  related: ReadonlyMap<Slot, ReadonlySet<Slot>>,
): Instruction | null {
  if (instruction.op !== "copy" || typeof instruction.value === "number" || instruction.value.value === 0) return null;
  const question = questions.constant(instruction.value.value);
  for (const slot of related.get(instruction.dst) ?? [])
    if (slot !== instruction.dst && facts.answer(slot, question) === true) return { ...instruction, value: slot };
  return null;
}
