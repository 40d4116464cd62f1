/** The programs in which planted bugs are looked for, cheap ones: traps, cases, random programs; from the built files beside. */
import { mkdtempSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { aloneIn, readTrap, runTrap } from "../engines/trapFile.ts";
import { v8 } from "../engines/v8.ts";
import { choices } from "../random/programArbitrary.ts";
import { randomProgram } from "../random/randomProgram.ts";
import { runProgram } from "../random/runProgram.ts";
import { transformMain } from "../random/transformMain.ts";

const SEEDS = 60;

/** what a program gives without the plugin; random ones find that out themselves */
export type Expected = readonly string[] | null;

export interface Program {
  readonly name: string;
  expect(): Promise<Expected>;
  /** what is different; null when nothing is; throws when it cannot be compiled */
  compare(expected: Expected): Promise<string | null>;
}

interface Written {
  readonly name: string;
  readonly folder: string;
  readonly main: string;
  /** what is in `main`, unless that is read */
  readonly text?: string;
  files(): Readonly<Record<string, string>>;
  readonly calls: readonly string[];
  readonly options?: object | undefined;
}

/** of a folder; TypeScript without its types */
function others(folder: string, names: readonly string[]): Record<string, string> {
  const text = (name: string): string => readFileSync(path.join(folder, name), "utf8");
  const plain = (name: string): string =>
    name.endsWith(".ts") ? transformMain(path.join(folder, name), text(name), "generic").code : text(name);
  return Object.fromEntries(names.map((name) => [name, plain(name)]));
}

function written({ name, folder, main, text, files, calls, options = {} }: Written): Program {
  const run = (code: string): Promise<string[]> => runTrap(v8, { ...files(), [main]: code }, main, calls);
  return {
    name,
    expect: () => run(text ?? others(folder, [main])[main] ?? ""),
    async compare(expected) {
      const file = path.join(folder, main);
      const { code, metadata } = transformMain(file, text ?? readFileSync(file, "utf8"), "specialize", {
        limits: {},
        ...options,
      });
      const internal = metadata?.diagnostics.find((one) => one.code === "SP9001");
      if (internal !== undefined) return internal.message;
      const got = await run(code);
      const at = expected?.findIndex((line, index) => line !== got[index]) ?? -1;
      return at < 0 ? null : `${expected?.[at]} became ${got[at]}`;
    },
  };
}

function* trapPrograms(root: string): Generator<Program> {
  const folder = path.join(root, "fixtures", "traps");
  const library = others(
    folder,
    readdirSync(path.join(folder, "lib")).map((name) => `lib/${name}`),
  );
  for (const main of readdirSync(folder).filter((one) => one.endsWith(".js"))) {
    const text = readFileSync(path.join(folder, main), "utf8");
    const trap = readTrap(text);
    yield written({ name: `traps/${main}`, folder, main, files: () => library, calls: trap.calls });
    if (trap.eachAlone)
      for (const one of aloneIn(text))
        yield written({
          name: `traps/${main}, ${one.name} alone`,
          folder,
          main,
          text: one.text,
          files: () => library,
          calls: trap.calls,
        });
  }
}

interface Case {
  readonly calls: readonly string[];
  readonly codes?: readonly string[];
  readonly options?: object;
}

function* casePrograms(root: string): Generator<Program> {
  const cases = path.join(root, "fixtures", "cases");
  for (const topic of readdirSync(cases))
    for (const name of readdirSync(path.join(cases, topic))) {
      const folder = path.join(cases, topic, name);
      const { calls, codes, options } = JSON.parse(readFileSync(path.join(folder, "case.json"), "utf8")) as Case;
      // errors are not compiled
      if (codes?.some((code) => code.startsWith("SP1")) === true) continue;
      const beside = readdirSync(folder).filter((one) => one.endsWith(".ts") && one !== "input.ts");
      const files = (): Record<string, string> => others(folder, beside);
      yield written({ name: `cases/${topic}/${name}`, folder, main: "input.ts", files, calls, options });
    }
}

function* randomPrograms(): Generator<Program> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "mutant-")));
  for (let seed = 1; seed <= SEEDS; seed++)
    yield {
      name: `random program ${seed}`,
      expect: () => Promise.resolve(null),
      async compare() {
        const [numbers = []] = fc.sample(choices, { seed, numRuns: 1 });
        const { difference } = await runProgram(randomProgram(numbers), folder, { seed });
        return difference?.startsWith("the program itself") === true ? null : difference;
      },
    };
}

export function* programs(root: string): Generator<Program> {
  yield* trapPrograms(root);
  yield* casePrograms(root);
  yield* randomPrograms();
}

/** What is different, shortened. */
export async function differenceIn(program: Program, expected: Expected): Promise<string | null> {
  try {
    return (await program.compare(expected))?.slice(0, 400) ?? null;
  } catch (error) {
    return String(error).slice(0, 400);
  }
}
