/**
 * Figures of the demo that do not depend on the machine: bytes, and instructions of an interpreter. Where `duk` or
 * `valgrind` is missing, instructions are not counted, and the test says so.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";

interface Row {
  readonly name: string;
  readonly checksum: string;
  readonly frames: number;
  readonly differing: number;
  readonly genericBytes: number;
  readonly residualBytes: number;
  readonly instructions: { readonly generic: number; readonly residual: number; readonly hand: number } | null;
}

const root = path.dirname(import.meta.dirname);

test("udp64: small, and on an interpreter shorter than what is made by hand", () => {
  const script = path.join(root, "scripts", "demo", "demo.mjs");
  const args = [script, "--only", "udp64", "--no-time", "--json", "--out", path.join(root, ".demo", "figures")];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const { contexts } = JSON.parse(stdout) as { readonly contexts: readonly Row[] };
  expect(new Set(contexts.map(({ checksum }) => checksum))).toEqual(new Set(["hw", "sw"]));
  for (const { name, checksum, frames, differing, genericBytes, residualBytes, instructions } of contexts) {
    const what = `${name} ${checksum}`;
    expect({ what, differing, isCompared: frames > 100 }).toEqual({ what, differing: 0, isCompared: true });
    expect({ what, isSmall: residualBytes <= 0.055 * genericBytes }).toEqual({ what, isSmall: true });
    if (instructions === null) {
      process.stderr.write(`SKIPPED: instructions of ${what} are not counted, duk or valgrind is not here\n`);
      continue;
    }
    const { generic, residual, hand } = instructions;
    expect({ what, isShort: residual * 2.5 <= generic && residual <= hand }).toEqual({ what, isShort: true });
  }
}, 600_000);
