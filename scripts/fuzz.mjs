/**
 * `npm run fuzz -- --minutes N --seed S [--jobs J] [--json]`: random programs with the plugin and without it until the time
 * is over, in J processes. Each failure is made small and written to .dist-fuzz/failures/. Ends with 1 when there was one.
 *
 * What is counted: a program is non-trivial when a site of it has a residual, and specialization decided something (a branch,
 * loop or call at build time) or kept static data through dynamic control. "static under dynamic": static data differed
 * where paths met that run time chooses from. "partly static": an object with a static and a dynamic part was there when
 * control became dynamic, or came as an argument or as a live object.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";
import { clearInterval, setInterval } from "node:timers";
import { parseArgs } from "node:util";
import { transformSync } from "@babel/core";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    jobs: { type: "string", default: String(Math.min(4, os.availableParallelism())) },
    out: { type: "string", default: path.join(root, ".dist-fuzz") },
    json: { type: "boolean", default: false },
  },
});
const out = path.resolve(values.out);
const failures = path.join(out, "failures");
const begin = Date.now();
const HANG = 40_000;
const BATCH = 4000;
const PROGRESS = 15_000;

/** Source and test alike, as they are now, beside each other as in the repository; what is built already stays. */
function build() {
  process.env.BABEL_ENV = "build";
  for (const folder of ["src", "test/engines", "test/random"])
    for (const name of readdirSync(path.join(root, folder), { recursive: true })) {
      if (!name.endsWith(".ts")) continue;
      const filename = path.join(root, folder, name);
      const to = path.join(out, folder, name.replace(/\.ts$/, ".js"));
      if (existsSync(to) && statSync(to).mtimeMs > statSync(filename).mtimeMs) continue;
      mkdirSync(path.dirname(to), { recursive: true });
      writeFileSync(to, transformSync(readFileSync(filename, "utf8"), { filename, cwd: root }).code);
    }
}

const totals = {
  programs: 0,
  void: 0,
  broken: 0,
  sites: 0,
  replaced: 0,
  nonTrivial: 0,
  staticUnderDynamic: 0,
  severalVersions: 0,
  partlyStatic: 0,
  inQuickJs: 0,
  again: 0,
  failed: 0,
};
const kinds = new Map();
/** Babel's node types that a program of the language may have, and those that programs have had */
let language = [];
const syntax = new Set();
const reasons = new Map();

function record(seed, kind, program, outcome) {
  totals.failed++;
  kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const texts = Object.entries(program.files).map(([name, text]) => `// ---- ${name}\n${text}`);
  const calls = JSON.stringify(program.calls ?? []);
  const text = `// seed ${seed}: ${kind}\n// ${String(outcome?.difference ?? "").replaceAll("\n", "\n// ")}\n// calls ${calls}\n${texts.join("\n")}\n// ---- residual\n${outcome?.residual ?? ""}\n`;
  writeFileSync(path.join(failures, `${seed}.js`), text);
  console.error(`seed ${seed}: ${kind}`);
}

