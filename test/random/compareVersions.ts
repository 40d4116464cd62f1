/** Two versions of a program, loaded into an engine and compared there; only the main modules differ. */
import type { Engine, Loaded } from "../engines/engine.ts";
import { compareRuns, linesOf, setupFor } from "./compareRuns.ts";
import type { Program } from "./runProgram.ts";

/** Plain data: it may go to another thread. */
export interface Versions {
  readonly files: Program["files"];
  readonly calls: Program["calls"];
  readonly main: string;
  /** the main module without the plugin */
  readonly plain: string;
  /** and with it; null: is there something to compare with at all? */
  readonly code: string | null;
  readonly seed: number;
  /** the calls, where the residual's functions have other names */
  readonly renamed: Program["calls"] | null;
}

/**
 * What is different; null when nothing is, "void" when the generic version cannot be judged. Rejects where that cannot be loaded.
 *
 * The source text of a residual is another one (docs/ASSUMPTIONS.md, 16): functions do not show it. QuickJS becomes slow by
 * that, so there it is hidden only where something is different.
 */
export async function compareVersions(engine: Engine, versions: Versions): Promise<string | null> {
  const difference = await compareWith(engine, versions, engine.sameMessages);
  const isClear = difference === null || difference === "void" || engine.sameMessages;
  return isClear ? difference : compareWith(engine, versions, true);
}

async function compareWith(engine: Engine, versions: Versions, hidesTexts: boolean): Promise<string | null> {
  const { calls, code, seed, renamed, plain } = versions;
  const load = (text: string, patience?: number): Promise<Loaded> =>
    loadWith(engine, versions, text, hidesTexts, patience);
  const generic = await load(plain);
  try {
    if (code === null || generic.loading === "stopped") return generic.loading === "stopped" ? "void" : null;
    const residual = await load(code, 10);
    try {
      const difference = compareRuns(calls, generic, residual, seed, renamed);
      const isClear = difference === null || difference === "void" || generic.loading !== "done";
      return isClear || !(await dependsOnStack(versions, load)) ? difference : "void";
    } finally {
      residual.dispose();
    }
  } catch (error) {
    return `loading: ${String(error)}`;
  } finally {
    generic.dispose();
  }
}

function loadWith(
  engine: Engine,
  { files, main }: Versions,
  code: string,
  hidesTexts: boolean,
  patience = 1,
): Promise<Loaded> {
  return engine.load({ files: { ...files, [main]: code }, main, setup: setupFor(engine, hidesTexts), patience });
}

/** How much stack is left is seen in what the program does: it runs out of it, and catches that (assumption 4). */
async function dependsOnStack(
  versions: Versions,
  load: (text: string, patience: number) => Promise<Loaded>,
): Promise<boolean> {
  const seen: string[] = [];
  for (const depth of [0, 100]) {
    const loaded = await load(versions.plain, 10);
    seen.push(JSON.stringify(linesOf(loaded, versions.calls, versions.seed, depth)));
    loaded.dispose();
  }
  return seen[0] !== seen[1];
}
