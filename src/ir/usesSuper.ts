/** The function asks for `super`: it has to stand as a method in the object that it was made in. */
import type { IrFunction } from "./types.ts";

export function usesSuper(fn: IrFunction): boolean {
  return fn.blocks.some(({ instructions }) => instructions.some(({ op }) => op === "getSuper" || op === "setSuper"));
}
