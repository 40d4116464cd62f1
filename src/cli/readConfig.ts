import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "./io.ts";

const names = ["specialize.config.js", "specialize.config.mjs", "specialize.config.json"];

export interface Config {
  readonly options: unknown;
  /** folder that paths in the options are relative to */
  readonly root: string;
}

/** The options of `--config`, of a configuration file in the folder, or under "specialize" in its package.json. */
export async function readConfig(cwd: string, given: string | undefined): Promise<Config> {
  if (given !== undefined) {
    const file = path.resolve(cwd, given);
    if (!existsSync(file)) throw new UsageError(`no configuration file ${given}`);
    return { options: await readFile(file), root: path.dirname(file) };
  }
  for (const name of names) {
    const file = path.join(cwd, name);
    if (existsSync(file)) return { options: await readFile(file), root: cwd };
  }
  const manifest = path.join(cwd, "package.json");
  if (!existsSync(manifest)) return { options: {}, root: cwd };
  return { options: (parseJson(manifest) as { specialize?: unknown }).specialize ?? {}, root: cwd };
}

async function readFile(file: string): Promise<unknown> {
  if (file.endsWith(".json")) return parseJson(file);
  const loaded = (await import(pathToFileURL(file).href)) as { default?: unknown };
  if (loaded.default === undefined) throw new UsageError(`${file} has no default export`);
  return loaded.default;
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
}
