import { describe, expect, test } from "@jest/globals";
import { compareRuns } from "./compareRuns.ts";
import { opaqueSnippets, sloppyOpaqueSnippets, sloppySnippets, snippets } from "./snippets.ts";

for (const [construct, programs] of Object.entries(snippets)) {
  describe(`lowered ${construct} do what the source does`, () => {
    test.each(programs.map((code) => [code]))("%s", (code) => {
      const { native, lowered, opaque } = compareRuns(code);
      expect(lowered).toEqual(native);
      expect(opaque.filter((reason) => reason !== "a generator function")).toEqual([]);
    });
  });
}

describe("sloppy code", () => {
  test.each(sloppySnippets.map((code) => [code]))("%s", (code) => {
    const { native, lowered, opaque } = compareRuns(code, { sloppy: true });
    expect(lowered).toEqual(native);
    expect(opaque).toEqual([]);
  });
});

describe("what cannot be lowered leaves its function as it is", () => {
  test.each(opaqueSnippets)("%s", (code, reason) => {
    const { opaque } = compareRuns(code);
    expect(opaque.length).toBeGreaterThan(0);
    expect(opaque.join()).toContain(reason);
  });
});

describe("sloppy code that cannot be lowered leaves its function as it is", () => {
  test.each(sloppyOpaqueSnippets)("%s", (code, reason) => {
    expect(compareRuns(code, { sloppy: true }).opaque.join()).toContain(reason);
  });
});
