/** Slots against plain lists: copies go on independently, whichever of the two is written to. */
import fc from "fast-check";
import { FrameSlots } from "../../src/specialize/frameSlots.ts";
import { constant } from "../../src/specialize/values.ts";

it("are lists that copies share", () => {
  const LENGTH = 100;
  const step = fc.oneof(
    fc.record({ do: fc.constant("copy" as const), from: fc.nat(5) }),
    fc.record({
      do: fc.constant("set" as const),
      to: fc.nat(5),
      slot: fc.nat(LENGTH - 1),
      value: fc.option(fc.nat(9), { nil: undefined }),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const all = [{ slots: new FrameSlots(LENGTH), list: new Array<number | undefined>(LENGTH).fill(undefined) }];
      for (const one of steps) {
        const { slots, list } = all[(one.do === "copy" ? one.from : one.to) % all.length]!;
        if (one.do === "copy") all.push({ slots: slots.copy(), list: [...list] });
        else {
          slots.set(one.slot, one.value === undefined ? undefined : constant(one.value));
          list[one.slot] = one.value;
        }
      }
      for (const { slots, list } of all) {
        const held = list.flatMap((value, slot) => (value === undefined ? [] : [[slot, constant(value)]]));
        const seen: unknown[] = [];
        slots.forEach((value, slot) => seen.push([slot, value]));
        expect(seen).toEqual(held);
        expect(slots.count()).toBe(held.length);
        expect(list.map((_, slot) => slots.get(slot))).toEqual(
          list.map((value) => (value === undefined ? undefined : constant(value))),
        );
      }
    }),
    { numRuns: 500 },
  );
});
