/**
 * A closure that captures a slot by value keeps the value that the slot has then; a variable in JavaScript would show it
 * later assignments. So a slot that is assigned in several places is copied to one of its own in front of the closure.
 */
import { mapOperands } from "../ir/mapOperands.ts";
import type { Block, Instruction, IrFunction, Slot, SlotInfo } from "../ir/types.ts";
import { reachableBlocks } from "./reachableBlocks.ts";
import { capturedBy, slotFacts } from "./slotFacts.ts";

export function copyCaptured(fn: IrFunction): IrFunction {
  const facts = slotFacts(fn, reachableBlocks(fn));
  const isShaky = (slot: Slot): boolean =>
    facts.writes[slot]! > 1 &&
    !facts.isCell[slot] &&
    (fn.slots[slot]!.kind === "variable" || fn.slots[slot]!.kind === "param" || fn.slots[slot]!.kind === "temporary");
  if (!fn.slots.some((_, slot) => facts.isCaptured[slot] && isShaky(slot))) return fn;
  const slots: SlotInfo[] = [...fn.slots];
  const blocks = fn.blocks.map((block): Block => {
    const instructions: Instruction[] = [];
    for (const step of block.instructions) {
      const copies = new Map<Slot, Slot>();
      for (const slot of capturedBy(step)) {
        if (!isShaky(slot) || copies.has(slot)) continue;
        const { name } = slots[slot]!;
        slots.push(name === undefined ? { kind: "temporary" } : { kind: "variable", name });
        copies.set(slot, slots.length - 1);
        instructions.push({ op: "copy", dst: slots.length - 1, value: slot });
      }
      instructions.push(
        copies.size === 0 ? step : mapOperands(step, (o) => (typeof o === "number" ? (copies.get(o) ?? o) : o)),
      );
    }
    return { ...block, instructions };
  });
  return { ...fn, slots, blocks };
}
