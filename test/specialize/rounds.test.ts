/**
 * Decisions about what is dynamic hold under the values that are kept apart, and rounds of an unrolled loop are kept apart
 * wherever paths join inside of it: restarts do not grow with the number of joins, nor versions beyond the rounds.
 */
import { Decisions } from "../../src/specialize/decisions.ts";
import { factOf, joinFacts } from "../../src/semantics/numberFacts.ts";
import { specializeSource } from "./specializeSource.ts";

/** A loop of three rounds with so many joins in its body; each round tests what it counts. */
function loop(joins: number, body = "if (xs[j] > 0) sum += 1;"): string {
  return `
    import { specialize } from "babel-plugin-specialize";
    function f(n, xs) {
      let sum = 0;
      for (let i = n; i >= 0; i -= 7) {
        ${Array.from({ length: joins }, (_, j) => body.replaceAll("j", String(j))).join("\n")}
        if (i === n) sum *= 2;
      }
      return sum;
    }
    export const g = specialize(f, { n: 15 });`;
}

function stats(source: string): { restarts: number; versions: number } {
  const site = specializeSource(source).sites[0];
  if (site?.stats == null) throw new Error("not specialized");
  return site.stats;
}

test("restarts do not grow with the number of joins in an unrolled loop", () => {
  expect(stats(loop(9)).restarts).toBe(stats(loop(1)).restarts);
});

test("there is a version of each join for each round", () => {
  const [one, nine] = [stats(loop(1)), stats(loop(9))];
  expect(nine.versions - one.versions).toBe(8 * 3);
});

test("a join behind the loop knows nothing of its rounds", () => {
  const behind = loop(1).replace("return sum;", "if (xs[9] > 0) sum += 1; return sum;");
  expect(stats(behind).versions - stats(loop(1)).versions).toBe(1);
});

const values = (value: string): { slot: string; value: string }[] => [{ slot: "0:1", value }];

test("what makes dynamic is filed under the values that are kept apart", () => {
  const decisions = new Decisions();
  const [one, two] = [decisions.internClass("p", values("1")), decisions.internClass("p", values("2"))];
  expect(decisions.add(one, "field .at", "drop")).toBe(one);
  expect(decisions.add(one, "field .at", "drop")).toBe(null);
  expect(decisions.has(one, "field .at", "drop")).toBe(true);
  expect(decisions.has(two, "field .at", "drop")).toBe(false);
  expect(decisions.has("p", "field .at", "drop")).toBe(false);
});

test("what several classes have decided alike holds for their kin, and no longer when more is kept apart", () => {
  const decisions = new Decisions();
  const classes = ["1", "2", "3", "4", "5"].map((value) => decisions.internClass("p", values(value)));
  const filed = classes.map((one) => decisions.add(one, "field .at", "drop"));
  expect(filed).toEqual([...classes.slice(0, 3), decisions.kinOf(classes[0]!), null]);
  expect(decisions.has(classes[4]!, "field .at", "drop")).toBe(true);
  const finer = decisions.internClass("p", [...values("1"), { slot: "0:2", value: "7" }]);
  expect(decisions.has(finer, "field .at", "drop")).toBe(false);
});

test("facts of values that come are filed likewise, and joined", () => {
  const decisions = new Decisions();
  const classes = ["1", "2", "3", "4", "5"].map((value) => decisions.internClass("p", values(value)));
  for (const [i, one] of classes.slice(0, 4).entries())
    decisions.widen(one, "0:7", i === 0 ? factOf("text") : factOf(i));
  expect(decisions.widenedTo(classes[1]!, "0:7")).toEqual(joinFacts(factOf(1), factOf(3)));
  expect(decisions.widenedTo(classes[4]!, "0:7")).toEqual(factOf(3));
});

test("what keeps apart is filed under the place, whichever values are kept apart there", () => {
  const decisions = new Decisions();
  const place = decisions.internPlace("p where 0:0=@7", "p");
  const one = decisions.internClass(place, values("1"));
  expect(decisions.add(one, "0:2", "keep")).toBe(place);
  expect(decisions.keeps(place, "0:2")).toBe(true);
  expect(decisions.keeps("p", "0:2")).toBe(false);
  expect(decisions.apartAt(place)).toEqual(["0:2"]);
  decisions.add(one, "0:2", "general");
  expect(decisions.apartAt(place, new Set(["0:2", "0:3"]))).toEqual(["0:3"]);
});
