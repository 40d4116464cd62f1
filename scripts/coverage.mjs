/**
 * Lines and branches of src/ that the tests run, room by room, and what they do not. Counted by V8 (Babel's counters would be
 * code in the residuals of fixtures that import the product), test file by test file, each put down in coverage/.
 *
 *   npm run coverage                      everything; arguments of jest behind `--` (-w 2)
 *   npm run coverage -- --more test/lower   adds these test files to what had been counted before
 *   npm run coverage -- --report          nothing is run
 *
 * `--write` writes docs/COVERAGE.md.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import coverage from "istanbul-lib-coverage";
import { kept, root } from "./covered/keepCoverage.mjs";
import { readCoverage } from "./covered/readCoverage.mjs";

const OWN = ["--more", "--report", "--write"];
const asked = process.argv.slice(2);
const [isMore, isReport, isWrite] = OWN.map((one) => asked.includes(one));

let status = 0;
if (!isReport) {
  if (!isMore) rmSync(kept, { recursive: true, force: true });
  const jest = spawnSync(
    "npm",
    [
      ...["run", "--silent", "jest", "--", "--coverage", "--coverageProvider=v8", "--coverageReporters=none"],
      ...["--coveragePathIgnorePatterns=/node_modules/", "--coveragePathIgnorePatterns=/(test|fixtures|scripts|dist)/"],
      ...["--reporters=default", "--reporters=<rootDir>/scripts/covered/keepCoverage.mjs"],
      ...asked.filter((one) => !OWN.includes(one)),
    ],
    { cwd: root, stdio: "inherit" },
  );
  status = jest.status ?? 1;
}

const { covered, tests } = await readCoverage();
const percent = ({ covered: done, total }) => (total === 0 ? "-" : `${((100 * done) / total).toFixed(1)} %`);

const rooms = new Map();
const all = coverage.createCoverageSummary();
let files = 0;
for (const [file, data] of Object.entries(covered)) {
  const summary = coverage.createFileCoverage(data).toSummary();
  const parts = file.split("/");
  const room = parts.length > 2 ? parts[1] : "(doors)";
  if (!rooms.has(room)) rooms.set(room, { files: 0, summary: coverage.createCoverageSummary() });
  const one = rooms.get(room);
  one.files++;
  one.summary.merge(summary);
  all.merge(summary);
  files++;
}
const row = (name, { files: count, summary: { data } }) =>
  `| ${name} | ${count} | ${data.lines.total} | ${percent(data.lines)} | ${data.branches.total} | ${percent(data.branches)} |`;
const table = [
  "| room | files | lines | run | branches | run |",
  "|---|---|---|---|---|---|",
  ...[...rooms].sort(([a], [b]) => (a < b ? -1 : 1)).map(([room, one]) => row(room, one)),
  row("all", { files, summary: all }),
];

/** 4, 7-9, 12 */
function ranges(lines) {
  const found = [];
  for (const line of [...new Set(lines)].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && line <= last[1] + 1) last[1] = line;
    else found.push([line, line]);
  }
  return found.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(", ");
}

function gaps(data) {
  const lines = coverage.createFileCoverage(data).getUncoveredLines().map(Number);
  const branches = Object.entries(data.branchMap)
    .flatMap(([id, { loc, locations }]) =>
      locations.flatMap(({ start }, at) => (data.b[id][at] === 0 ? [start.line ?? loc.start.line] : [])),
    )
    .filter((line) => !lines.includes(line));
  return { lines, branches };
}

const missing = Object.entries(covered)
  .map(([file, data]) => ({ file, ...gaps(data) }))
  .filter(({ lines, branches }) => lines.length + branches.length > 0)
  .sort((a, b) => b.lines.length - a.lines.length || b.branches.length - a.branches.length);
const report = [
  ...table,
  "",
  "What no test runs: lines, and behind the semicolon lines with a branch that is never taken.",
  "",
  ...missing.map(({ file, lines, branches }) => `- \`${file}\`: ${ranges(lines) || "-"}; ${ranges(branches) || "-"}`),
  "",
].join("\n");

const suite = readdirSync(path.join(root, "test"), { recursive: true })
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => path.posix.join("test", name.replaceAll(path.sep, "/")));
const left = suite.filter((test) => !tests.includes(test)).sort();
const ran =
  left.length === 0
    ? `All ${suite.length} test files ran.`
    : `${suite.length - left.length} of ${suite.length} test files ran; not: ${left.map((one) => `\`${one}\``).join(", ")}.`;
writeFileSync(path.join(kept, "report.md"), `${ran}\n\n${report}`);
if (isWrite)
  writeFileSync(
    path.join(root, "docs", "COVERAGE.md"),
    `# Coverage\n\nLines and branches of \`src/\` that the tests run in their own process, drawn by \`npm run coverage -- --write\`. Not counted is what they run
of the built product in processes of its own (hostile input, the servers of the demo, the round trip of whole packages).
${ran}\n\n${report}`,
  );
process.stdout.write(`\n${ran}\n\n${report}`);
process.exitCode = status;
