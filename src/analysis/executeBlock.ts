/**
 * Runs one block of a division on its abstract state and lets the results flow: to successors, handlers and exits.
 * With a recorder it also notes the binding time of every instruction.
 */
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { Instruction, Terminator } from "../ir/types.ts";
import { elementsOf } from "./collections.ts";
import { performCall } from "./calls.ts";
import type { Engine } from "./engine.ts";
import { isEntryDef } from "./entry.ts";
import { executeInstruction } from "./executeInstruction.ts";
import { targetsOf, tryRegionOf } from "./flow.ts";
import type { Heap } from "./heap.ts";
import { keysChange } from "./properties.ts";
import type { Division, State } from "./state.ts";
import { cloneState } from "./state.ts";
import { seen, Step } from "./step.ts";
import type { BindingTime, CallFact, InstructionFact } from "./types.ts";
import type { Value } from "./value.ts";
import { constantValue, dynamicValue, isObject, singleConstant, truthiness } from "./value.ts";

export interface Recorder {
  slots: (BindingTime | null)[];
  readonly instructions: InstructionFact[];
  readonly calls: { index: number; fact: CallFact; varyingAfter: readonly string[]; passesOn: boolean }[];
  terminator: InstructionFact | null;
  /** indices of accesses to objects that change during specialization */
  readonly changing: Set<number>;
  /** the value that decides the terminator depends on something that is kept polyvariant */
  varies: boolean;
}

/** Visits a block. */
export function executeBlock(engine: Engine, division: Division, id: number, recorder: Recorder | null): void {
  new BlockRun(engine, division, id, recorder).run();
}

/** What cannot throw whatever it gets. */
const QUIET: ReadonlySet<Instruction["op"]> = new Set([
  "copy",
  "closure",
  "object",
  "array",
  "newCell",
  "initCell",
  "regexp",
  "templateObject",
  "debugger",
]);

class BlockRun {
  private readonly state: State;
  private readonly handler: { handler: number; exception: number } | null;

  constructor(
    private readonly engine: Engine,
    private readonly division: Division,
    private readonly id: number,
    private readonly recorder: Recorder | null,
  ) {
    this.state = cloneState(division.blocksIn[id]!);
    this.handler = tryRegionOf(division.ir, division.ir.blocks[id]!.region);
  }

  run(): void {
    const block = this.division.ir.blocks[this.id]!;
    const head = this.step(-1, block.instructions[0] ?? block.terminator);
    head.settle();
    if (this.recorder !== null)
      this.recorder.slots = this.division.ir.slots.map((_, slot) => this.slotTime(head, slot));
    for (const [index, instruction] of block.instructions.entries()) if (!this.instruction(instruction, index)) return;
    this.terminator(block.terminator, block.instructions.length);
  }

  private slotTime(step: Step, slot: number): BindingTime | null {
    const value = this.state.slots[slot];
    return value === undefined ? null : step.timeOf(seen(step, value));
  }

  private step(index: number, at: Instruction | Terminator): Step {
    return new Step(this.engine, this.division, this.state, this.id, index, at.origin, performCall, (value, heap) =>
      this.throwOut(value, heap),
    );
  }

  private instruction(instruction: Instruction, index: number): boolean {
    const step = this.step(index, instruction);
    const operands =
      this.recorder === null ? [] : operandsOf(instruction).map((o) => step.timeOf(seen(step, step.read(o))));
    const isQuiet = QUIET.has(instruction.op);
    const before = this.handler === null || isQuiet ? null : [...this.state.slots];
    if (this.recorder !== null && isAccess(instruction) && this.changes(step, instruction))
      this.recorder.changing.add(index);
    const goesOn = executeInstruction(step, instruction);
    if (
      !isQuiet &&
      (step.late !== null || !goesOn || this.mayThrow(step, instruction)) &&
      step.call?.action !== "unfold"
    )
      this.throwUnknown(step, before);
    if (this.recorder !== null) this.note(this.recorder, step, instruction, operands, goesOn, index);
    return goesOn;
  }

  private changes(step: Step, instruction: Instruction): boolean {
    const [object] = operandsOf(instruction);
    return step.read(object!).locations.some((location) => {
      const found = this.state.heap.get(location);
      return found !== undefined && (!found.existing || found.written.size > 0);
    });
  }

