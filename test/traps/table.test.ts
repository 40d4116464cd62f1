/** docs/TRAPS.md says which program asks for what: each exists and is run. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readTrap } from "../engines/trapFile.ts";
import { items, type Item } from "./items.ts";

const root = path.join(import.meta.dirname, "..", "..");
const folder = path.join(root, "fixtures", "traps");
const document = path.join(root, "docs", "TRAPS.md");
const traps = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith(".js"))
    .map((name) => [name.replace(/\.js$/, ""), readTrap(readFileSync(path.join(folder, name), "utf8"))]),
);

test.each(items)("$about", ({ programs, cases = [] }) => {
  const missing: string[] = [];
  let count = cases.length;
  for (const [file, names] of Object.entries(programs))
    for (const name of names.split(" ")) {
      count++;
      const isRun = traps.get(file)?.calls.some((call) => new RegExp(`\\bm\\.${name}\\b`).test(call)) === true;
      if (!isRun) missing.push(`${file}: ${name}`);
    }
  for (const one of cases) if (!existsSync(path.join(root, "fixtures", "cases", one, "case.json"))) missing.push(one);
  expect(missing).toEqual([]);
  expect(count).toBeGreaterThanOrEqual(3);
});

test("docs/TRAPS.md is drawn from that (UPDATE_DOCS=1 draws it anew)", () => {
  const drawn = draw();
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(document, drawn);
  expect(readFileSync(document, "utf8")).toBe(drawn);
});

function draw(): string {
  return [
    "# Traps",
    "",
    "Corners of the language where a specializer goes wrong, and the programs that look: in `fixtures/traps`, with the exports that are",
    "called, and in `fixtures/cases`. Each gives, logs and throws the same with the plugin and without it, in V8 and in QuickJS; those of",
    "`fixtures/traps` also after the way to a graph and back. This file is drawn by `UPDATE_DOCS=1 npx jest test/traps/table` from",
    "`test/traps/items.ts`; the test looks whether the programs exist and are run.",
    "",
    "| trap | programs |",
    "|---|---|",
    ...items.map((item) => `| ${item.about.replaceAll("|", "\\|")} | ${programsOf(item)} |`),
    "",
  ].join("\n");
}

function programsOf({ programs, cases = [] }: Item): string {
  const files = Object.entries(programs).map(([file, names]) => `\`${file}\` (${names.split(" ").join(", ")})`);
  return [...files, ...cases.map((name) => `case \`${name}\``)].join("; ");
}
