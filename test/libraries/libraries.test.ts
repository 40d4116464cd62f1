/**
 * fixtures/libraries: programs that specialize code of packages as npm has it, and CommonJS modules. Both versions run in
 * Node itself, each in a process of its own, and give the same; the residual is that of expected.js, of which no site is
 * left. What a fixture tells the plugin is in its options.mjs.
 */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { transformSync } from "@babel/core";
import plugin from "../../src/index.ts";
import type { SpecializeMetadata } from "../../src/index.ts";
import { assertNoDuplicateNodes } from "../../src/syntax/assertNoDuplicateNodes.ts";
import { readTrap } from "../engines/trapFile.ts";

const root = path.join(import.meta.dirname, "..", "..", "fixtures", "libraries");
const names = readdirSync(root).filter((name) => statSync(path.join(root, name)).isDirectory());
const run = promisify(execFile);

const options = new Map<string, object>();
for (const name of names) {
  const file = path.join(root, name, "options.mjs");
  if (existsSync(file)) options.set(name, ((await import(file)) as { default: object }).default);
}

describe.each(names)("%s", (name) => {
  const main = path.join(root, name, "main.js");
  const text = readFileSync(main, "utf8");
  const { about, calls } = readTrap(text);
  const { code, metadata } = transform(main, text, options.get(name) ?? {});

  test(
    about,
    async () => {
      expect(calls.length).toBeGreaterThan(0);
      const sites = metadata?.sites ?? [];
      expect(sites.filter(({ replaced }) => !replaced)).toEqual([]);
      matchFile(path.join(root, name, "expected.js"), code);
      // beside the program, so that its imports lead to the same files
      const residual = path.join(root, name, `residual.tmp-${process.pid}.mjs`);
      writeFileSync(residual, code);
      try {
        expect(await results(residual, calls)).toEqual(await results(main, calls));
      } finally {
        rmSync(residual);
      }
    },
    60_000,
  );
});

async function results(file: string, calls: readonly string[]): Promise<string[]> {
  const script = path.join(import.meta.dirname, "runProgram.mjs");
  const { stdout } = await run(process.execPath, [script, file, JSON.stringify(calls)], { timeout: 50_000 });
  return JSON.parse(stdout) as string[];
}

function transform(
  filename: string,
  code: string,
  given: object,
): { code: string; metadata: SpecializeMetadata | null } {
  const result = transformSync(code, {
    filename,
    cwd: path.dirname(filename),
    configFile: false,
    babelrc: false,
    ast: true,
    plugins: [[plugin as never, { report: "silent", ...given }]] as never,
  });
  if (result?.ast != null) assertNoDuplicateNodes(result.ast);
  const { specialize: metadata = null } = (result?.metadata ?? {}) as { specialize?: SpecializeMetadata | null };
  return { code: result?.code ?? "", metadata };
}

function matchFile(file: string, code: string): void {
  const text = `${code}\n`;
  const write = process.env["UPDATE"] === "1" || (!existsSync(file) && process.env["CI"] === undefined);
  if (write) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
}
