/**
 * What was computed before on every way here, of slots that have not changed since, is the slot that holds it.
 *
 *   i < s.length && s[i] === "a"; ... s[i] === "b" && i + 1 < s.length   =>
 *   n = s.length; i < n && (c = s[i]) === "a"; ... c === "b" && i + 1 < n
 *
 * Needs: a verified function; plain operators, calls and reads that never change are marked. Promises: values are primitives
 * and the same, as those of a function of Math are of the same numbers; nothing is computed that was not before. Tests stay: to make one again takes no more than to ask how it came out, and
 * `decideTests` knows of those that need not be made. So does `i + 1`, which is no longer than a name for it. What mutable
 * objects hold is the matter of `readOnce`.
 *
 * Algorithm: forward data flow of available expressions, by the text of the instruction. The slots that are found to hold
 * the same as another count as that one from there on, for as long as neither is written: one round finds `(i + 1) * w` too.
 *
 * After: Cocke, "Global common subexpression elimination", 1970; Muchnick, "Advanced compiler design and implementation",
 * 1997, section 13.1.
 */
import { getOrCreate } from "../base/mapOf.ts";
import { inputSlots } from "../ir/inputSlots.ts";
import { mapEnd, mapOperands } from "../ir/mapOperands.ts";
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { Block, Instruction, IrFunction, Operand, Slot } from "../ir/types.ts";
import { flowForward, type Facts } from "./flowForward.ts";
import { nameOf } from "./instructionShape.ts";
import { mathFunctions } from "./mathFunctions.ts";

interface Held {
  readonly slot: Slot;
  /** what it was computed of; of a slot that holds the same as another, that slot */
  readonly of: readonly Operand[];
  /** it is computed again rather than read */
  readonly isShort: boolean;
}
/** By the texts of expressions; by its number, a slot that holds the same as another. */
type Known = Map<string | Slot, Held>;

export function reuseValues(fn: IrFunction): IrFunction {
  const changing = changingSlots(fn);
  const functions = mathFunctions(fn, changing);
  const repeated = repeatedSteps(fn, changing, functions);
  if (repeated.size === 0) return fn;
  const flow = new Flow(changing, repeated, functions);
  const into = flowForward(fn, flow);
  let changed = false;
  const blocks = fn.blocks.map((block): Block => {
    const known: Known = new Map(into[block.id] ?? []);
    const reused = (operand: Operand): Operand => {
      const held = typeof operand === "number" ? known.get(operand) : undefined;
      return held === undefined || held.isShort ? operand : held.slot;
    };
    const instructions = block.instructions.map((given): Instruction => {
      const step = mapOperands(given, reused);
      const held = flow.take(known, given);
      if (held === null || held.isShort || !("dst" in given)) return step;
      changed = true;
      return { op: "copy", dst: given.dst, value: held.slot };
    });
    return { ...block, instructions, terminator: mapEnd(block.terminator, reused) };
  });
  return changed ? { ...fn, blocks } : fn;
}

/** What holds the same and was there first. */
function current(known: Known, operand: Operand): Operand {
  return typeof operand === "number" ? (known.get(operand)?.slot ?? operand) : operand;
}

class Flow implements Facts<Known> {
  constructor(
    /** the others hold, wherever they are read, what they were given last */
    private readonly changing: ReadonlySet<Slot>,
    private readonly repeated: ReadonlySet<Instruction>,
    private readonly functions: ReadonlyMap<Slot, string>,
  ) {}

  nothing(): Known {
    return new Map();
  }
  copy(known: Known): Known {
    return new Map(known);
  }
  readonly step = (known: Known, step: Instruction): void => void this.take(known, step);
  readonly leave = (known: Known, { terminator }: Block): Known => {
    for (const slot of writtenSlots(terminator)) this.#forget(known, slot);
    return known;
  };
  meet(known: Known, other: Known): boolean {
    let changed = false;
    for (const [key, { slot }] of known) {
      if (other.get(key)?.slot === slot) continue;
      known.delete(key);
      changed = true;
    }
    return changed;
  }

