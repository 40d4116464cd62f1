/**
 * Private names that change after construction. Only the code of their class can assign them, so that the program itself
 * tells which do: any function but a constructor or initializer that assigns its own `this`.
 *
 * `class P { #a = 1; #n = 0; inc() { this.#n++; } }`: `#n` changes, `#a` does not.
 */
import type { IrFunction } from "../ir/types.ts";
import type { ProgramSource } from "./program.ts";

/** Keys of private properties, and of code that was not lowered their beginnings, `NUL name @`. */
export function writtenPrivates(source: ProgramSource): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const file of source.order) for (const fn of source.module(file)?.ir.functions ?? []) addFrom(fn, keys);
  return keys;
}

function addFrom(fn: IrFunction, keys: Set<string>): void {
  for (const name of fn.opaque?.mentions?.assigned ?? []) if (name.startsWith("\u0000")) keys.add(name);
  const isMaking = fn.kind === "constructor" || fn.kind === "derivedConstructor" || fn.kind === "initializer";
  for (const { instructions } of fn.blocks)
    for (const step of instructions)
      if (step.op === "setPrivate" && !(isMaking && step.object === fn.thisSlot))
        keys.add(`\u0000${step.name}@${step.brand}`);
}
