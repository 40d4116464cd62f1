/** Random programs one after another, in a process of its own that the fuzzer can end. Says on stdout what it does. */
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { quickJs } from "../engines/quickJs.ts";
import { compareInThread } from "./compareInThread.ts";
import { choices } from "./programArbitrary.ts";
import { randomProgram } from "./randomProgram.ts";
import { reduceProgram } from "./reduceProgram.ts";
import { runProgram } from "./runProgram.ts";
import { language, syntaxOf } from "./syntaxOf.ts";

const [, , from = "1", count = "100", reduce = "8000"] = process.argv;
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "fuzz-")));
const tell = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

tell({ language });
const syntax = new Set<string>();
for (let seed = Number(from); seed < Number(from) + Number(count); seed++) {
  const [numbers = []] = fc.sample(choices, { seed, numRuns: 1 });
  const program = randomProgram(numbers);
  const options = { seed, again: seed % 3 === 0, second: seed % 5 === 0 ? quickJs : null, compare: compareInThread };
  tell({ start: seed, ...program });
  const outcome = await runProgram(program, folder, options);
  const { again, second } = options;
  const fresh = [...syntaxOf(program)].filter((type) => !syntax.has(type));
  for (const type of fresh) syntax.add(type);
  tell({
    seed,
    outcome: { ...outcome, residual: "" },
    partial: program.partial ?? 0,
    again,
    second: second !== null,
    syntax: fresh,
  });
  const kind = kindOf(outcome.difference);
  if (kind === null) continue;
  const fails = async (candidate: typeof program): Promise<boolean> =>
    kindOf((await runProgram(candidate, folder, options)).difference) === kind;
  const small = await reduceProgram(program, fails, Number(reduce));
  tell({ failed: seed, kind, program: small, outcome: await runProgram(small, folder, options) });
}

process.exit();

/** Failures of the same kind are taken for the same while reducing. */
function kindOf(difference: string | null): string | null {
  if (difference === null || difference.startsWith("the program itself")) return null;
  if (/^(compiling|SP|refused)/.test(difference))
    return (
      difference
        .split("\n")[0]
        ?.replace(/\d+/g, "0")
        .replace(/'[^']*'|"[^"]*"|`[^`]*`/g, "") ?? null
    );
  if (difference.startsWith("QuickJS")) return "behaviour in QuickJS";
  const again = /^(roundTrip|specialize) of the residual/.exec(difference);
  if (again !== null) return `${again[1]} again`;
  return difference.startsWith("loading") ? "loading" : "behaviour";
}
