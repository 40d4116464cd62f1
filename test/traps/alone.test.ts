/** Every site of fixtures/traps without the others of its file, which may hide what it needs: it does what it does without the plugin. */
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

test.each(programs)("$file: $site alone", async ({ file, calls, text }) => {
  const { code } = transformMain(path.join(folder, file), text, "specialize", { limits: {} });
  const run = (main: string): Promise<string[]> => runTrap(v8, { ...library, [file]: main }, file, calls);
  const expected = await run(text);
  expect(expected).toHaveLength(calls.length);
  expect(await run(code)).toEqual(expected);
});
