import { verifyFunction } from "../../src/ir/verifyFunction.ts";
import { splitIrreducible } from "../../src/simplify/splitIrreducible.ts";
import { alwaysMoves, randomGraph, runGraph, trace } from "../restructure/randomGraphs.ts";

const MANY = 100_000;

/** How many blocks more; null: there was nothing to compare. */
function check(seed: number, size: number): number | null {
  const { fn } = randomGraph(seed, size, false);
  if (!alwaysMoves(fn)) return null;
  const before = JSON.stringify(fn);
  const split = splitIrreducible(fn, MANY);
  expect(JSON.stringify(fn)).toBe(before);
  if (split === null) throw new Error(`seed ${seed}: too much`);
  verifyFunction(split);
  expect(splitIrreducible(split, 0)).toBe(split);
  for (let answers = 1; answers <= 6; answers++) {
    const [expected, found] = [fn, split].map((one) => trace((ask, note) => runGraph(one, ask, note), answers));
    if (found !== expected)
      throw new Error(`seed ${seed}, answers ${answers}\nexpected ${expected}\nfound    ${found}`);
  }
  return split.blocks.length - fn.blocks.length;
}

describe("random graphs do the same when every loop has one head", () => {
  test.each([4, 6, 10, 14])("of %d blocks", (size) => {
    const copied: number[] = [];
    for (let seed = 1; seed <= 300; seed++) copied.push(check(seed * 7919 + size, size) ?? 0);
    expect(copied.filter((more) => more > 0).length).toBeGreaterThan(10);
  });

  test("what nobody else uses is the copy's own", () => {
    let own = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const { fn } = randomGraph(seed * 7919, 8, false);
      const split = splitIrreducible(fn, MANY);
      if (split !== null) own += split.slots.length - fn.slots.length;
    }
    expect(own).toBeGreaterThan(20);
  });

  test("one copy too many is none", () => {
    const graphs = Array.from({ length: 100 }, (_, seed) => randomGraph(seed * 7919, 8, false).fn);
    const more = graphs.map((fn) => ({ fn, by: (splitIrreducible(fn, MANY)?.blocks.length ?? 0) - fn.blocks.length }));
    const split = more.filter(({ by }) => by > 0);
    expect(split.length).toBeGreaterThan(10);
    for (const { fn, by } of split) {
      expect(splitIrreducible(fn, by)).not.toBeNull();
      expect(splitIrreducible(fn, by - 1)).toBeNull();
    }
  });
});
