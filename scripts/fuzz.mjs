/**
 * `npm run fuzz -- --minutes N --seed S`: random programs with the plugin and without it until the time is over. Each
 * failure is made small and written to .dist-fuzz/failures/. Ends with 1 when there was one.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    out: { type: "string", default: path.join(root, ".dist-fuzz") },
    built: { type: "boolean", default: false },
  },
});
const out = path.resolve(values.out);
const failures = path.join(out, "failures");
const end = Date.now() + Number(values.minutes) * 60_000;
const HANG = 40_000;
const BATCH = 300;

/** Source and test alike, as they are now, beside each other as in the repository. */
function build() {
  for (const folder of ["src", "test/engines", "test/random"]) {
    const to = path.join(out, folder);
    rmSync(to, { recursive: true, force: true });
    const args = ["node_modules/@babel/cli/bin/babel.js", folder, "--out-dir", to, "--extensions", ".ts", "--quiet"];
    const { status } = spawnSync(process.execPath, args, {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, BABEL_ENV: "build" },
    });
    if (status !== 0) process.exit(2);
  }
}

const totals = {
  programs: 0,
  void: 0,
  broken: 0,
  sites: 0,
  replaced: 0,
  residual: 0,
  polyvariant: 0,
  partial: 0,
  failed: 0,
};
const kinds = new Map();
const reasons = new Map();

function record(seed, kind, program, outcome) {
  totals.failed++;
  kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const texts = Object.entries(program.files).map(([name, text]) => `// ---- ${name}\n${text}`);
  const calls = JSON.stringify(program.calls ?? []);
  const text = `// seed ${seed}: ${kind}\n// ${String(outcome?.difference ?? "").replaceAll("\n", "\n// ")}\n// calls ${calls}\n${texts.join("\n")}\n// ---- residual\n${outcome?.residual ?? ""}\n`;
  writeFileSync(path.join(failures, `${seed}.js`), text);
}

/** One process, until it is through, or hangs; gives the next seed. */
function batch(from) {
  return new Promise((resolve) => {
    const worker = path.join(out, "test/random/fuzzWorker.js");
    const args = [
      "--experimental-vm-modules",
      "--no-warnings",
      "--max-old-space-size=2048",
      worker,
      String(from),
      String(BATCH),
    ];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let running = null;
    let next = from;
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
      if ("start" in message) [running, next] = [message, message.start + 1];
      else if ("failed" in message) record(message.failed, message.kind, message.program, message.outcome);
      else {
        totals.programs++;
        totals.sites += message.sites;
        totals.replaced += message.replaced;
        if (message.void) totals.void++;
        else if (message.replaced > 0) {
          totals.residual++;
          if (message.polyvariant > 0) totals.polyvariant++;
          if (message.partial > 0) totals.partial++;
        }
        if (String(message.difference).startsWith("the program itself")) {
          totals.broken++;
          kinds.set(message.difference, (kinds.get(message.difference) ?? 0) + 1);
        }
        for (const reason of message.reasons) {
          const kind = reason.replace(/`[^`]*`|\d+/g, "_");
          reasons.set(kind, (reasons.get(kind) ?? 0) + 1);
        }
        running = null;
        if (Date.now() > end) child.kill("SIGKILL");
      }
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (code !== 0 && running !== null && Date.now() < end)
        record(running.start, "hang or crash", running, { difference: stderr });
      resolve(next);
    });
  });
}

if (!values.built) build();
mkdirSync(failures, { recursive: true });
console.log(`seed ${values.seed}, ${values.minutes} minutes, failures to ${failures}`);
let seed = Number(values.seed);
while (Date.now() < end) {
  seed = await batch(seed);
  console.log(`${JSON.stringify(totals)} next seed ${seed}`);
}
for (const [title, counts] of [
  ["failures", kinds],
  ["what stayed generic", reasons],
]) {
  if (counts.size > 0) console.log(`\n${title}`);
  for (const [kind, count] of [...counts].sort((a, b) => b[1] - a[1]).slice(0, 15))
    console.log(`${String(count).padStart(6)}  ${kind}`);
}
process.exit(totals.failed > 0 ? 1 : 0);
