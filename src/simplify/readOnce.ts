/**
 * A read of plain data whose value is known, for it was read or written before on every way here and nothing since can have
 * changed it, is the slot or constant that holds the value.
 *
 *   n = x.count - 1; x.count = n; if (x.count !== 0) ...   =>   n = x.count - 1; x.count = n; if (n !== 0) ...
 *
 * Needs: a verified function whose plain reads and writes are marked. Promises: instructions stay where they are, reads
 * become copies. A field that a function is read from to be called as a method stays: `o.f(x)` is written with its object.
 * So does the read of `o.f += 1`, which would be longer with a name for the value.
 *
 * Algorithm: forward data flow of fields (slot and name) and what they hold. A write forgets the name in all other slots,
 * which may hold the same object; what may run code of the program forgets all.
 */
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { Block, Instruction, IrFunction, Operand, Slot } from "../ir/types.ts";
import { fieldEffect } from "./fieldEffect.ts";
import { flowForward, type Facts } from "./flowForward.ts";
import { sameOperand } from "./instructionShape.ts";

interface Held {
  readonly object: Slot;
  readonly name: string;
  readonly value: Operand;
}
/** by slot and name */
type Known = Map<string, Held>;

export function readOnce(fn: IrFunction): IrFunction {
  if (!fn.blocks.some(({ instructions }) => instructions.some((step) => fieldEffect(step).kind === "reads"))) return fn;
  const kept = new Set([...calleesOf(fn), ...changedInPlace(fn)]);
  const into = flowForward(fn, FACTS);
  let changed = false;
  const blocks = fn.blocks.map((block): Block => {
    const known = new Map(into[block.id] ?? []);
    const instructions = block.instructions.map((instruction): Instruction => {
      const value = valueOf(known, instruction);
      step(known, instruction);
      if (value === null || !("dst" in instruction) || kept.has(instruction.dst)) return instruction;
      changed = true;
      return { op: "copy", dst: instruction.dst, value };
    });
    return { ...block, instructions };
  });
  return changed ? { ...fn, blocks } : fn;
}

const FACTS: Facts<Known> = {
  nothing: () => new Map(),
  copy: (known) => new Map(known),
  step,
  leave: (known, from, to) => {
    const { op } = from.terminator;
    const isQuiet = op === "jump" || op === "branch" || op === "switch" || op === "enterTry";
    // leaving a loop over an iterator may run code of the program
    if (!isQuiet || (op !== "enterTry" && from.region !== to.region)) known.clear();
    return known;
  },
  meet: (known, other) => {
    let changed = false;
    for (const [key, { value }] of known) {
      const twin = other.get(key);
      if (twin !== undefined && sameOperand(twin.value, value)) continue;
      known.delete(key);
      changed = true;
    }
    return changed;
  },
};

function valueOf(known: Known, instruction: Instruction): Operand | null {
  const effect = fieldEffect(instruction);
  return effect.kind === "reads" ? (known.get(keyOf(effect.object, effect.name))?.value ?? null) : null;
}

function step(known: Known, instruction: Instruction): void {
  const effect = fieldEffect(instruction);
  if (effect.kind === "anything") known.clear();
  if (effect.kind === "writes") {
    for (const [key, held] of known) if (held.name === effect.name) known.delete(key);
    if (instruction.op === "setProp")
      known.set(keyOf(effect.object, effect.name), { ...effect, value: instruction.value });
  }
  const before = valueOf(known, instruction);
  for (const slot of writtenSlots(instruction))
    for (const [key, held] of known) if (held.object === slot || held.value === slot) known.delete(key);
  if (effect.kind !== "reads" || !("dst" in instruction) || instruction.dst === effect.object) return;
  const value = before !== null && before !== instruction.dst ? before : instruction.dst;
  known.set(keyOf(effect.object, effect.name), { ...effect, value });
}

function keyOf(object: Slot, name: string): string {
  return `${object}.${name}`;
}

/** Slots whose value is called as a method. */
function calleesOf(fn: IrFunction): ReadonlySet<Slot> {
  const callees = new Set<Slot>();
  for (const { instructions } of fn.blocks)
    for (const step of instructions)
      if (step.op === "call" && typeof step.callee === "number" && typeof step.receiver === "number")
        callees.add(step.callee);
  return callees;
}

/** Slots that are read from a field for nothing but what is then written to the same field of the same object. */
function changedInPlace(fn: IrFunction): ReadonlySet<Slot> {
  const reads = new Map<Slot, number>();
  for (const { instructions, terminator } of fn.blocks)
    for (const operand of [...instructions, terminator].flatMap(operandsOf))
      if (typeof operand === "number") reads.set(operand, (reads.get(operand) ?? 0) + 1);
  const changed = new Set<Slot>();
  for (const { instructions } of fn.blocks)
    instructions.forEach((step, n) => {
      const [next, last] = [instructions[n + 1], instructions[n + 2]];
      if (step.op !== "getProp" || next?.op !== "binary" || last?.op !== "setProp") return;
      const isSame = sameOperand(step.object, last.object) && sameOperand(step.key, last.key);
      if (isSame && next.left === step.dst && last.value === next.dst && reads.get(step.dst) === 1)
        changed.add(step.dst);
    });
  return changed;
}
