/** Every bug of mutants.json can still be planted: `npm run mutants` plants them, which takes too long for here. */
import { readFileSync } from "node:fs";
import path from "node:path";

interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const mutants = JSON.parse(readFileSync(path.join(import.meta.dirname, "mutants.json"), "utf8")) as Mutant[];
const sourceOf = (file: string): string =>
  readFileSync(path.join(import.meta.dirname, "..", "..", "src", file), "utf8");

test("the code that a planted bug changes is there once", () => {
  const stale = mutants.filter(({ file, find }) => sourceOf(file).split(find).length !== 2);
  expect(stale.map(({ name, file }) => `${name} (${file})`)).toEqual([]);
});

test("a planted bug changes the code, and each has a name of its own", () => {
  expect(mutants.filter(({ find, replace }) => find === replace)).toEqual([]);
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  expect(mutants.length).toBeGreaterThanOrEqual(40);
});
