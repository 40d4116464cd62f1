/**
 * `npm run mutants [-- --only TEXT… | --slice 2/8]`: plants the bugs of test/mutants/mutants.json, one at a time, in a built
 * copy of the product, and looks whether traps, cases and random programs see them. Ends with 1 when one is not seen.
 * A slice is one part of as many; what came of each bug is put down in .dist-mutants/results.json, slice by slice.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { transformSync } from "@babel/core";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [""] },
    slice: { type: "string", default: "1/1" },
    programs: { type: "string", default: "60" },
    out: { type: "string", default: path.join(root, ".dist-mutants") },
  },
});
/** of processor time, in seconds: a busy machine is no hang */
const HANG = 200;
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
  const limited = ["-c", `ulimit -t ${HANG}; exec "$0" "$@"`, process.execPath, ...args];
  const { status, signal, stdout, stderr } = spawnSync("sh", limited, { encoding: "utf8" });
  if (status === 0) return null;
  if (signal !== null) return `no end in ${HANG} s (${signal})`;
  return (
    stdout.trim() ||
    stderr
      .trim()
      .split("\n")
      .find((line) => line.includes("Error")) ||
    "crash"
  )
    .split("\n")[0]
    .slice(0, 140);
}

const everything = values.only.includes("") && values.slice.startsWith("1/");
const clean = everything ? look() : null;
if (clean !== null) {
  console.log(`without a planted bug: ${clean}`);
  process.exit(2);
}
const mutants = JSON.parse(readFileSync(path.join(root, "test/mutants/mutants.json"), "utf8"));
const [part = 1, parts = 1] = values.slice.split("/").map(Number);
const planted = mutants.filter(
  ({ name }, at) => values.only.some((text) => name.includes(text)) && at % parts === part - 1,
);
const put = path.join(values.out, "results.json");
const known = existsSync(put) ? JSON.parse(readFileSync(put, "utf8")) : {};
const results = Object.fromEntries(mutants.filter(({ name }) => name in known).map(({ name }) => [name, known[name]]));
const unseen = [];
for (const { name, file, find, replace } of planted) {
  const filename = path.join(root, "src", file);
  const source = readFileSync(filename, "utf8");
  const places = source.split(find).length - 1;
  const built = path.join(values.out, "src", file.replace(/\.ts$/, ".js"));
  const before = readFileSync(built, "utf8");
  let seen = null;
  if (places === 1) {
    const broken = source.replace(find, () => replace);
    writeFileSync(built, transformSync(broken, { filename, cwd: root }).code);
    seen = look();
    writeFileSync(built, before);
  }
  const outcome = places !== 1 ? `STALE: ${places} places in ${file}` : seen === null ? "ALIVE" : `caught: ${seen}`;
  if (seen === null) unseen.push(name);
  results[name] = outcome;
  writeFileSync(put, `${JSON.stringify(results, null, 2)}\n`);
  console.log(`${name}: ${outcome}`);
}
console.log(`${planted.length} of ${mutants.length} planted, ${unseen.length} not seen`);
process.exit(unseen.length > 0 ? 1 : 0);
