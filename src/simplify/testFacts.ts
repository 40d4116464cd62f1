/**
 * What tests on the way tell about slots: the facts that `decideTests` works with, packed into bits.
 *
 * A function asks few different things of its slots: whether one is truthy, whether it is null or undefined, whether it is
 * strictly equal to this or that constant. Each is a bit. Of each slot is known which answers are known, and what they are;
 * besides, of a slot that holds the outcome of a test, what it tested. Other comparisons, of two slots or by order, are asked
 * as if the function had a slot for each that holds its outcome.
 */
import { operandsOf } from "../ir/operands.ts";
import type { Instruction, IrFunction, Operand, Primitive, Slot } from "../ir/types.ts";
import { nameOf } from "./instructionShape.ts";

/** The nth thing that is asked, and whether the outcome is turned round. */
export interface Test {
  readonly slot: Slot;
  readonly question: number;
  readonly negated: boolean;
}

export const TRUTHY = 0;
const NULLISH = 1;
const FIRST_CONSTANT = 2;
/** as many as an integer has bits; what is asked besides stays unknown */
const MOST = 31;

/** What a function asks, and of which slots the answers matter. */
export class Questions {
  private readonly constants: Primitive[] = [];
  private readonly asked = new Set<Slot>();
  private readonly interned = new Map<string, number>();
  /** a slot that does not exist for each comparison, by how it is written; what it compares; which compare a slot */
  private readonly comparisons = new Map<string, Slot>();
  private readonly compared = new Map<Slot, readonly Slot[]>();
  private readonly comparing = new Map<Slot, Slot[]>();
  readonly tests: (Test | null)[] = [null];
  readonly all: number;

  constructor(fn: IrFunction) {
    const copies: (readonly [from: Slot, to: Slot])[] = [];
    const ask = (operand: Operand): void => {
      if (typeof operand === "number") this.asked.add(operand);
    };
    for (const { instructions, terminator } of fn.blocks) {
      for (const step of instructions) {
        if (step.op === "copy" && typeof step.value === "number") copies.push([step.value, step.dst]);
        if (!isTest(step)) continue;
        if (this.noteComparison(step, fn.slots.length)) continue;
        operandsOf(step).forEach(ask);
        if (step.op === "binary") this.ask(step.left, step.right);
      }
      if (terminator.op === "branch") ask(terminator.condition);
      if (terminator.op !== "switch") continue;
      ask(terminator.value);
      for (const { test } of terminator.cases) this.add(test);
    }
    for (let size = -1; size !== this.asked.size;) {
      size = this.asked.size;
      for (const [from, to] of copies) if (this.asked.has(to)) ask(from);
    }
    this.all = (1 << (FIRST_CONSTANT + this.constants.length)) - 1;
  }

  get isEmpty(): boolean {
    return this.asked.size === 0;
  }

  /** Something is asked of the slot. */
  asks(slot: Slot): boolean {
    return this.asked.has(slot);
  }

  /** Stand-ins of comparisons with the slot. */
  comparisonsOf(slot: Slot): readonly Slot[] {
    return this.comparing.get(slot) ?? [];
  }

  /** What is known of the slot may be of use where these are live: it, or all that it stands for the comparison of. */
  matters(slot: Slot, live: ReadonlySet<Slot>): boolean {
    return this.compared.get(slot)?.every((one) => live.has(one)) ?? live.has(slot);
  }

  /** -1: too many are asked */
  constant(value: Primitive): number {
    const n = this.constants.findIndex((one) => one === value);
    return n === -1 ? -1 : FIRST_CONSTANT + n;
  }

  /** The answers of a constant. */
  answers(value: Primitive): number {
    let holds = (value ? 1 << TRUTHY : 0) | (value === null || value === undefined ? 1 << NULLISH : 0);
    this.constants.forEach((one, n) => {
      if (one === value) holds |= 1 << (FIRST_CONSTANT + n);
    });
    return holds;
  }

