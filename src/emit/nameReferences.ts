/** Residual functions with their references replaced by the identifiers that stand for them in the target file. */
import type { Instruction, IrFunction } from "../ir/types.ts";
import type { Reference } from "../specialize/world.ts";
import type { Names } from "./names.ts";

/** The same functions; bindings that name references carry identifiers. Also lists the references used, in order. */
export function nameReferences(
  functions: readonly IrFunction[],
  references: ReadonlyMap<string, Reference>,
  names: Names,
): { readonly functions: readonly IrFunction[]; readonly usedBy: ReadonlyMap<number, ReadonlySet<string>> } {
  const usedBy = new Map<number, Set<string>>();
  const renamed = functions.map((fn): IrFunction => {
    const used = new Set<string>();
    usedBy.set(fn.id, used);
    const rename = (at: Instruction): Instruction => {
      if (at.op !== "getBinding" && at.op !== "setBinding") return at;
      const reference = references.get(at.name);
      if (reference === undefined) return at;
      used.add(at.name);
      return { ...at, name: names.of(at.name, reference) };
    };
    return { ...fn, blocks: fn.blocks.map((b) => ({ ...b, instructions: b.instructions.map(rename) })) };
  });
  return { functions: renamed, usedBy };
}
