import { expect, test } from "@jest/globals";
import { compareRuns } from "./compareRuns.ts";
import { randomProgram } from "./randomProgram.ts";

test("random programs do what the source does", () => {
  let returned = 0;
  for (let seed = 0; seed < 300; seed++) {
    const code = randomProgram(seed);
    const { native, lowered, opaque } = compareRuns(code);
    expect({ seed, ...lowered }).toEqual({ seed, ...native });
    expect(opaque).toEqual([]);
    if (native.result.startsWith("returns")) returned++;
  }
  expect(returned).toBeGreaterThan(100);
});