  private mayThrow(step: Step, instruction: Instruction): boolean {
    switch (instruction.op) {
      case "getProp":
      case "setProp":
      case "requireObject":
        return !isObject(step.read(instruction.op === "requireObject" ? instruction.value : instruction.object));
      case "getCell":
        return instruction.checked;
      case "construct":
      case "call":
        return step.call === null;
      default:
        return false;
    }
  }

  /** An exception that the instruction itself may raise. */
  private throwUnknown(step: Step, slotsBefore: (Value | undefined)[] | null): void {
    if (this.handler === null && !this.engine.hasHandlers) return;
    const value = dynamicValue(step.cause("an exception that may be thrown here", step.late));
    const after = slotsBefore === null ? null : [...this.state.slots];
    if (slotsBefore !== null) this.state.slots.splice(0, Infinity, ...slotsBefore);
    this.throwOut(value, this.state.heap);
    if (after !== null) this.state.slots.splice(0, Infinity, ...after);
  }

  private throwOut(value: Value, heap: Heap): void {
    if (this.handler === null) {
      this.engine.flowOut(this.division, "thrown", value, heap);
      return;
    }
    const slots = [...this.state.slots];
    slots[this.handler.exception] = value;
    this.engine.flowInto(this.division, this.id, this.handler.handler, { slots, heap });
  }

  private note(
    recorder: Recorder,
    step: Step,
    instruction: Instruction,
    operands: readonly BindingTime[],
    goesOn: boolean,
    index: number,
  ): void {
    const [dst] = writtenSlots(instruction);
    const result = dst === undefined || !goesOn ? null : this.slotTime(step, dst);
    const isLate = step.late !== null;
    const isPartly = result === "dynamic" || operands.includes("dynamic");
    let time: BindingTime = isLate ? "dynamic" : isPartly ? "partially static" : "static";
    if (instruction.op === "copy" && result !== null) time = result;
    const value = dst === undefined ? undefined : this.state.slots[dst];
    const cause = step.late ?? (time === "static" ? null : (value?.cause ?? this.operandCause(step, instruction)));
    recorder.instructions.push({
      time,
      result,
      operands,
      cause,
      lifts: isLate ? operands.flatMap((t, i) => (t === "dynamic" ? [] : [i])) : [],
      varies: value?.varies ?? false,
    });
    if (step.call !== null)
      recorder.calls.push({
        index,
        fact: step.call,
        varyingAfter: step.varyingAfter,
        passesOn: this.passesOn(step, instruction),
      });
  }

  /** What is static in the arguments is what the function itself got, or constant: a call of itself meets the same again. */
  private passesOn(step: Step, instruction: Instruction): boolean {
    return operandsOf(instruction)
      .slice(instruction.op === "call" ? 2 : 1)
      .every((o) => {
        const value = seen(step, step.read(o));
        return value.cause !== null || singleConstant(value) !== null || isEntryDef(value.def);
      });
  }

  private operandCause(step: Step, instruction: Instruction | Terminator): InstructionFact["cause"] {
    for (const operand of operandsOf(instruction)) {
      const { cause } = seen(step, step.read(operand));
      if (cause !== null) return cause;
    }
    return null;
  }

