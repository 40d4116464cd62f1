/**
 * The table of docs/ASSUMPTIONS.md against what there is: each assumption of the list has one row; the options that a row names
 * exist, and a program shows each of them; the programs of a row are those of its number, and one of them has a check if and only
 * if the row says that something is looked at. What has no switch or no check says why.
 */
import { readFileSync } from "node:fs";
import { ALL_ASSUMED } from "../../src/specialize/assumptions.ts";
import { broken } from "./assumptionPrograms.ts";

interface Row {
  readonly numbers: readonly number[];
  readonly switches: string;
  readonly programs: readonly string[];
  readonly lookedAt: string;
  readonly whyNot: string;
}

const text = readFileSync("docs/ASSUMPTIONS.md", "utf8");
const listed = [...text.matchAll(/^(\d+)\. \*\*/gm)].map(([, n]) => Number(n));
const rows = [...text.matchAll(/^\| (\d[\d, -]*) \|(.*)\|$/gm)].map(([, numbers = "", rest = ""]): Row => {
  const [switches = "", programs = "", lookedAt = "", whyNot = ""] = rest.split(" | ").map((cell) => cell.trim());
  return { numbers: numbersOf(numbers), switches, programs: programs.split("; "), lookedAt, whyNot };
});

/** `6-8`, or `9, 10` */
function numbersOf(cell: string): number[] {
  return cell.split(", ").flatMap((part) => {
    const [from = 0, to = from] = part.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, n) => from + n);
  });
}

const numberOf = (about: string): number => Number(about.split(":")[0]);
const optionsOf = ({ switches }: Row): string[] =>
  [...switches.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name).filter((name) => name !== "D");
const programsOf = ({ numbers }: Row): (typeof broken)[number][] =>
  broken.filter(({ about }) => numbers.includes(numberOf(about)));

test("each assumption has one row, and each row is of assumptions that there are", () => {
  expect(listed).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  expect(rows.flatMap(({ numbers }) => numbers)).toEqual(listed);
});

test.each(rows)("$numbers: its programs are those that there are", (row) => {
  expect(row.programs).toEqual(programsOf(row).map(({ about }) => about.replace(/^\d+: /, "")));
  for (const number of row.numbers) expect(broken.map(({ about }) => numberOf(about))).toContain(number);
});

test.each(rows)("$numbers: its switches are options, and programs show what they do", (row) => {
  const shown = new Set(programsOf(row).flatMap(({ off }) => Object.keys(off ?? {})));
  expect(optionsOf(row).sort()).toEqual([...shown].sort());
  for (const option of shown) expect(Object.keys(ALL_ASSUMED)).toContain(option);
  // without one, the row says why there cannot be any, or what there is to do
  if (shown.size === 0) expect(row.switches.length).toBeGreaterThan(10);
});

test.each(rows)("$numbers: a program shows what is looked at", (row) => {
  const isShown = programsOf(row).some(({ check }) => check !== undefined);
  expect(row.lookedAt !== "-").toBe(isShown);
  if (!isShown) expect(row.whyNot.length).toBeGreaterThan(10);
});
