import { intFact } from "../../src/semantics/numberFacts.ts";
import { Decisions } from "../../src/specialize/decisions.ts";

test("a fact grows to what comes a few times; then nothing is known of the slot, however many come", () => {
  const decisions = new Decisions();
  const grow = (n: number): void => void decisions.widen("c", "0:x", intFact(0, n));
  for (let n = 1; n <= 4; n++) grow(n);
  expect(decisions.widenedTo("c", "0:x")).toEqual(intFact(0, 4));
  expect(decisions.has("c", "0:x", "widen")).toBe(false);
  grow(5);
  expect(decisions.has("c", "0:x", "widen")).toBe(true);
});

test("a fact that comes again is more than its range tells: nothing is known", () => {
  const decisions = new Decisions();
  decisions.widen("c", "0:x", intFact(0, 9));
  decisions.widen("c", "0:x", intFact(3, 5));
  expect(decisions.has("c", "0:x", "widen")).toBe(true);
});
