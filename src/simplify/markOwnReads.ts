/**
 * Reads of arrays that are made here and that nobody else gets hold of are plain: they have no effect, and one whose result
 * nobody needs can go.
 *
 *   list = c ? text.split(".") : []; ...; list.length; list[0];   =>   both reads are marked
 *
 * Needs: a verified function; calls that give a new array are marked; whether the methods of arrays are the original ones.
 * Promises: nothing but marks is changed.
 *
 * Algorithm: slots that are copied to each other hold the same arrays. Each slot of such a group must get its values from array
 * literals, from calls that give a new array, or from the group, and be used for nothing but to read it, to test it, to write
 * elements, or to call methods that only look at it or change its elements.
 *
 * After: Choi, Gupta, Serrano, Sreedhar, Midkiff, "Escape analysis for Java", OOPSLA 1999.
 */
import { inputSlots } from "../ir/inputSlots.ts";
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { Block, Instruction, IrFunction, Operand, Slot, Terminator } from "../ir/types.ts";
import { CopyGroups } from "./copyGroups.ts";

type Step = Instruction | Terminator;

/** They hand the array to nobody, and give something else. */
const METHODS = new Set<unknown>([
  ...["slice", "join", "indexOf", "lastIndexOf", "includes", "at"],
  ...["push", "pop", "shift", "unshift"],
]);

export function markOwnReads(fn: IrFunction, trustsBuiltins: boolean): IrFunction {
  const steps = fn.blocks.flatMap(({ instructions }) => instructions);
  if (!trustsBuiltins || !steps.some(makesArray)) return fn;
  const groups = new CopyGroups(steps);
  const own = ownGroups(fn, steps, groups);
  if (own.size === 0) return fn;
  let changed = false;
  const blocks = fn.blocks.map((block): Block => {
    const instructions = block.instructions.map((step): Instruction => {
      if (step.op !== "getProp" || step.isPlain === true || typeof step.object !== "number") return step;
      if (!own.has(groups.of(step.object)) || !(isPlace(step) || isMethod(step.key))) return step;
      changed = true;
      return { ...step, isPlain: true };
    });
    return { ...block, instructions };
  });
  return changed ? { ...fn, blocks } : fn;
}

function makesArray(step: Instruction): boolean {
  return step.op === "array" || (step.op === "call" && step.makesArray === true);
}

/** Groups of slots that hold such arrays and nothing else. */
function ownGroups(fn: IrFunction, steps: readonly Instruction[], groups: CopyGroups): ReadonlySet<Slot> {
  const caught = fn.regions.flatMap((region) => (region.kind === "try" ? [region.exception] : []));
  const lost = new Set<Slot>([...inputSlots(fn), ...caught].map((slot) => groups.of(slot)));
  const methods = methodsRead(steps, groups);
  const lose = (operand: Operand): void => {
    if (typeof operand === "number") lost.add(groups.of(operand));
  };
  const look = (step: Step): void => {
    const read = lookedAt(step, methods, groups);
    let isFirst = true;
    for (const operand of operandsOf(step)) {
      if (operand === read && isFirst) isFirst = false;
      else if (step.op !== "copy") lose(operand);
    }
    const isSource = step.op === "copy" ? typeof step.value === "number" : makesArray(step as Instruction);
    if (!isSource) writtenSlots(step).forEach(lose);
  };
  steps.forEach(look);
  for (const { terminator } of fn.blocks) look(terminator);
  return new Set(
    steps
      .flatMap((step) => (makesArray(step) ? writtenSlots(step).map((slot) => groups.of(slot)) : []))
      .filter((group) => !lost.has(group)),
  );
}

/** What the step reads, tests or changes elements of, and does nothing else with. */
function lookedAt(step: Step, methods: ReadonlyMap<Slot, Slot>, groups: CopyGroups): Operand | null {
  switch (step.op) {
    case "getProp":
      return step.object;
    case "setProp":
      return isPlace(step) ? step.object : null;
    case "unary":
      return step.operator === "!" || step.operator === "typeof" || step.operator === "isNullish" ? step.value : null;
    case "branch":
      return step.condition;
    case "call": {
      const { callee, receiver } = step;
      if (typeof callee !== "number" || typeof receiver !== "number") return null;
      return methods.get(callee) === groups.of(receiver) ? receiver : null;
    }
    default:
      return null;
  }
}

/** By the slot that one of the methods is read into, and nothing else, the group that it is read off. */
function methodsRead(steps: readonly Instruction[], groups: CopyGroups): ReadonlyMap<Slot, Slot> {
  const methods = new Map<Slot, Slot>();
  const others = new Set<Slot>();
  for (const step of steps) {
    const isRead = step.op === "getProp" && typeof step.object === "number" && METHODS.has(constantOf(step.key));
    for (const slot of writtenSlots(step))
      if (isRead && !methods.has(slot)) methods.set(slot, groups.of(step.object));
      else others.add(slot);
  }
  for (const slot of others) methods.delete(slot);
  return methods;
}

function constantOf(operand: Operand): unknown {
  return typeof operand === "number" ? undefined : operand.value;
}

/** An element, or the length. */
function isPlace({ key, byIndex }: { readonly key: Operand; readonly byIndex?: boolean }): boolean {
  if (typeof key === "number") return byIndex === true;
  return (
    typeof key.value === "number" ||
    key.value === "length" ||
    (typeof key.value === "string" && /^\d+$/.test(key.value))
  );
}

function isMethod(key: Operand): boolean {
  return METHODS.has(constantOf(key));
}
