/** A program with the plugin and without it, on the same inputs; what is different is told. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Engine } from "../engines/engine.ts";
import { v8 } from "../engines/v8.ts";
import { compareVersions } from "./compareVersions.ts";
import type { Versions } from "./compareVersions.ts";
import { transformMain } from "./transformMain.ts";
import type { Transformed } from "./transformMain.ts";

export interface Program {
  /** by name relative to the program's folder; `main.js` (or `main.ts`) has the sites */
  readonly files: Readonly<Record<string, string>>;
  /** exported names of `main.js` to call, with the kinds of their arguments */
  readonly calls: readonly { readonly name: string; readonly inputs: readonly Input[] }[];
  /** arguments of which a part is static */
  readonly partial?: number;
}

export type Input =
  | "num"
  | "str"
  | "bool"
  | "arr"
  | "host"
  | "proxy"
  | "fn"
  | "any"
  /** plain data; the same object for every such argument, now and then */
  | "object"
  /** what lib.js exports as `tree` */
  | "shared"
  | "iterable"
  /** a number, whatever happens; a record, bytes, a list of the types of typed programs, the same one for every such argument */
  | "number"
  | "record"
  | "bytes"
  | "list"
  /** an expression; every # is a number */
  | { readonly shape: string };

export interface Outcome {
  /** what was wrong; null when both versions did the same */
  readonly difference: string | null;
  readonly residual: string;
  readonly sites: number;
  readonly replaced: number;
  readonly reasons: readonly string[];
  readonly figures: Figures;
  /** the program could not be judged: the generic version did not end in time, or ran out of stack */
  readonly void: boolean;
}

export interface RunOptions {
  readonly seed?: number;
  /** the residual goes through the plugin again */
  readonly again?: boolean;
  /** another engine to compare in, besides V8 */
  readonly second?: Engine | null;
  /** how to compare in V8: here, or in a thread (compareInThread.ts) */
  readonly compare?: (versions: Versions) => Promise<string | null>;
}

/** What the residuals of a program took, summed over its sites (src/specialize/figures.ts). */
export interface Figures {
  /** places at which control was decided at build time */
  readonly staticControl: number;
  /** slots in which static data differed where paths met that run time chooses from */
  readonly differences: number;
  /** versions of program points above the first */
  readonly versions: number;
  /** objects with a static and a dynamic part that were there when control became dynamic, or came as such */
  readonly partlyStatic: number;
}

const NO_FIGURES: Figures = { staticControl: 0, differences: 0, versions: 0, partlyStatic: 0 };
const NOTHING = { residual: "", sites: 0, replaced: 0, reasons: [], figures: NO_FIGURES, void: true, difference: null };

export async function runProgram(program: Program, folder: string, options: RunOptions = {}): Promise<Outcome> {
  const { seed = 1, again = false, second = null, compare = (versions) => compareVersions(v8, versions) } = options;
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(program.files)) writeFileSync(path.join(folder, name), text);
  const main = "main.ts" in program.files ? "main.ts" : "main.js";
  const source = program.files[main] ?? "";
  const plain = main.endsWith(".ts") ? transformMain(path.join(folder, main), source, "generic").code : source;
  const { files, calls } = program;
  const at: Versions = { files, calls, main, plain, seed, code: null, renamed: null };
  try {
    if ((await compare(at)) === "void") return NOTHING;
  } catch (error) {
    return { ...NOTHING, difference: `the program itself: ${String(error)}` };
  }
  let residual: Transformed;
  try {
    residual = transformMain(path.join(folder, main), source, "specialize");
  } catch (error) {
    return { ...NOTHING, void: false, difference: `compiling: ${textOf(error)}` };
  }
  const facts = { ...factsOf(residual), residual: residual.code, void: false };
  const wrong = facts.reasons.find((reason) => /^SP[91]/.test(reason));
  if (wrong !== undefined) return { ...facts, difference: wrong.startsWith("SP9") ? wrong : `refused: ${wrong}` };
  const compared = await compare({ ...at, code: residual.code });
  if (compared !== null)
    return { ...facts, difference: compared === "void" ? null : compared, void: compared === "void" };
  if (second !== null) {
    const there = await compareVersions(second, { ...at, code: residual.code });
    if (there !== null && there !== "void") return { ...facts, difference: `${second.name}: ${there}` };
  }
  return { ...facts, difference: again ? await runAgain(at, folder, residual.code, compare) : null };
}

/** Residual functions are programs too: they are taken to a graph and back, and specialized again. */
async function runAgain(
  at: Versions,
  folder: string,
  residual: string,
  compare: Required<RunOptions>["compare"],
): Promise<string | null> {
  const { calls, main } = at;
  const names = calls.map(({ name }) => name).filter((name) => residual.includes(`export const ${name} =`));
  const sites = names.map((name) => `export const ${name}_ = _again(${name}, {});`);
  const more = `import { specialize as _again } from "babel-plugin-specialize";\n${residual}\n${sites.join("\n")}`;
  const renamed = calls.map((call) => (names.includes(call.name) ? { ...call, name: `${call.name}_` } : call));
  for (const how of ["roundTrip", "specialize"] as const) {
    const text = how === "roundTrip" ? residual : more;
    writeFileSync(path.join(folder, main), text);
    let code: string;
    try {
      code = transformMain(path.join(folder, main), text, how).code;
    } catch (error) {
      return `compiling: again: ${textOf(error)}`;
    }
    const difference = await compare({ ...at, code, renamed: how === "roundTrip" ? null : renamed });
    if (difference !== null && difference !== "void") return `${how} of the residual: ${difference}\n${code}`;
  }
  return null;
}

function textOf(error: unknown): string {
  return error instanceof Error ? String(error.stack ?? error.message) : String(error);
}

function factsOf({ metadata }: Transformed): Pick<Outcome, "sites" | "replaced" | "reasons" | "figures"> {
  const { sites = [], diagnostics = [] } = metadata ?? {};
  const replaced = sites.filter((site) => site.replaced);
  const sum = (name: string): number => replaced.reduce((all, { stats }) => all + (stats?.[name] ?? 0), 0);
  return {
    sites: sites.length,
    replaced: replaced.length,
    reasons: diagnostics.map((one) => `${one.code} ${one.message}`),
    figures: {
      staticControl: sum("staticControl"),
      differences: sum("differences"),
      versions: sum("versions") - sum("points"),
      partlyStatic: sum("partlyStatic"),
    },
  };
}
