/** The table of codes tells the truth: each code can be reported, and a test or fixture outside of this folder sees it. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { codes } from "../../src/diagnostics/codes.ts";

const project = path.dirname(path.dirname(import.meta.dirname));

function mentioned(folder: string, skip: readonly string[]): Set<string> {
  const found = new Set<string>();
  for (const name of readdirSync(path.join(project, folder), { recursive: true, encoding: "utf8" })) {
    const file = path.join(folder, name);
    if (skip.some((skipped) => file.startsWith(skipped)) || !/\.(ts|js|md|json|txt|snap)$/.test(name)) continue;
    const full = path.join(project, file);
    if (!statSync(full).isFile()) continue;
    for (const [code] of readFileSync(full, "utf8").matchAll(/SP\d{4}/g)) found.add(code);
  }
  return found;
}

it("every code is reported somewhere in src", () => {
  const used = mentioned("src", ["src/diagnostics/codes.ts"]);
  expect(Object.keys(codes).filter((code) => !used.has(code))).toEqual([]);
});

it("every code is seen by a test or fixture of the stage that reports it", () => {
  const seen = new Set([...mentioned("test", ["test/diagnostics"]), ...mentioned("fixtures", [])]);
  expect(Object.keys(codes).filter((code) => !seen.has(code))).toEqual([]);
});