function count({ outcome, partial, second, again, syntax: types }) {
  for (const type of types) syntax.add(type);
  const { figures, replaced } = outcome;
  totals.programs++;
  totals.sites += outcome.sites;
  totals.replaced += replaced;
  if (outcome.void) totals.void++;
  else if (replaced > 0) {
    if (second) totals.inQuickJs++;
    if (again) totals.again++;
    const isPartial = figures.partlyStatic > 0 || partial > 0;
    if (figures.staticControl + figures.differences > 0 || isPartial) {
      totals.nonTrivial++;
      if (figures.differences > 0) totals.staticUnderDynamic++;
      if (figures.versions > 0) totals.severalVersions++;
      if (isPartial) totals.partlyStatic++;
    }
  }
  if (String(outcome.difference).startsWith("the program itself")) {
    totals.broken++;
    kinds.set(outcome.difference, (kinds.get(outcome.difference) ?? 0) + 1);
  }
  for (const reason of outcome.reasons) {
    const kind = reason.replace(/`[^`]*`|\d+/g, "_");
    reasons.set(kind, (reasons.get(kind) ?? 0) + 1);
  }
}

let next = Number(values.seed);
/** Seeds that no process has been given yet. */
function take() {
  const from = next;
  next += BATCH;
  return [from, from + BATCH];
}

/** One process, until it is through, or hangs; gives the seed after the last it has dealt with. */
function batch(from, to, end) {
  return new Promise((resolve) => {
    const worker = path.join(out, "test/random/fuzzWorker.js");
    const args = ["--experimental-vm-modules", "--no-warnings", "--max-old-space-size=1500"];
    const child = spawn(process.execPath, [...args, worker, String(from), String(to - from)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let running = null;
    let done = from;
    let stderr = "";
    let timer = null;
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => child.kill("SIGKILL"), HANG);
    };
    watch();
    child.stderr.on("data", (text) => (stderr = (stderr + text).slice(-3000)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const message = JSON.parse(line);
      watch();
      if ("language" in message) language = message.language;
      else if ("start" in message) running = message;
      else if ("failed" in message) record(message.failed, message.kind, message.program, message.outcome);
      else {
        count(message);
        running = null;
        done = message.seed + 1;
        if (Date.now() > end) child.kill("SIGKILL");
      }
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (code !== 0 && running === null && done === from && Date.now() < end) {
        console.error(stderr);
        process.exit(2);
      }
      if (code !== 0 && running !== null && Date.now() < end) {
        record(running.start, "hang or crash", running, { difference: stderr });
        done = running.start + 1;
      }
      resolve(done);
    });
  });
}

async function work(end) {
  while (Date.now() < end) {
    const [from, to] = take();
    for (let at = from; at < to && Date.now() < end;) at = await batch(at, to, end);
  }
}

function progress() {
  const seconds = (Date.now() - begin) / 1000;
  const share = (part) => `${Math.round((100 * part) / Math.max(1, totals.nonTrivial))} %`;
  const { programs, nonTrivial, staticUnderDynamic, severalVersions, partlyStatic, failed } = totals;
  console.error(
    `${Math.round(seconds)} s: ${programs} programs (${(programs / seconds).toFixed(1)}/s), ${nonTrivial} non-trivial; of these static under dynamic ${share(staticUnderDynamic)} (several versions ${share(severalVersions)}), partly static ${share(partlyStatic)}; ${failed} failures; seeds below ${next}`,
  );
}

build();
mkdirSync(failures, { recursive: true });
console.error(`seed ${values.seed}, ${values.minutes} minutes, ${values.jobs} processes, failures to ${failures}`);
const end = Date.now() + Number(values.minutes) * 60_000;
const ticking = setInterval(progress, PROGRESS);
await Promise.all(Array.from({ length: Number(values.jobs) }, () => work(end)));
clearInterval(ticking);
progress();
const top = (counts) => [...counts].sort((a, b) => b[1] - a[1]).slice(0, 15);
const never = language.filter((type) => !syntax.has(type));
const report = {
  seed: Number(values.seed),
  next,
  seconds: Math.round((Date.now() - begin) / 1000),
  ...totals,
  kinds: Object.fromEntries(top(kinds)),
  syntax: { seen: language.length - never.length, of: language.length, never },
  stayedGeneric: Object.fromEntries(top(reasons)),
};
if (values.json) console.log(JSON.stringify(report, null, 2));
else {
  console.log(JSON.stringify(totals));
  console.log(
    `\nsyntax: ${language.length - never.length} of ${language.length} node types; never ${never.join(", ")}`,
  );
  for (const [title, counts] of [
    ["failures", kinds],
    ["what stayed generic", reasons],
  ]) {
    if (counts.size > 0) console.log(`\n${title}`);
    for (const [kind, number] of top(counts)) console.log(`${String(number).padStart(6)}  ${kind}`);
  }
}
process.exit(totals.failed > 0 ? 1 : 0);
