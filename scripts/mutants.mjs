/**
 * `npm run mutants [-- --only TEXT… | --slice 2/8] [--write]`: plants the bugs of test/mutants/mutants.json, one at a time, in
 * a built copy of the product, and looks whether traps, cases and random programs see them. Ends with 1 when one is not seen.
 *
 * First a survey: what each program runs (scripts/planted/survey). A bug is looked for in the programs that run the code which
 * it changes, the one that saw it last before the others, then the quick ones first. With `--only` an old survey is good enough
 * for the order; all programs are run then. `--write` puts down what came of each in test/mutants/seen.json, slice by slice, and
 * draws docs/MUTANTS.md from that.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { buildCopy, compile, digestOf } from "./planted/buildCopy.mjs";
import { drawTable } from "./planted/drawTable.mjs";

const root = path.dirname(import.meta.dirname);
const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [""] },
    slice: { type: "string", default: "1/1" },
    write: { type: "boolean", default: false },
    out: { type: "string", default: path.join(root, ".dist-mutants") },
  },
});
/** of processor time, in seconds (a busy machine is no hang): for everything, and what it takes at least */
const HANG = 200;
const START = 30;
process.env.BABEL_ENV = "build";

const inOut = (name) => path.join(values.out, name);
const readJson = (file, otherwise) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : otherwise);
const writeJson = (file, value) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);

const source = (file) => readFileSync(path.join(root, "src", file), "utf8");
const built = (file) => inOut(path.join("src", file.replace(/\.ts$/, ".js")));
const broken = ({ file, find, replace }) =>
  compile(
    root,
    path.join("src", file),
    source(file).replace(find, () => replace),
  );

/** the first and the last character that differ */
function placeOf(mutant) {
  const file = built(mutant.file);
  const [a, b] = [readFileSync(file, "utf8"), broken(mutant)];
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  let same = 0;
  while (same < Math.min(a.length, b.length) - from && a.at(-1 - same) === b.at(-1 - same)) same++;
  return { file, from, to: a.length - same };
}

/** in a process of its own, with an end */
function run(script, seconds = HANG) {
  const args = ["--experimental-vm-modules", "--no-warnings", inOut(`test/mutants/${script}.js`), root, values.out];
  const limited = ["-c", `ulimit -t ${seconds}; exec "$0" "$@"`, process.execPath, ...args];
  return spawnSync("sh", limited, { encoding: "utf8" });
}

/** null: nothing was seen; else by which program, and what */
function look(names, isFresh) {
  writeJson(inOut("look.json"), { names, isFresh });
  const usual = names.reduce((sum, name) => sum + (survey.get(name)?.ms ?? 0), 0) / 1000;
  const seconds = isFresh ? Math.min(HANG, START + Math.ceil(3 * usual)) : HANG;
  const { status, signal, stdout, stderr } = run("look", seconds);
  if (status === 0) return null;
  const said = stdout.trim().split("\n");
  const at = said.findLastIndex((line) => /^(traps|cases)\/|^random program/.test(line));
  const crash = stderr.split("\n").find((line) => line.includes("Error")) ?? "crash";
  const what = signal !== null ? `no end in ${seconds} s` : (said.slice(at + 1)[0] ?? crash);
  return { by: said[at] ?? "loading", what: what.slice(0, 140) };
}

const digest = buildCopy(root, values.out);
const mutants = readJson(path.join(root, "test/mutants/mutants.json"));
const isStale = ({ file, find }) => source(file).split(find).length !== 2;

const isFresh = () => readJson(inOut("surveyed.json"), null) === digest;
if (!isFresh() && values.only.includes("")) {
  const places = mutants.filter((one) => !isStale(one)).map((one) => [one.name, placeOf(one)]);
  writeJson(inOut("places.json"), Object.fromEntries(places));
  const { status, stdout, stderr } = run("survey");
  if (status !== 0) {
    console.log(`without a planted bug: ${stdout}${stderr}`);
    process.exit(2);
  }
  writeJson(inOut("surveyed.json"), digest);
}
const survey = new Map(Object.entries(readJson(inOut("survey.json"), {})));

const put = path.join(root, "test/mutants/seen.json");
const before = readJson(put, {});
/** by name; only bugs that there are */
const seen = Object.fromEntries(mutants.filter(({ name }) => name in before).map(({ name }) => [name, before[name]]));

function namesFor({ name }) {
  const reaching = [...survey].filter(([, { reached }]) => reached.includes(name));
  const quick = reaching.sort(([, a], [, b]) => a.ms - b.ms).map(([program]) => program);
  const last = seen[name]?.by;
  return last === undefined || last === null || last === "loading" ? quick : [...new Set([last, ...quick])];
}

const [part = 1, parts = 1] = values.slice.split("/").map(Number);
const planted = mutants.filter(
  ({ name }, at) => values.only.some((text) => name.includes(text)) && at % parts === part - 1,
);
let unseen = 0;
for (const mutant of planted) {
  const { name, file } = mutant;
  if (isStale(mutant)) {
    unseen++;
    console.log(`${name}: STALE: it is not once in ${file}`);
    continue;
  }
  const names = namesFor(mutant);
  const whole = readFileSync(built(file), "utf8");
  writeFileSync(built(file), broken(mutant));
  const found = names.length === 0 && isFresh() ? null : look(names, isFresh());
  writeFileSync(built(file), whole);
  if (found === null) unseen++;
  console.log(`${name}: ${found === null ? `ALIVE (${names.length} programs)` : `${found.by}: ${found.what}`}`);
  seen[name] = {
    by: found?.by ?? null,
    what: found?.what ?? "",
    digest: digestOf([mutant.file, source(file), mutant.find, mutant.replace]),
  };
  if (values.write) {
    writeJson(put, seen);
    writeFileSync(path.join(root, "docs/MUTANTS.md"), drawTable(mutants, seen, source));
  }
}
console.log(`${planted.length} of ${mutants.length} planted, ${unseen} not seen`);
process.exit(unseen > 0 ? 1 : 0);