  /** What one answer tells of others: which are known with it, and how. */
  implied(question: number, holds: boolean): { readonly known: number; readonly holds: number } {
    const bit = 1 << question;
    const constant = this.constants[question - FIRST_CONSTANT];
    if (question >= FIRST_CONSTANT)
      return holds ? { known: this.all, holds: this.answers(constant) } : { known: bit, holds: 0 };
    // a constant whose own answer is the other one is not what the slot holds
    let known = bit;
    this.constants.forEach((one, n) => {
      if (((this.answers(one) & bit) !== 0) !== holds) known |= 1 << (FIRST_CONSTANT + n);
    });
    if (holds) known |= 1 << (question === TRUTHY ? NULLISH : TRUTHY);
    return { known, holds: holds ? bit : 0 };
  }

  /** The test under its number. */
  intern(test: Test): number {
    const name = `${test.slot} ${test.question} ${test.negated}`;
    let n = this.interned.get(name);
    if (n === undefined) this.interned.set(name, (n = this.tests.push(test) - 1));
    return n;
  }

  /** What the result of the instruction tells; null: it is no test. `inner`: what its operand tells. */
  testOf(step: Instruction, inner: (slot: Slot) => Test | null): Test | null {
    if (!isTest(step)) return null;
    if (step.op === "unary") {
      if (typeof step.value !== "number") return null;
      if (step.operator === "isNullish") return { slot: step.value, question: NULLISH, negated: false };
      const test = inner(step.value) ?? { slot: step.value, question: TRUTHY, negated: false };
      return { ...test, negated: !test.negated };
    }
    const comparison = comparisonOf(step);
    if (comparison !== null) {
      const slot = this.comparisons.get(comparison.key);
      return slot === undefined ? null : { slot, question: TRUTHY, negated: comparison.negated };
    }
    const [slot, constant] = sides(step.left, step.right);
    const question = constant === null ? -1 : this.constant(constant.value);
    return slot === null || question === -1 ? null : { slot, question, negated: step.operator === "!==" };
  }

  /** Gives the comparison a slot to stand for it, from the first one that the function does not have; whether it is one. */
  private noteComparison(step: TestStep, first: Slot): boolean {
    const comparison = step.op === "binary" ? comparisonOf(step) : null;
    if (comparison === null) return false;
    if (this.comparisons.has(comparison.key)) return true;
    const slot = first + this.comparisons.size;
    this.comparisons.set(comparison.key, slot);
    this.compared.set(slot, comparison.slots);
    for (const one of comparison.slots) this.comparing.set(one, [...this.comparisonsOf(one), slot]);
    this.asked.add(slot);
    return true;
  }

  private ask(left: Operand, right: Operand): void {
    const [, constant] = sides(left, right);
    if (constant !== null) this.add(constant.value);
  }
  private add(value: Primitive): void {
    if (this.constants.length + FIRST_CONSTANT < MOST && this.constant(value) === -1) this.constants.push(value);
  }
}

type TestStep = Extract<Instruction, { op: "unary" | "binary" }>;

function isTest(step: Instruction): step is TestStep {
  if (step.op === "unary") return step.operator === "!" || step.operator === "isNullish";
  if (step.op !== "binary") return false;
  return step.operator === "===" || step.operator === "!==" || comparisonOf(step) !== null;
}

interface Comparison {
  /** the same for comparisons that give the same, or with `negated` the opposite, as long as no slot changes */
  readonly key: string;
  readonly slots: readonly Slot[];
  readonly negated: boolean;
}

/** `a > b` is `b < a`; that `a <= b` is not the opposite of it is because of NaN. */
const TURNED: ReadonlyMap<string, string> = new Map([
  [">", "<"],
  [">=", "<="],
]);
const OPPOSITES: ReadonlyMap<string, string> = new Map([
  ["!==", "==="],
  ["!=", "=="],
]);

/** null: it is none, may run code of the program, or is the strict comparison of a slot with a constant. */
function comparisonOf({ operator, left, right, isPlain }: Instruction & { op: "binary" }): Comparison | null {
  const isStrict = operator === "===" || operator === "!==";
  if (isStrict ? typeof left !== "number" || typeof right !== "number" : isPlain !== true) return null;
  const turned = TURNED.get(operator);
  const kind = turned ?? OPPOSITES.get(operator) ?? operator;
  if (!["===", "==", "<", "<="].includes(kind)) return null;
  const sides = turned === undefined ? [left, right] : [right, left];
  const slots = sides.filter((one): one is Slot => typeof one === "number");
  if (slots.length === 0) return null;
  return { key: `${kind} ${sides.map(nameOf).join()}`, slots, negated: kind !== operator && turned === undefined };
}

