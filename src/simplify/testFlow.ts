/**
 * How what tests tell of slots (testFacts.ts) goes through a graph: what an instruction adds, what a branch tells on each of
 * its sides, what is known where ways come together. For the passes that decide tests.
 */
import { getOrCreate } from "../base/mapOf.ts";
import { rememberFor } from "../base/rememberFor.ts";
import { writtenSlots } from "../ir/operands.ts";
import type { BlockId, Instruction, Primitive, Slot, Terminator } from "../ir/types.ts";
import type { Facts } from "./flowForward.ts";
import { TestFacts, TRUTHY, type Questions } from "./testFacts.ts";

/** `matters`: what is known of the slot may be of use from the start of the block on. */
export function testFlow(questions: Questions, matters: (slot: Slot, at: BlockId) => boolean): Facts<TestFacts> {
  return {
    nothing: () => new TestFacts(questions),
    copy: (facts) => facts.copy(),
    step: (facts, instruction) => void noteTest(questions, facts, instruction),
    leave: (facts, { terminator }, to) =>
      leaveTest(questions, facts, terminator, to.id)?.keepOnly((slot) => matters(slot, to.id)) ?? null,
    meet: (facts, other) => facts.meet(other),
  };
}

/** Takes note of the instruction; the outcome, if it is a test that is decided. */
export function noteTest(questions: Questions, facts: TestFacts, instruction: Instruction): boolean | null {
  if (instruction.op === "copy") {
    const { dst, value } = instruction;
    facts.set(dst, typeof value === "number" ? { copy: value } : { constant: value.value });
    return null;
  }
  const test = questions.testOf(instruction, facts.testIn);
  if (test !== null && "dst" in instruction) {
    const answer = facts.answer(test.slot, test.question);
    const outcome = answer === null ? null : answer !== test.negated;
    facts.set(instruction.dst, outcome === null ? { test } : { constant: outcome });
    return outcome;
  }
  for (const slot of writtenSlots(instruction)) facts.set(slot, null);
  return null;
}

/** The end of a block, without what is known not to be taken. */
export function decidedEnd(questions: Questions, facts: TestFacts, end: Terminator): Terminator {
  if (end.op === "switch" && typeof end.value === "number") {
    const { value, cases, ...rest } = end;
    const open = cases.find(({ test }) => facts.answer(value, questions.constant(test)) !== false);
    if (open !== undefined && facts.answer(value, questions.constant(open.test)) === null) return end;
    return { ...(rest.origin === undefined ? {} : { origin: rest.origin }), op: "jump", to: open?.to ?? end.default };
  }
  if (end.op !== "branch" || typeof end.condition !== "number") return end;
  const answer = facts.answer(end.condition, TRUTHY);
  return answer === null ? end : { ...end, condition: { value: answer } };
}

/** `facts` on the way to one of the blocks behind the end, changed in place; null: that way is never taken. */
export function leaveTest(questions: Questions, facts: TestFacts, end: Terminator, to: BlockId): TestFacts | null {
  for (const slot of writtenSlots(end)) facts.set(slot, null);
  if (end.op === "branch" && end.then !== end.else) {
    const { condition } = end;
    const answer = typeof condition === "number" ? facts.answer(condition, TRUTHY) : Boolean(condition.value);
    if (answer !== null) return (answer ? end.then : end.else) === to ? facts : null;
    if (typeof condition === "number") facts.assume(condition, TRUTHY, end.then === to);
  }
  if (end.op === "switch" && typeof end.value === "number") {
    const tests = testsByTarget(end).get(to) ?? [];
    if (end.default !== to && tests.length === 1) facts.assume(end.value, questions.constant(tests[0]), true);
    if (end.default === to && tests.length === 0)
      for (const one of end.cases) facts.assume(end.value, questions.constant(one.test), false);
  }
  return facts;
}

/** Of a switch the tests that lead to each block; looked for once, since each of many ways out is left for itself. */
const testsByTarget = rememberFor((end: Extract<Terminator, { op: "switch" }>): ReadonlyMap<BlockId, Primitive[]> => {
  const tests = new Map<BlockId, Primitive[]>();
  for (const { test, to } of end.cases) getOrCreate(tests, to, () => []).push(test);
  return tests;
});
