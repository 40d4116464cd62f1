/**
 * Random programs do with the plugin what they do without it: values, exceptions, writes, calls to the host, reads through
 * proxies, in order. A fixed seed here; `npm run fuzz` goes on from there. Programs that fail and are not yet mended are
 * in known.json, with the reason.
 */
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { quickJs } from "../engines/quickJs.ts";
import { choices } from "./programArbitrary.ts";
import { randomProgram } from "./randomProgram.ts";
import { runProgram } from "./runProgram.ts";
import type { Program } from "./runProgram.ts";

interface Known {
  readonly name: string;
  readonly reason: string;
  /** part of the difference that is told */
  readonly difference: string;
  readonly program: Program;
}

const known = JSON.parse(readFileSync(path.join(import.meta.dirname, "known.json"), "utf8")) as Known[];
const SEED = Number(process.env["RANDOM_SEED"] ?? 20_250);
const RUNS = Number(process.env["RANDOM_RUNS"] ?? 150);
/** not to fail on a machine that is busy with other things */
const MOST_MILLISECONDS = 40_000;

let folder = "";
beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "random-")));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("random programs behave the same", async () => {
  const end = Date.now() + MOST_MILLISECONDS;
  let [judged, replaced, sites] = [0, 0, 0];
  for (let seed = SEED; seed < SEED + RUNS && Date.now() < end; seed++) {
    const [numbers = []] = fc.sample(choices, { seed, numRuns: 1 });
    const program = randomProgram(numbers);
    const outcome = await runProgram(program, folder, {
      seed,
      again: seed % 3 === 0,
      second: seed % 5 === 0 ? quickJs : null,
    });
    if (!outcome.void) judged++;
    replaced += outcome.replaced;
    sites += outcome.sites;
    if (outcome.difference === null || known.some((one) => outcome.difference?.includes(one.difference))) continue;
    const texts = Object.entries(program.files).map(([name, text]) => `// ${name}\n${text}`);
    throw new Error([`seed ${seed}: ${outcome.difference}`, ...texts, "// residual", outcome.residual].join("\n"));
  }
  console.log(`seeds ${SEED} and up: ${judged} programs compared, ${replaced} of ${sites} sites with a residual`);
  expect(judged).toBeGreaterThan(RUNS / 10);
  expect(replaced).toBeGreaterThan(sites / 2);
}, 120_000);

test("the same choices give the same program, and the same program the same bytes", async () => {
  const [numbers = []] = fc.sample(choices, { seed: 5, numRuns: 1 });
  expect(randomProgram(numbers)).toEqual(randomProgram(numbers));
  const once = await runProgram(randomProgram(numbers), folder);
  const again = await runProgram(randomProgram(numbers), folder);
  expect(again.residual).toBe(once.residual);
});

test("a difference is seen: the comparison itself can fail", async () => {
  // A function's own text is one thing that the plugin is bound to change.
  const program: Program = {
    files: {
      "main.js": `import { specialize } from "babel-plugin-specialize";
function f(n, x) { return n + x; }
export const g = specialize(f, [2]);
export const seen = () => String(g);`,
    },
    calls: [{ name: "seen", inputs: [] }],
  };
  expect((await runProgram(program, folder)).difference).toMatch(/generic .*Reflect[^]*residual .*a function/);
});

test("the text of a function is no difference, in no engine", async () => {
  const program: Program = {
    files: {
      "main.js": `import { specialize } from "babel-plugin-specialize";
function f(n, k) { return String((x) => x + n) + k; }
export const g = specialize(f, [2]);
export const seen = () => g(1);`,
    },
    calls: [{ name: "seen", inputs: [] }],
  };
  expect((await runProgram(program, folder, { second: quickJs })).difference).toBeNull();
});

for (const one of known)
  test.each([one])("known, not mended: $name ($reason)", async ({ program, difference }) => {
    expect((await runProgram(program, folder)).difference).toContain(difference);
  });
