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
import type { IrFunction } from "../ir/types.ts";
import { assignedCaptures } from "../ir/assignedCaptures.ts";
import type { HeapObject } from "./heap.ts";
import type { ProgramSource } from "./program.ts";
import type { Address } from "./values.ts";

export function writtenCells(source: ProgramSource, objects: Iterable<HeapObject>): ReadonlySet<Address> {
  const assigned = new Map<string, ReadonlySet<number>>();
  const cells = new Set<Address>();

  const assignedBy = (file: string, ir: IrFunction): ReadonlySet<number> =>
    getOrCreate(assigned, `${file}#${ir.id}`, () =>
      assignedCaptures((id) => source.module(file)?.ir.functions[id], ir.id),
    );

  for (const { code } of objects) {
    if (code === null || code.captures.length === 0) continue;
    for (const nth of assignedBy(code.code.file, code.code.ir)) {
      const cell = code.captures[nth];
      if (cell?.kind === "object") cells.add(cell.address);
    }
  }
  return cells;
}
