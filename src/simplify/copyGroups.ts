/** Slots that are copied to each other, also by way of others: they may hold the same object. */
import type { Instruction, Slot } from "../ir/types.ts";

export class CopyGroups {
  readonly #parent = new Map<Slot, Slot>();

  constructor(steps: readonly Instruction[]) {
    for (const step of steps)
      if (step.op === "copy" && typeof step.value === "number") {
        const [one, other] = [this.of(step.dst), this.of(step.value)];
        if (one !== other) this.#parent.set(one, other);
      }
  }

  /** The slot that stands for the group. */
  of(slot: Slot): Slot {
    let at = slot;
    for (let up = this.#parent.get(at); up !== undefined; up = this.#parent.get(at)) at = up;
    return at;
  }
}
