/**
 * `npm run mutants [-- --only TEXT]`: plants the bugs of test/mutants/mutants.json, one at a time, in a built copy of the
 * product, and looks whether traps, cases and random programs see them. Ends with 1 when one is not seen.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { transformSync } from "@babel/core";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    programs: { type: "string", default: "60" },
    out: { type: "string", default: path.join(root, ".dist-mutants") },
  },
});
const HANG = 240_000;
process.env.BABEL_ENV = "build";

for (const folder of ["src", "test/engines", "test/random", "test/mutants"]) {
  const to = path.join(values.out, folder);
  rmSync(to, { recursive: true, force: true });
  const args = ["node_modules/@babel/cli/bin/babel.js", folder, "--out-dir", to, "--extensions", ".ts", "--quiet"];
  if (spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status !== 0) process.exit(2);
}
mkdirSync(values.out, { recursive: true });

/** null: nothing was seen; else the first line of what was */
function look() {
  const check = path.join(values.out, "test/mutants/quickCheck.js");
  const args = ["--experimental-vm-modules", "--no-warnings", check, root, values.programs];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: HANG });
  if (status === 0) return null;
  return (
    stdout.trim() ||
    stderr
      .trim()
      .split("\n")
      .find((line) => line.includes("Error")) ||
    "hang or crash"
  )
    .split("\n")[0]
    .slice(0, 140);
}

const clean = values.only === "" ? look() : null;
if (clean !== null) {
  console.log(`without a planted bug: ${clean}`);
  process.exit(2);
}
const mutants = JSON.parse(readFileSync(path.join(root, "test/mutants/mutants.json"), "utf8"));
const alive = [];
const stale = [];
for (const { name, file, find, replace } of mutants.filter((one) => one.name.includes(values.only))) {
  const source = readFileSync(path.join(root, "src", file), "utf8");
  if (source.split(find).length !== 2) {
    stale.push(name);
    console.log(`STALE   ${name}: ${source.split(find).length - 1} places in ${file}`);
    continue;
  }
  const built = path.join(values.out, "src", file.replace(/\.ts$/, ".js"));
  const before = readFileSync(built, "utf8");
  const filename = path.join(root, "src", file);
  writeFileSync(
    built,
    transformSync(
      source.replace(find, () => replace),
      { filename, cwd: root },
    ).code,
  );
  const seen = look();
  writeFileSync(built, before);
  if (seen === null) alive.push(name);
  console.log(`${seen === null ? "ALIVE  " : "caught "} ${name}${seen === null ? "" : `: ${seen}`}`);
}
console.log(`${mutants.length} planted, ${alive.length} not seen, ${stale.length} that no longer apply`);
process.exit(alive.length + stale.length > 0 ? 1 : 0);
