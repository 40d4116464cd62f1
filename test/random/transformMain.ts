/** The main module as each of the ways makes it. */
import { createRequire } from "node:module";
import path from "node:path";
import { transformSync } from "@babel/core";
import plugin from "../../src/index.ts";
import type { SpecializeMetadata } from "../../src/index.ts";

export interface Transformed {
  readonly code: string;
  readonly metadata: SpecializeMetadata | null;
}

const OPTIONS = {
  specialize: { report: "silent", limits: { versions: 8, restarts: 40, residual: 2000, steps: 100_000 } },
  roundTrip: { report: "silent", roundTrip: true },
};

/** by its file: programs are anywhere */
const typescript = createRequire(import.meta.url).resolve("@babel/preset-typescript");

export function transformMain(
  filename: string,
  code: string,
  how: "generic" | "specialize" | "roundTrip",
  more: object = {},
): Transformed {
  const result = transformSync(code, {
    filename,
    cwd: path.dirname(filename),
    configFile: false,
    babelrc: false,
    compact: false,
    plugins: (how === "generic" ? [] : [[plugin as never, { ...OPTIONS[how], ...more }]]) as never,
    presets: (filename.endsWith(".ts") ? [[typescript, { onlyRemoveTypeImports: false }]] : []) as never,
  });
  const { specialize: metadata = null } = (result?.metadata ?? {}) as { specialize?: SpecializeMetadata | null };
  return { code: result?.code ?? "", metadata };
}
