/**
 * A quick look for a difference, in a process of its own: traps, cases, random programs; from the built files beside it.
 * Says the first difference and ends with 1.
 */
import { mkdtempSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { readTrap, runTrap } from "../engines/trapFile.ts";
import { v8 } from "../engines/v8.ts";
import { choices } from "../random/programArbitrary.ts";
import { randomProgram } from "../random/randomProgram.ts";
import { runProgram } from "../random/runProgram.ts";
import { transformMain } from "../random/transformMain.ts";

const [, , root = ".", programs = "60"] = process.argv;

function differs(where: string, what: string): never {
  process.stdout.write(`${where}: ${what.slice(0, 400)}\n`);
  process.exit(1);
}

async function compare(
  where: string,
  folder: string,
  main: string,
  files: Record<string, string>,
  calls: readonly string[],
  options: object = {},
): Promise<void> {
  const file = path.join(folder, main);
  const source = readFileSync(file, "utf8");
  const plain = main.endsWith(".ts") ? transformMain(file, source, "generic").code : source;
  let residual: string;
  try {
    const done = transformMain(file, source, "specialize", { limits: {}, ...options });
    const internal = done.metadata?.diagnostics.find(({ code }) => code === "SP9001");
    if (internal !== undefined) differs(where, internal.message);
    residual = done.code;
  } catch (error) {
    differs(where, String(error));
  }
  const expected = await runTrap(v8, { ...files, [main]: plain }, main, calls);
  const got = await runTrap(v8, { ...files, [main]: residual }, main, calls).catch((error: unknown) => [String(error)]);
  const at = expected.findIndex((line, index) => line !== got[index]);
  if (at >= 0) differs(where, `${expected[at]} became ${got[at]}`);
}

const traps = path.join(root, "fixtures", "traps");
const library: Record<string, string> = {};
for (const name of readdirSync(path.join(traps, "lib")))
  library[`lib/${name}`] = readFileSync(path.join(traps, "lib", name), "utf8");
for (const name of readdirSync(traps).filter((one) => one.endsWith(".js"))) {
  const { calls } = readTrap(readFileSync(path.join(traps, name), "utf8"));
  await compare(name, traps, name, library, calls);
}

interface Case {
  readonly calls: readonly string[];
  readonly codes?: readonly string[];
  readonly options?: object;
}
const cases = path.join(root, "fixtures", "cases");
for (const topic of readdirSync(cases))
  for (const name of readdirSync(path.join(cases, topic))) {
    const folder = path.join(cases, topic, name);
    const about = JSON.parse(readFileSync(path.join(folder, "case.json"), "utf8")) as Case;
    // errors are not compiled
    if (about.codes?.some((code) => code.startsWith("SP1")) === true) continue;
    const files: Record<string, string> = {};
    for (const other of readdirSync(folder).filter((one) => one.endsWith(".ts") && one !== "input.ts"))
      files[other] = transformMain(
        path.join(folder, other),
        readFileSync(path.join(folder, other), "utf8"),
        "generic",
      ).code;
    await compare(`${topic}/${name}`, folder, "input.ts", files, about.calls, about.options);
  }

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "mutant-")));
for (let seed = 1; seed <= Number(programs); seed++) {
  const [numbers = []] = fc.sample(choices, { seed, numRuns: 1 });
  const { difference } = await runProgram(randomProgram(numbers), folder, { seed });
  if (difference !== null && !difference.startsWith("the program itself")) differs(`seed ${seed}`, difference);
}
process.stdout.write("no difference\n");
process.exit(0);