function sides(left: Operand, right: Operand): readonly [Slot | null, { readonly value: Primitive } | null] {
  if (typeof left === "number") return typeof right === "number" ? [null, null] : [left, right];
  return typeof right === "number" ? [right, left] : [null, null];
}

/** Of one slot: which answers are known, and what they are; what it tells of another slot, as a number of a test, 0 for none. */
interface SlotFacts {
  readonly known: number;
  readonly holds: number;
  readonly told: number;
}
const NOTHING: SlotFacts = { known: 0, holds: 0, told: 0 };

/** What is known at one point: of few slots of a large function. */
export class TestFacts {
  constructor(
    private readonly questions: Questions,
    private readonly facts = new Map<Slot, SlotFacts>(),
  ) {}

  copy(): TestFacts {
    return new TestFacts(this.questions, new Map(this.facts));
  }

  answer(slot: Slot, question: number): boolean | null {
    const { known, holds } = this.of(slot);
    if (question < 0 || (known & (1 << question)) === 0) return null;
    return (holds & (1 << question)) !== 0;
  }

  /** What the slot's value tells. */
  readonly testIn = (slot: Slot): Test | null => this.questions.tests[this.of(slot).told]!;

  /** The slot gets another value: a constant, that of another slot, the outcome of a test, or one of which nothing is known. */
  set(
    slot: Slot,
    value: { readonly constant: Primitive } | { readonly copy: Slot } | { readonly test: Test } | null,
  ): void {
    const { questions } = this;
    const from = value !== null && "copy" in value ? value.copy : null;
    if (from === slot) return;
    this.forgetTold(slot);
    const comparisons = questions.comparisonsOf(slot);
    for (const one of comparisons) {
      this.facts.delete(one);
      this.forgetTold(one);
    }
    if (!questions.asks(slot)) return;
    if (from !== null) this.put(slot, this.of(from));
    else if (value !== null && "constant" in value)
      this.put(slot, { known: questions.all, holds: questions.answers(value.constant), told: 0 });
    else if (value !== null && "test" in value && value.test.slot !== slot && !comparisons.includes(value.test.slot))
      this.put(slot, { known: 0, holds: 0, told: questions.intern(value.test) });
    else this.facts.delete(slot);
  }

  /** On the way on, the answer is this. */
  assume(slot: Slot, question: number, holds: boolean): void {
    const test = question === TRUTHY ? this.testIn(slot) : null;
    this.note(slot, question, holds);
    if (test !== null) this.note(test.slot, test.question, holds !== test.negated);
  }

  /** Forgets what is known of the other slots. */
  keepOnly(matters: (slot: Slot) => boolean): this {
    for (const slot of this.facts.keys()) if (!matters(slot)) this.facts.delete(slot);
    return this;
  }

  /** Keeps what holds of both; whether it became less. */
  meet(other: TestFacts): boolean {
    let changed = false;
    for (const [slot, here] of this.facts) {
      const there = other.of(slot);
      const known = here.known & there.known & ~(here.holds ^ there.holds);
      const told = here.told === there.told ? here.told : 0;
      if (known === here.known && told === here.told) continue;
      this.put(slot, { known, holds: here.holds & known, told });
      changed = true;
    }
    return changed;
  }

  /** The slot's value changes: what others tell of it is about the one before. */
  private forgetTold(slot: Slot): void {
    for (const [one, facts] of this.facts)
      if (this.questions.tests[facts.told]?.slot === slot) this.put(one, { ...facts, told: 0 });
  }

  private of(slot: Slot): SlotFacts {
    return this.facts.get(slot) ?? NOTHING;
  }

  private put(slot: Slot, facts: SlotFacts): void {
    if (facts.known === 0 && facts.told === 0) this.facts.delete(slot);
    else this.facts.set(slot, facts);
  }

  private note(slot: Slot, question: number, holds: boolean): void {
    if (question < 0 || !this.questions.asks(slot)) return;
    const implied = this.questions.implied(question, holds);
    const before = this.of(slot);
    const fresh = implied.known & ~before.known;
    this.put(slot, { ...before, known: before.known | fresh, holds: before.holds | (implied.holds & fresh) });
  }
}
