/**
 * Sites of fixtures/traps without the others of their file, which may hide what they need: each does what it does without the
 * plugin. Every third one; with ALONE=all (`npm run traps:alone`) every one, which takes minutes.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { aloneIn, readTrap, runTrap, trapFolder } from "../engines/trapFile.ts";
import { v8 } from "../engines/v8.ts";
import { transformMain } from "../random/transformMain.ts";

const { folder, names, library } = trapFolder();
const programs = names.flatMap((name) => {
  const text = readFileSync(path.join(folder, name), "utf8");
  const { calls, onlyTogether } = readTrap(text);
  const sites = onlyTogether ? [] : aloneIn(text);
  return sites.length > 1 ? sites.map((site) => ({ file: name, calls, site: site.name, text: site.text })) : [];
});

const isTaken = (_: unknown, at: number): boolean => process.env["ALONE"] === "all" || at % 3 === 0;

test.each(programs.filter(isTaken))("$file: $site alone", async ({ file, calls, text }) => {
  const { code } = transformMain(path.join(folder, file), text, "specialize", { limits: {} });
  const run = (main: string): Promise<string[]> => runTrap(v8, { ...library, [file]: main }, file, calls);
  const expected = await run(text);
  expect(expected).toHaveLength(calls.length);
  expect(await run(code)).toEqual(expected);
});
