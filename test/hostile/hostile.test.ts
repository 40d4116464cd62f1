/**
 * Hostile input: each program is compiled by the built plugin in a process of its own, with a cap on its memory and its
 * processor time. Whatever it is, there is a result or a diagnostic, within the limits that the options state; the site
 * beside it is specialized; and nothing of the process is touched.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { deeplyNested, graphs, large, small, type HostileProgram } from "./corpus.ts";

/** milliseconds that a site may take here; the default is a multiple, and takes the same way */
const TIME = 3000;
/** for large programs the default: on a busy machine it takes a while to read the modules alone */
const LONG = 120_000;
const isFull = process.env["HOSTILE"] === "full";
/** seconds of processor time for everything: starting, parsing and printing too. How busy the machine is does not count. */
const DEADLINE = isFull ? 300 : 100;
/** milliseconds on the clock, for what waits instead of computing */
const PATIENCE = 6 * DEADLINE * 1000;
const MEGABYTES = isFull ? 2500 : 1000;

const child = path.join(import.meta.dirname, "child.mjs");

interface Compiled {
  readonly thrown?: string | null;
  readonly sites?: readonly { readonly name: string; readonly replaced: boolean }[];
  readonly size?: number;
  readonly diagnostics: readonly { readonly code: string; readonly message: string; readonly line: number | null }[];
  readonly seconds: number;
}

interface Outcome {
  readonly files: Readonly<Record<string, Compiled>>;
  readonly touched: number;
  readonly changed: string | null;
  readonly megabytes: number;
}

function compile({ files, options }: HostileProgram, time = TIME): Outcome {
  const folder = mkdtempSync(path.join(os.tmpdir(), "hostile-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    const given = JSON.stringify({ limits: { time }, ...options });
    const command = [process.execPath, `--max-old-space-size=${MEGABYTES}`, child, folder, given];
    const { status, signal, stdout, stderr } = spawnSync(
      "sh",
      ["-c", `ulimit -t ${DEADLINE}; exec "$0" "$@"`, ...command],
      { encoding: "utf8", timeout: PATIENCE, maxBuffer: 64 * 1024 * 1024 },
    );
    if (status !== 0) throw new Error(`the process ended with ${signal ?? status}: ${stderr.slice(0, 1500)}`);
    return JSON.parse(stdout) as Outcome;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A crash, a bug of ours, or an exception that Babel alone would not have thrown. */
function faults({ files }: Outcome, byBabel: RegExp | null): string[] {
  return Object.entries(files).flatMap(([name, { thrown, diagnostics }]) => [
    ...(thrown != null && byBabel?.test(thrown) !== true ? [`${name}: ${thrown}`] : []),
    ...diagnostics
      .filter(({ code }) => code.startsWith("SP9"))
      .map(({ code, message }) => `${name}: ${code} ${message}`),
  ]);
}

function expectHarmless(outcome: Outcome, byBabel: RegExp | null = null): void {
  expect(faults(outcome, byBabel)).toEqual([]);
  expect(outcome.touched).toBe(0);
  expect(outcome.changed).toBeNull();
}

function isFine({ files }: Outcome): boolean {
  return Object.values(files).some(
    ({ sites = [] }) => sites.some(({ name, replaced }) => name === "power" && replaced) || sites.length === 0,
  );
}

/** A site stays as it is only with a reason. */
function unexplained({ files }: Outcome): string[] {
  return Object.entries(files).flatMap(([name, { sites = [], diagnostics }]) =>
    sites.some(({ replaced }) => !replaced) && diagnostics.length === 0 ? [name] : [],
  );
}

describe("hostile input", () => {
  describe.each([
    ["small programs", small, TIME],
    ["large programs", large, LONG],
  ])("%s", (_, programs, time) => {
    test.each(programs.map((program) => [program.name, program] as const))(
      "%s",
      (_name, program) => {
        const outcome = compile(program, time);
        expectHarmless(outcome);
        expect(isFine(outcome)).toBe(true);
        expect(unexplained(outcome)).toEqual([]);
      },
      2 * PATIENCE,
    );
  });

  test.each(graphs.map((program) => [program.name, program] as const))(
    "module graphs: %s",
    (_name, program) => {
      const outcome = compile(program);
      expectHarmless(outcome, /^SyntaxError/);
      expect(unexplained(outcome)).toEqual([]);
      // what is wrong with one file of a build is not to be felt in another
      const { "main2.js": other } = outcome.files;
      if (other !== undefined) expect(other.sites).toEqual([{ name: "power", replaced: true }]);
    },
    2 * PATIENCE,
  );

  test.each(deeplyNested.map((program) => [program.name, program] as const))(
    "%s",
    (_name, program) => {
      const outcome = compile(program);
      // A file that Babel itself cannot parse or print never comes to us.
      expectHarmless(outcome, /^RangeError.*call stack/);
      expect(unexplained(outcome)).toEqual([]);
    },
    2 * PATIENCE,
  );
});
