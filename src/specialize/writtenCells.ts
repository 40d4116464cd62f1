/**
 * Captured variables of finished activations that functions of the program may still assign.
 *
 * Needs: the modules have been evaluated, their functions are in the world with what they captured. Promises: the cells
 * that some function there assigns, itself or in a function that it makes; a cell that is not among them keeps for ever
 * what evaluation left in it, since the function that declared the variable has returned. An opaque function assigns all
 * cells that it captured.
 * Algorithm: for each function object, the captured slots that its code assigns; slots handed on to an inner closure
 * are looked up there. `function make() { let n = 0; return { inc() { n++; }, get: () => n }; }`: the cell n, through inc.
 */
import { getOrCreate } from "../base/mapOf.ts";
import type { ClosureRef, Instruction, IrFunction, Operand } from "../ir/types.ts";
import type { HeapObject } from "./heap.ts";
import type { ProgramSource } from "./program.ts";
import type { Address } from "./values.ts";

export function writtenCells(source: ProgramSource, objects: Iterable<HeapObject>): ReadonlySet<Address> {
  const assigned = new Map<string, ReadonlySet<number>>();
  const cells = new Set<Address>();

  /** positions of the captures that the function assigns */
  function assignedBy(file: string, ir: IrFunction): ReadonlySet<number> {
    return getOrCreate(assigned, `${file}#${ir.id}`, () => {
      if (ir.opaque !== null) return new Set(ir.captures.flatMap(({ isCell }, nth) => (isCell ? [nth] : [])));
      const slots = new Set<Operand>();
      for (const { instructions } of ir.blocks)
        for (const step of instructions) {
          if (step.op === "setCell") slots.add(step.cell);
          for (const { func, captures } of closuresIn(step))
            for (const nth of assignedByInner(file, func)) {
              const handed = captures[nth];
              if (handed !== undefined) slots.add(handed);
            }
        }
      return new Set(ir.captures.flatMap(({ slot }, nth) => (slots.has(slot) ? [nth] : [])));
    });
  }

  function assignedByInner(file: string, id: number): ReadonlySet<number> {
    const ir = source.module(file)?.ir.functions[id];
    return ir === undefined ? new Set() : assignedBy(file, ir);
  }

  for (const { code } of objects) {
    if (code === null || code.captures.length === 0) continue;
    for (const nth of assignedBy(code.code.file, code.code.ir)) {
      const cell = code.captures[nth];
      if (cell?.kind === "object") cells.add(cell.address);
    }
  }
  return cells;
}

function closuresIn(step: Instruction): readonly ClosureRef[] {
  if (step.op === "closure") return [step];
  if (step.op !== "class") return [];
  const { constructorFunction, members } = step.definition;
  return [constructorFunction, ...members.map((member) => ("closure" in member ? member.closure : null))].filter(
    (ref) => ref !== null,
  );
}
