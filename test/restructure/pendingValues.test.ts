import type { EffectsReader } from "../../src/restructure/effects.ts";
import { noEffects } from "../../src/restructure/effects.ts";
import { PendingValues } from "../../src/restructure/pendingValues.ts";
import type { SlotFacts } from "../../src/restructure/slotFacts.ts";
import type { Tree } from "../../src/restructure/tree.ts";

/** Values that nothing could notice. */
function pending(): PendingValues {
  const facts = { reads: [] } as unknown as SlotFacts;
  return new PendingValues(facts, { of: () => noEffects } as unknown as EffectsReader, false);
}
const one: Tree = { kind: "constant", value: 1 };
const slots = (values: PendingValues): unknown[] => values.lines.map(({ dst }) => dst);

test("what is written out stands behind the lines that stood when it was computed, in the order of computing", () => {
  const values = pending();
  values.write(0, one, undefined);
  values.push(1, one, undefined);
  values.push(2, one, undefined);
  values.write(3, one, undefined);
  values.push(4, one, undefined);
  values.write(5, one, undefined);
  values.flushAll();
  expect(slots(values)).toEqual([0, 1, 2, 3, 4, 5]);
});

test("so it does where the last line was taken back, to be evaluated later", () => {
  const values = pending();
  values.write(0, one, undefined);
  values.write(1, one, undefined);
  values.push(2, one, undefined);
  values.dropLine();
  values.write(3, one, undefined);
  values.flushAll();
  expect(slots(values)).toEqual([0, 2, 3]);
});

test("a line goes to another slot in its place; one that is not there, or is taken back, goes nowhere", () => {
  const values = pending();
  values.write(0, one, undefined);
  values.write(1, one, undefined);
  expect(values.renameLine(0, 7)).toBe(true);
  expect(slots(values)).toEqual([7, 1]);
  expect(values.renameLine(0, 8)).toBe(false);
  values.dropLine();
  expect(values.renameLine(1, 8)).toBe(false);
});
