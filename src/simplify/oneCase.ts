/**
 * A switch that tells one value from all others is a branch.
 *
 *   switch x {"ack": A, "fin": B} default B   =>   t = x === "ack"; branch t -> A, B
 *
 * Needs: a verified function. Promises: the same behaviour; then what is known of tests is known of it too.
 */
import type { Block, IrFunction, SlotInfo } from "../ir/types.ts";

export function oneCase(fn: IrFunction): IrFunction {
  const slots: SlotInfo[] = [...fn.slots];
  const blocks = fn.blocks.map((block): Block => {
    const { terminator: end } = block;
    if (end.op !== "switch") return block;
    const [one, ...others] = end.cases.filter(({ to }) => to !== end.default);
    if (one === undefined || others.length > 0) return block;
    const dst = slots.push({ kind: "temporary" }) - 1;
    const origin = end.origin === undefined ? {} : { origin: end.origin };
    return {
      ...block,
      instructions: [
        ...block.instructions,
        { op: "binary", operator: "===", dst, left: end.value, right: { value: one.test }, ...origin },
      ],
      terminator: { op: "branch", condition: dst, then: one.to, else: end.default, ...origin },
    };
  });
  return slots.length === fn.slots.length ? fn : { ...fn, slots, blocks };
}
