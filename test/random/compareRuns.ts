/** Two versions of a program in one engine, called with the same inputs. */
import type { Engine, Loaded } from "../engines/engine.ts";
import { observer } from "./observe.ts";
import type { Program } from "./runProgram.ts";
import { surroundings } from "./surroundings.ts";

const ROUNDS = 6;

/** What a program finds in the global scope of an engine; `hidesTexts`: all functions give the same text. */
export function setupFor({ sameMessages }: Pick<Engine, "sameMessages">, hidesTexts: boolean): string {
  const sameTexts = hidesTexts ? `Object.assign(Function.prototype, { toString() { return "a function"; } });` : "";
  return `${sameTexts}
globalThis.fuzz = (() => {
  const { show, showThrown } = (${String(observer)})(${sameMessages});
  return (${String(surroundings)})(show, showThrown, (text) => (0, eval)(text), ${ROUNDS});
})();`;
}

/** What is different; null when nothing is, "void" when the generic version cannot be judged. */
export function compareRuns(
  calls: Program["calls"],
  generic: Loaded,
  residual: Loaded,
  seed: number,
  /** where the residual's functions have other names, and are exported beside the old ones */
  renamed: Program["calls"] | null = null,
): string | null {
  if (generic.loading === "stopped") return "void";
  if (generic.loading !== residual.loading) return `loading: ${generic.loading} became ${residual.loading}`;
  if (generic.loading !== "done") return "void";
  const expected = linesOf(generic, calls, seed);
  if (expected === null || expected.some((line) => /call stack|stack overflow|InternalError/.test(line))) return "void";
  const got = linesOf(residual, renamed ?? calls, seed);
  if (got === null) return "the residual did not end";
  const compared = renamed === null ? expected : expected.slice(0, -1);
  const at = compared.findIndex((line, index) => line !== got[index]);
  if (at < 0) return null;
  const call = calls[at % calls.length];
  const what = at === expected.length - 1 ? "exports" : `${call?.name}(${JSON.stringify(call?.inputs)})`;
  return `${what}, line ${at}:\n  generic  ${expected[at]}\n  residual ${got[at]}`;
}

/** What is seen of the calls, a line each; null: they do not end. `depth`: calls that are on the stack before. */
export function linesOf(loaded: Loaded, calls: Program["calls"], seed: number, depth = 0): readonly string[] | null {
  const run = `JSON.stringify(fuzz.run(m, ${JSON.stringify(calls)}, ${seed}))`;
  const text = loaded.evaluate(`(function deeper(n) { return n === 0 ? ${run} : deeper(n - 1); })(${depth})`);
  return text === null ? null : (JSON.parse(text) as string[]);
}