  /** Takes note of the instruction; what holds its result already, or null. */
  take(known: Known, step: Instruction): Held | null {
    const name = (operand: Operand): string => nameOf(current(known, operand));
    const text = this.repeated.has(step) ? textOf(step, this.functions, name) : null;
    const of = text === null ? [] : operandsOf(step).map((operand) => current(known, operand));
    const held = text === null ? undefined : known.get(text);
    for (const slot of writtenSlots(step)) this.#forget(known, slot);
    if (text === null || !("dst" in step)) return null;
    const { dst } = step;
    if (held === undefined && !of.includes(dst)) known.set(text, { slot: dst, of, isShort: isShort(step) });
    if (held === undefined || held.slot === dst) return null;
    known.set(dst, { ...held, of: [dst] });
    return held;
  }

  #forget(known: Known, slot: Slot): void {
    if (this.changing.has(slot))
      for (const [key, held] of known) if (held.slot === slot || held.of.includes(slot)) known.delete(key);
  }
}

/** Slots that are written at more than one place. */
function changingSlots(fn: IrFunction): ReadonlySet<Slot> {
  const written = new Set(inputSlots(fn));
  const changing = new Set<Slot>();
  const note = (slot: Slot): void => void (written.has(slot) ? changing : written).add(slot);
  for (const region of fn.regions) if (region.kind === "try") note(region.exception);
  for (const { instructions, terminator } of fn.blocks)
    for (const step of [...instructions, terminator]) writtenSlots(step).forEach(note);
  return changing;
}

/** Instructions that are written more than once, where slots that are written once count as what is written there. */
function repeatedSteps(
  fn: IrFunction,
  changing: ReadonlySet<Slot>,
  functions: ReadonlyMap<Slot, string>,
): ReadonlySet<Instruction> {
  const names = new Map<Slot, string>();
  const nameIn = (operand: Operand): string =>
    (typeof operand === "number" ? names.get(operand) : undefined) ?? nameOf(operand);
  const alike = new Map<string, { readonly name: string; readonly steps: Instruction[] }>();
  for (const { instructions } of fn.blocks)
    for (const step of instructions) {
      const text = textOf(step, functions, nameIn);
      if (text === null || !("dst" in step)) continue;
      const { name, steps } = getOrCreate(alike, text, () => ({ name: `#${alike.size}`, steps: [] }));
      steps.push(step);
      if (!changing.has(step.dst)) names.set(step.dst, name);
    }
  return new Set([...alike.values()].flatMap(({ steps }) => (steps.length > 1 ? steps : [])));
}

/** The same for instructions that give the same of the same operands; null: to make it again is as good, or it may give something else. */
function textOf(
  step: Instruction,
  functions: ReadonlyMap<Slot, string>,
  name: (operand: Operand) => string,
): string | null {
  switch (step.op) {
    case "getProp":
      return step.isFixed === true ? `${name(step.object)}[${name(step.key)}]` : null;
    case "unary": {
      if (step.isPlain !== true || TESTS.has(step.operator)) return null;
      if (step.operator === "inc") return `+ ${name(step.value)} ${ONE}`;
      if (step.operator === "dec") return `- ${name(step.value)} ${ONE}`;
      return `${step.operator} ${name(step.value)}`;
    }
    case "binary":
      if (step.isPlain !== true || TESTS.has(step.operator)) return null;
      return `${step.operator} ${name(step.left)} ${name(step.right)}`;
    case "call": {
      const called = step.isPlain === true ? functions.get(step.callee as Slot) : undefined;
      const isSpread = step.args.some((one) => typeof one === "object" && "spread" in one);
      return called === undefined || isSpread ? null : [called, ...(step.args as Operand[]).map(name)].join(" ");
    }
    default:
      return null;
  }
}

/** With a constant, and computed as fast as a variable is read; a text would be made anew. */
function isShort(step: Instruction): boolean {
  if (step.op === "unary") return step.operator !== "toString";
  if (step.op !== "binary" || /^(%|\/|\*\*)$/.test(step.operator)) return false;
  return [step.left, step.right].some((one) => typeof one !== "number" && typeof one.value === "number");
}

const TESTS: ReadonlySet<string> = new Set(["!", "isNullish", "typeof", "==", "!=", "===", "!==", "<", "<=", ">", ">=", "in", "instanceof"]); // prettier-ignore
/** `i++` of a plain value adds a number, as `i + 1` does then */
const ONE = nameOf({ value: 1 });
