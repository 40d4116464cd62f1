/**
 * Random programs do with the plugin what they do without it: values, exceptions, writes, calls to the host, reads through
 * proxies, in order. A fixed seed here; `npm run fuzz` goes on from there. Programs that fail and are not yet mended are
 * in known.json, with the reason.
 */
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { programs } from "./programArbitrary.ts";
import { randomProgram } from "./randomProgram.ts";
import { runProgram, type Program } from "./runProgram.ts";

interface Known {
  readonly name: string;
  readonly reason: string;
  /** part of the difference that is told */
  readonly difference: string;
  readonly program: Program;
}

const known = JSON.parse(readFileSync(path.join(import.meta.dirname, "known.json"), "utf8")) as Known[];
const SEED = 20_250;
const RUNS = Number(process.env["RANDOM_RUNS"] ?? 200);
/** not to fail on a machine that is busy with other things */
const MOST_MILLISECONDS = 40_000;

let folder = "";
beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "random-")));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("random programs behave the same", async () => {
  let judged = 0;
  let replaced = 0;
  const property = fc.asyncProperty(programs, async (program) => {
    const outcome = await runProgram(program, folder);
    if (!outcome.void) judged++;
    replaced += outcome.replaced;
    if (outcome.difference === null || known.some((one) => outcome.difference?.includes(one.difference))) return;
    const texts = Object.entries(program.files).map(([name, text]) => `// ${name}\n${text}`);
    throw new Error([outcome.difference, ...texts, "// residual", outcome.residual].join("\n"));
  });
  await fc.assert(property, { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: MOST_MILLISECONDS });
  expect(judged).toBeGreaterThan(RUNS / 10);
  expect(replaced).toBeGreaterThan(judged / 2);
}, 120_000);

test("the same choices give the same program, and the same program the same bytes", async () => {
  const [numbers = []] = fc.sample(fc.array(fc.nat(0xffff), { minLength: 300, maxLength: 300 }), {
    seed: 5,
    numRuns: 1,
  });
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
  expect((await runProgram(program, folder)).difference).toMatch(/generic .*Reflect[^]*residual .*2 \+ x/);
});

for (const one of known)
  test.each([one])("known, not mended: $name ($reason)", async ({ program, difference }) => {
    expect((await runProgram(program, folder)).difference).toContain(difference);
  });
