/**
 * The rest of an object pattern and the reads in front of it become one pattern again: native syntax has no rest without
 * the reads of what it leaves out, and a second read of those could be noticed.
 *
 * Needs: a verified function. Promises: the same reads in the same order, and more of plain data only; an `objectRest` whose
 * reads do not stand directly in front of it stays as it is, unless it copies plain data. Example:
 *
 *   a = s.a; b = s.b; r = objectRest s without a, b   =>   ({ a, b, ...r } = s)
 */
import type { Block, Instruction, IrFunction, Operand, Slot, SlotInfo } from "../ir/types.ts";

export function joinObjectPatterns(fn: IrFunction): IrFunction {
  if (!fn.blocks.some((block) => block.instructions.some(({ op }) => op === "objectRest"))) return fn;
  const slots: SlotInfo[] = [...fn.slots];
  const unused = (): Slot => slots.push({ kind: "variable", name: "unused" }) - 1;
  return { ...fn, blocks: fn.blocks.map((block) => joinIn(block, unused)), slots };
}

function joinIn(block: Block, unused: () => Slot): Block {
  const instructions: Instruction[] = [];
  for (const step of block.instructions) {
    const before = step.op === "objectRest" ? readsBefore(instructions, step.source, step.excluded) : null;
    if (step.op !== "objectRest" || (before === null && step.isPlain !== true)) {
      instructions.push(step);
      continue;
    }
    instructions.length -= before?.length ?? 0;
    const reads = before ?? step.excluded.map(unused);
    const { source, excluded, dst, origin } = step;
    const pattern = { op: "objectPattern", source, keys: excluded, dsts: reads, rest: dst } as const;
    instructions.push(origin === undefined ? pattern : { ...pattern, origin });
  }
  return { ...block, instructions };
}

/** Where the last instructions read these properties to, in this order; null when they do something else. */
function readsBefore(before: readonly Instruction[], source: Operand, keys: readonly Operand[]): Slot[] | null {
  const found = before.slice(before.length - keys.length);
  if (found.length < keys.length) return null;
  const reads: Slot[] = [];
  for (const [i, step] of found.entries()) {
    const isRead = step.op === "getProp" && isSame(step.object, source) && isSame(step.key, keys[i]!);
    // what is read must not be what the others are read from
    if (!isRead || step.dst === source || keys.includes(step.dst)) return null;
    reads.push(step.dst);
  }
  return reads;
}

function isSame(a: Operand, b: Operand): boolean {
  if (typeof a === "number" || typeof b === "number") return a === b;
  return typeof a.value === "string" && a.value === b.value;
}
