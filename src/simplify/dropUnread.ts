/**
 * An array or object that is made here, and then only written to, is not made.
 *
 *   left = []; ...; left.push(right.shift()); ...   =>   right.shift();
 *
 * Needs: a verified function; plain writes are marked; whether the methods of arrays are the original ones.
 * Promises: what is written is still computed, for it stands in instructions of its own.
 *
 * Algorithm: slots that are copied to each other hold the same objects. Each slot of such a group must get its values from
 * literals or from the group, and be used for nothing but to write to; in a group of arrays that is also to call one of a few
 * methods, the result of which nobody reads.
 *
 * After: Choi, Gupta, Serrano, Sreedhar, Midkiff, "Escape analysis for Java", OOPSLA 1999.
 */
import { inputSlots } from "../ir/inputSlots.ts";
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { Block, Instruction, IrFunction, Operand, Slot } from "../ir/types.ts";
import { CopyGroups } from "./copyGroups.ts";

/** They change the array and do nothing else. */
const CHANGES = new Set<unknown>(["push", "unshift", "pop", "shift"]);

export function dropUnread(fn: IrFunction, trustsBuiltins: boolean): IrFunction {
  const steps = fn.blocks.flatMap(({ instructions }) => instructions);
  const made = steps.flatMap((step) => (step.op === "array" || step.op === "object" ? [step.dst] : []));
  if (made.length === 0) return fn;
  const groups = new CopyGroups(steps);
  const caught = fn.regions.flatMap((region) => (region.kind === "try" ? [region.exception] : []));
  const lost = new Set<Slot>([...inputSlots(fn), ...caught].map((slot) => groups.of(slot)));
  const uses = new Uses(fn, groups, trustsBuiltins);
  const lose = (operand: Operand): void => {
    if (typeof operand === "number") lost.add(groups.of(operand));
  };
  for (const step of steps) {
    const into = uses.writtenTo(step);
    let isFirst = true;
    for (const operand of operandsOf(step)) {
      // the object itself, once: `list.push(list)` keeps it
      if (operand === into && isFirst) isFirst = false;
      else if (step.op !== "copy") lose(operand);
    }
    const isSource =
      step.op === "array" || step.op === "object" || (step.op === "copy" && typeof step.value === "number");
    if (!isSource) writtenSlots(step).forEach(lose);
  }
  for (const { terminator } of fn.blocks) [...operandsOf(terminator), ...writtenSlots(terminator)].forEach(lose);
  const dead = new Set(made.map((slot) => groups.of(slot)).filter((group) => !lost.has(group)));
  if (dead.size === 0) return fn;
  const isDead = (operand: Operand): boolean => typeof operand === "number" && dead.has(groups.of(operand));
  const isDropped = (step: Instruction): boolean =>
    writtenSlots(step).some(isDead) || isDead(uses.writtenTo(step) ?? { value: null });
  const blocks = fn.blocks.map((block): Block => ({
    ...block,
    instructions: block.instructions.filter((step) => !isDropped(step)),
  }));
  return { ...fn, blocks };
}

/** What is written to. */
class Uses {
  readonly #reads = new Map<Slot, number>();
  /** by the slot that such a method was read into, the group of the array that it was read off */
  readonly #methods = new Map<Slot, Slot>();

  constructor(
    fn: IrFunction,
    private readonly groups: CopyGroups,
    trustsBuiltins: boolean,
  ) {
    const steps = fn.blocks.flatMap(({ instructions, terminator }) => [...instructions, terminator]);
    for (const operand of steps.flatMap(operandsOf))
      if (typeof operand === "number") this.#reads.set(operand, (this.#reads.get(operand) ?? 0) + 1);
    if (!trustsBuiltins) return;
    const objects = new Set(steps.flatMap((step) => (step.op === "object" ? [groups.of(step.dst)] : [])));
    const others = new Set<Slot>();
    for (const step of steps) {
      const group = step.op === "getProp" ? changedBy(step, groups) : null;
      for (const slot of writtenSlots(step))
        if (group === null || objects.has(group) || (this.#methods.get(slot) ?? group) !== group) others.add(slot);
        else this.#methods.set(slot, group);
    }
    const calls = new Map<Slot, number>();
    for (const step of steps) {
      const on = step.op === "call" ? this.#calledOn(step) : null;
      if (on !== null && step.op === "call") calls.set(step.callee as Slot, (calls.get(step.callee as Slot) ?? 0) + 1);
    }
    // one that may be another function, or is used for anything else too
    for (const slot of this.#methods.keys())
      if (others.has(slot) || calls.get(slot) !== this.#reads.get(slot)) this.#methods.delete(slot);
  }

  /** The object that the instruction does nothing but write to, or read a method from for that. */
  writtenTo(step: Instruction): Slot | null {
    if (step.op === "setProp") return step.isPlain === true && typeof step.object === "number" ? step.object : null;
    if (step.op === "call") return this.#calledOn(step);
    return step.op === "getProp" && this.#methods.has(step.dst) ? (step.object as Slot) : null;
  }

  #calledOn({ dst, callee, receiver }: Instruction & { op: "call" }): Slot | null {
    if (typeof callee !== "number" || typeof receiver !== "number" || this.#reads.has(dst)) return null;
    return this.#methods.get(callee) === this.groups.of(receiver) ? receiver : null;
  }
}

/** The group of the array that the method which is read here would change. */
function changedBy({ object, key }: Instruction & { op: "getProp" }, groups: CopyGroups): Slot | null {
  return typeof object === "number" && typeof key !== "number" && CHANGES.has(key.value) ? groups.of(object) : null;
}
