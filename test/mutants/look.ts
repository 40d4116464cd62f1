/**
 * `look.js ROOT FOLDER` runs the programs that FOLDER/look.json names, in that order, and compares them with what survey.ts
 * found that they give (when nothing has changed since). Names each as it begins; says the first difference, and ends with 1.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { differenceIn, programs } from "./programs.ts";
import type { Surveyed } from "./survey.ts";

const [, , root = ".", kept = "."] = process.argv;
const read = <T>(name: string): T => JSON.parse(readFileSync(path.join(kept, name), "utf8")) as T;

const { names, isFresh } = read<{ names: string[]; isFresh: boolean }>("look.json");
const surveyed = isFresh ? read<Record<string, Surveyed>>("survey.json") : {};
const all = new Map([...programs(root)].map((program) => [program.name, program]));
for (const name of isFresh ? names : new Set([...names, ...all.keys()])) {
  const program = all.get(name);
  // it is of an older survey
  if (program === undefined) continue;
  process.stdout.write(`${name}\n`);
  const difference = await differenceIn(program, surveyed[name]?.expected ?? (await program.expect()));
  if (difference === null) continue;
  process.stdout.write(`${difference}\n`);
  process.exit(1);
}
process.exit(0);
