import { opaqueSnippets, sloppySnippets, snippets } from "../lower/snippets.ts";
import { compareRewritten } from "./roundTrip.ts";

/** What may stay as it is, and nothing else: see the head comments of restructure. */
const mayStay = ["a variable that is renewed in several places", "a dead zone that no block has"];

for (const [construct, programs] of Object.entries(snippets)) {
  describe(`rewritten ${construct} do what they did`, () => {
    test.each(programs.map((code) => [code]))("%s", (code) => {
      const { native, rewritten, kept } = compareRewritten(code);
      expect(rewritten).toEqual(native);
      expect(kept.map((k) => k.reason).filter((reason) => !mayStay.includes(reason))).toEqual([]);
    });
  });
}

describe("rewritten sloppy code does what it did", () => {
  test.each(sloppySnippets.map((code) => [code]))("%s", (code) => {
    const { native, rewritten } = compareRewritten(code, true);
    expect(rewritten).toEqual(native);
  });
});

describe("opaque functions inside of rewritten ones do what they did", () => {
  test.each(opaqueSnippets)("%s", (code) => {
    const { native, rewritten } = compareRewritten(code);
    expect(rewritten).toEqual(native);
  });
});

test("most snippets are rewritten", () => {
  const all = Object.values(snippets).flat();
  expect(all.filter((code) => compareRewritten(code).kept.length > 0).length).toBeLessThan(all.length / 12);
});

describe("a second round trip", () => {
  test.each(
    Object.values(snippets)
      .flat()
      .map((code) => [code]),
  )("means the same: %s", (code) => {
    const first = compareRewritten(code);
    if (first.kept.length > 0) return;
    const body = first.code.replace(/^function main\(log\) \{/, "").replace(/\}\s*$/, "");
    const second = compareRewritten(body);
    expect(second.rewritten).toEqual(first.native);
  });
});
