/** Residual functions with their references replaced by the identifiers that stand for them in the target file. */
import type { BindingInfo, Instruction, IrFunction } from "../ir/types.ts";
import type { Reference } from "../specialize/world.ts";
import type { Names } from "./names.ts";

/** What is declared with the residuals, under a name of its own: nobody assigns it. */
const OWN: ReadonlySet<Reference["kind"]> = new Set(["function", "data", "template", "path"]);

/**
 * The same functions; bindings that name references carry identifiers. Also lists the references used, in order, and what
 * holds of the identifiers that are declared with the residuals.
 */
export function nameReferences(
  functions: readonly IrFunction[],
  references: ReadonlyMap<string, Reference>,
  names: Names,
): {
  readonly functions: readonly IrFunction[];
  readonly usedBy: ReadonlyMap<number, ReadonlySet<string>>;
  readonly bindings: ReadonlyMap<string, BindingInfo>;
} {
  const bindings = new Map<string, BindingInfo>();
  const usedBy = new Map<number, Set<string>>();
  const renamed = functions.map((fn): IrFunction => {
    const used = new Set<string>();
    usedBy.set(fn.id, used);
    const rename = (at: Instruction): Instruction => {
      if (at.op !== "getBinding" && at.op !== "setBinding") return at;
      const reference = references.get(at.name);
      if (reference === undefined) return at;
      used.add(at.name);
      const name = names.of(at.name, reference);
      const kind = reference.kind === "function" ? "function" : "const";
      if (OWN.has(reference.kind)) bindings.set(name, { kind, reassigned: false });
      return { ...at, name };
    };
    return { ...fn, blocks: fn.blocks.map((b) => ({ ...b, instructions: b.instructions.map(rename) })) };
  });
  return { functions: renamed, usedBy, bindings };
}
