/**
 * Slots that hold a function of Math that gives the same for the same numbers: all but `random`.
 *
 * Needs: reads of built-ins are marked, where these are taken to be the original ones; slots that are written at more than
 * one place are given.
 */
import type { IrFunction, Slot } from "../ir/types.ts";

export function mathFunctions(fn: IrFunction, changing: ReadonlySet<Slot>): ReadonlyMap<Slot, string> {
  const steps = fn.blocks.flatMap(({ instructions }) => instructions);
  const math = new Set<unknown>();
  for (const step of steps)
    if (step.op === "getGlobal" && step.name === "Math" && step.isPlain === true && !changing.has(step.dst))
      math.add(step.dst);
  const found = new Map<Slot, string>();
  if (math.size === 0) return found;
  for (const step of steps) {
    if (step.op !== "getProp" || step.isPlain !== true || !math.has(step.object) || changing.has(step.dst)) continue;
    if (typeof step.key !== "number" && step.key.value !== "random")
      found.set(step.dst, `Math.${String(step.key.value)}`);
  }
  return found;
}
