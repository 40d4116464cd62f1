/** What functions do with the cells they capture, functions inside of them included. */
import type { FunctionId, Instruction, IrModule, Operand } from "../ir/types.ts";

export interface CellUse {
  /** assigned */
  readonly changed: boolean;
  /** accessed where it may be uninitialized */
  readonly checked: boolean;
}

/** Of the capture with the given index of a function. */
export type CellUses = (func: FunctionId, capture: number) => CellUse;

const unused: CellUse = { changed: false, checked: false };
const anything: CellUse = { changed: true, checked: true };

export function cellUses(module: IrModule): CellUses {
  const known = new Map<FunctionId, Map<number, CellUse>>();
  const usesOf = (func: FunctionId): Map<number, CellUse> => {
    const found = known.get(func);
    if (found !== undefined) return found;
    const uses = new Map<number, CellUse>();
    known.set(func, uses);
    const note = (slot: Operand, use: CellUse): void => {
      if (typeof slot !== "number") return;
      const before = uses.get(slot) ?? unused;
      uses.set(slot, { changed: before.changed || use.changed, checked: before.checked || use.checked });
    };
    const captured = (ref: { readonly func: FunctionId; readonly captures: readonly Operand[] } | null): void => {
      ref?.captures.forEach((capture, i) => note(capture, ofCapture(ref.func, i)));
    };
    const step = (at: Instruction): void => {
      if (at.op === "getCell") note(at.cell, { changed: false, checked: at.checked });
      else if (at.op === "setCell") note(at.cell, { changed: true, checked: at.checked });
      else if (at.op === "initCell") note(at.cell, { changed: true, checked: false });
      else if (at.op === "closure") captured(at);
      else if (at.op === "class")
        for (const ref of [at.definition.constructorFunction, ...at.definition.members.map((m) => m.closure)])
          captured(ref);
    };
    for (const block of module.functions[func]!.blocks) block.instructions.forEach(step);
    return uses;
  };
  const ofCapture = (func: FunctionId, index: number): CellUse => {
    const fn = module.functions[func]!;
    const capture = fn.captures[index];
    if (fn.opaque !== null) return { ...anything, checked: false };
    return capture === undefined ? unused : (usesOf(func).get(capture.slot) ?? unused);
  };
  return ofCapture;
}
