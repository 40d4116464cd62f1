import type { IrFunction } from "../../src/ir/types.ts";
import { verifyFunction } from "../../src/ir/verifyFunction.ts";
import { decideTests } from "../../src/simplify/decideTests.ts";
import { dropDeadStores } from "../../src/simplify/dropDeadStores.ts";
import { readOnce } from "../../src/simplify/readOnce.ts";
import { reuseValues } from "../../src/simplify/reuseValues.ts";
import { simplifyFunction } from "../../src/simplify/simplifyFunction.ts";
import { threadTests } from "../../src/simplify/threadTests.ts";
import { OUT_OF_FUEL, randomMemory, runMemory } from "./randomMemory.ts";

const together = (fn: IrFunction): IrFunction =>
  dropDeadStores(
    readOnce(simplifyFunction(threadTests(simplifyFunction(decideTests(reuseValues(dropDeadStores(fn))))))),
  );

/** Of a run that went on too long counts what it did up to there. */
function differs(one: readonly unknown[], other: readonly unknown[]): boolean {
  const isCut = one.at(-1) === OUT_OF_FUEL || other.at(-1) === OUT_OF_FUEL;
  const length = Math.min(one.length, other.length) - (isCut ? 1 : 0);
  const [a, b] = isCut ? [one.slice(0, length), other.slice(0, length)] : [one, other];
  return JSON.stringify(a) !== JSON.stringify(b);
}

describe.each([
  ["decideTests", decideTests],
  ["reuseValues", reuseValues],
  ["threadTests", threadTests],
  ["readOnce", readOnce],
  ["dropDeadStores", dropDeadStores],
  ["all, and what is simplified behind them", together],
] as const)("%s", (_, pass) => {
  test("changes nothing that anybody sees", () => {
    let changed = 0;
    for (let seed = 1; seed <= 1200; seed++) {
      const fn = randomMemory(seed, 3 + (seed % 10));
      const after = pass(fn);
      if (after === fn) continue;
      changed += 1;
      verifyFunction(after);
      for (let run = 1; run <= 6; run++)
        expect(differs(runMemory(fn, run), runMemory(after, run)) ? { seed, run } : null).toBeNull();
    }
    expect(changed).toBeGreaterThan(50);
  });
});
