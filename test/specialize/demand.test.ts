/**
 * What is asked for once is granted at all joins at once: a value that was static but for merging remembers where it was
 * merged and the joins that it came by since, for there it would be merged again.
 */
import { specializeSource } from "./specializeSource.ts";

/** A value that is a constant on one path, then so many joins, then a test of it. */
function program(joins: number, other: string): string {
  return `
    import { specialize } from "babel-plugin-specialize";
    function f(n, xs) {
      let value = n;
      if (xs[0] > 0) value = ${other};
      let sum = 0;
      ${Array.from({ length: joins }, (_, i) => `if (xs[${i}] > 1) sum += 1;`).join("\n")}
      if (value === 15) sum *= 2;
      return sum;
    }
    export const g = specialize(f, { n: 15 });`;
}

function stats(source: string): { restarts: number; versions: number } {
  const site = specializeSource(source).sites[0];
  if (site?.stats == null) throw new Error("not specialized");
  return site.stats;
}

test.each(["16", "xs[1]"])("one restart for all joins that the value comes by (n or %s)", (other) => {
  expect(stats(program(8, other)).restarts).toBe(1);
  expect(stats(program(1, other)).restarts).toBe(1);
});

test("where it is not tested any more nothing is kept apart for it", () => {
  const behind = (joins: number): string =>
    program(1, "16").replace(
      "return sum;",
      `${Array.from({ length: joins }, (_, i) => `if (xs[${i}] > 3) sum += 1;`).join("\n")} return sum;`,
    );
  expect(stats(behind(9)).versions - stats(behind(1)).versions).toBe(8);
});
