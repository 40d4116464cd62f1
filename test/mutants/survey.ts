/**
 * `survey.js ROOT FOLDER` runs every program, and puts down in FOLDER/survey.json how long each took, what it gives without
 * the plugin, and which of the places in FOLDER/places.json it reached. Ends with 1 when something differs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Expected } from "./programs.ts";

/** Characters of a built file that a planted bug changes. */
interface Place {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

export interface Surveyed {
  readonly ms: number;
  readonly expected: Expected;
  /** names of places that it runs */
  readonly reached: readonly string[];
}

const [, , root = ".", kept = "."] = process.argv;
const places = Object.entries(
  JSON.parse(readFileSync(path.join(kept, "places.json"), "utf8")) as Record<string, Place>,
);

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

/** since it was asked last */
async function reached(): Promise<string[]> {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const byUrl = new Map(result.map(({ url, functions }) => [url, functions.flatMap(({ ranges }) => ranges)]));
  return places.flatMap(([name, { file, from, to }]) => {
    const ranges = byUrl.get(String(pathToFileURL(file))) ?? [];
    for (let at = from; at < Math.max(to, from + 1); at++) {
      const around = ranges.filter(({ startOffset, endOffset }) => startOffset <= at && at < endOffset);
      const size = ({ startOffset, endOffset }: (typeof ranges)[0]): number => endOffset - startOffset;
      const [innermost] = around.sort((a, b) => size(a) - size(b));
      if (innermost !== undefined && innermost.count > 0) return [name];
    }
    return [];
  });
}

// imported here, so that what is done once, as the product is loaded, counts: for every program
const { differenceIn, programs } = await import("./programs.ts");
const loading = await reached();
const tests: Record<string, Surveyed> = {};
let isClean = true;
for (const program of programs(root)) {
  const expected = await program.expect();
  await reached();
  const began = performance.now();
  const difference = await differenceIn(program, expected);
  const ms = Math.round(performance.now() - began);
  if (difference !== null) process.stdout.write(`${program.name}: ${difference}\n`);
  isClean &&= difference === null;
  tests[program.name] = { ms, expected, reached: [...new Set([...loading, ...(await reached())])] };
}
writeFileSync(path.join(kept, "survey.json"), JSON.stringify(tests));
process.exit(isClean ? 0 : 1);