  private terminator(terminator: Terminator, index: number): void {
    const step = this.step(index, terminator);
    const values = operandsOf(terminator).map((o) => seen(step, step.read(o)));
    const operands = values.map((v) => step.timeOf(v));
    let time: BindingTime = "static";
    let cause: InstructionFact["cause"] = null;
    switch (terminator.op) {
      case "return":
        this.engine.flowOut(this.division, "returned", this.returned(step, values[0]!), this.state.heap);
        break;
      case "throw":
        this.throwOut(values[0]!, this.state.heap);
        break;
      case "branch":
        this.branch(terminator, values[0]!);
        break;
      case "switch":
        this.switchOn(terminator, values[0]!);
        break;
      case "enterForOf":
      case "enterForIn":
        this.enterLoop(step, terminator, values[0]!);
        break;
      case "forOfNext":
      case "forInNext": {
        const over = this.state.slots[this.division.ir.slots.length + terminator.region];
        cause = over === undefined ? null : seen(step, over).cause;
        this.nextElement(step, terminator, over ?? constantValue(undefined));
        break;
      }
      default:
        for (const to of targetsOf(terminator)) this.flow(to);
    }
    const decides =
      terminator.op === "branch" ||
      terminator.op === "switch" ||
      terminator.op === "enterForOf" ||
      terminator.op === "enterForIn";
    if (decides) cause = values[0]!.cause;
    if (this.recorder !== null)
      this.recorder.varies =
        values[0]?.varies ??
        this.state.slots[this.division.ir.slots.length + ("region" in terminator ? terminator.region : 0)]?.varies ??
        false;
    if (terminator.op === "return" || terminator.op === "throw") time = operands[0]!;
    if (cause !== null) time = "dynamic";
    if (this.recorder !== null)
      this.recorder.terminator = {
        time,
        result: null,
        operands,
        cause: cause ?? (time === "dynamic" ? values[0]!.cause : null),
        lifts: [],
        varies: this.recorder.varies,
      };
  }

  /** A derived constructor returns its `this` unless it returns an object. */
  private returned(step: Step, value: Value): Value {
    const { ir } = this.division;
    const made = ir.kind === "derivedConstructor" && ir.thisSlot !== null ? this.state.slots[ir.thisSlot] : undefined;
    if (made === undefined || isObject(value)) return value;
    return value.cause === null && value.locations.length === 0 ? made : step.join(made, value)!;
  }

  private flow(to: number): void {
    this.engine.flowInto(this.division, this.id, to, this.state);
  }

  private branch(terminator: Extract<Terminator, { op: "branch" }>, condition: Value): void {
    const truth = truthiness(condition);
    if (truth !== false) this.flow(terminator.then);
    if (truth !== true) this.flow(terminator.else);
  }

  private switchOn(terminator: Extract<Terminator, { op: "switch" }>, value: Value): void {
    const constants = value.cause === null && value.locations.length === 0 ? value.constants : null;
    if (constants === null) return targetsOf(terminator).forEach((to) => this.flow(to));
    const targets = new Set(constants.map((c) => terminator.cases.find((k) => k.test === c)?.to ?? terminator.default));
    for (const to of targets) this.flow(to);
  }

  /** The place of the region holds what is iterated: its elements joined. */
  private enterLoop(
    step: Step,
    terminator: Extract<Terminator, { op: "enterForOf" | "enterForIn" }>,
    iterable: Value,
  ): void {
    const place = this.division.ir.slots.length + terminator.region;
    if (terminator.op === "enterForOf") {
      const elements = elementsOf(step, iterable);
      if (elements === null) {
        const cause = step.cause("a loop over something dynamic", iterable.cause);
        step.unknownCode([iterable], cause);
        this.throwUnknown(step, null);
        this.state.slots[place] = dynamicValue(cause);
      } else this.state.slots[place] = iterable;
    } else {
      const late = iterable.cause ?? keysChange(step, iterable);
      const cause = late === null ? null : step.cause("a loop over keys of something dynamic", late);
      if (cause !== null) step.lift([iterable], cause);
      this.state.slots[place] = cause === null ? iterable : dynamicValue(cause);
    }
    this.flow(terminator.next);
  }

  private nextElement(
    step: Step,
    terminator: Extract<Terminator, { op: "forOfNext" | "forInNext" }>,
    over: Value,
  ): void {
    const settled = seen(step, over);
    const late = settled.cause ?? (terminator.op === "forInNext" ? keysChange(step, settled) : null);
    this.flow(terminator.exit);
    if (late !== null) step.write(terminator.value, step.dynamic("an element of something dynamic", late));
    else if (terminator.op === "forInNext") step.write(terminator.value, step.static(settled));
    else step.write(terminator.value, elementsOf(step, settled) ?? step.dynamic("an element that is not known"));
    this.flow(terminator.body);
  }
}

function isAccess(instruction: Instruction): boolean {
  return (
    instruction.op === "getProp" ||
    instruction.op === "getPrivate" ||
    instruction.op === "getSuper" ||
    instruction.op === "getCell"
  );
}
