/**
 * Lines and branches of src/ that the tests run, room by room, and what they do not. Jest measures with V8's own counters
 * (Babel's instrumentation would be code in the residuals of fixtures that import the product). Arguments go to jest; the
 * whole report is in coverage/, what is printed here in coverage/rooms.txt too.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = path.join(root, "coverage");

const { status } = spawnSync(
  "npm",
  [
    ...["run", "--silent", "jest", "--", "--coverage", "--coverageProvider=v8", "--collectCoverageFrom=src/**/*.ts"],
    ...["--coverageReporters=json", "--coverageReporters=json-summary", "--coverageReporters=html"],
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: "inherit" },
);

const summary = JSON.parse(readFileSync(path.join(folder, "coverage-summary.json"), "utf8"));
const details = JSON.parse(readFileSync(path.join(folder, "coverage-final.json"), "utf8"));

const percent = ({ covered, total }) => (total === 0 ? "-" : `${((100 * covered) / total).toFixed(1)} %`);
const add = (a, b) => ({ covered: a.covered + b.covered, total: a.total + b.total });
const none = { covered: 0, total: 0 };

const rooms = new Map();
for (const [file, { lines, branches }] of Object.entries(summary)) {
  if (file === "total") continue;
  const parts = path.relative(path.join(root, "src"), file).split(path.sep);
  const room = parts.length > 1 ? parts[0] : "(root)";
  const so = rooms.get(room) ?? { files: 0, lines: none, branches: none };
  rooms.set(room, { files: so.files + 1, lines: add(so.lines, lines), branches: add(so.branches, branches) });
}

const rows = [...rooms].sort(([a], [b]) => (a < b ? -1 : 1));
const total = rows.reduce(
  (sum, [, one]) => ({
    files: sum.files + one.files,
    lines: add(sum.lines, one.lines),
    branches: add(sum.branches, one.branches),
  }),
  { files: 0, lines: none, branches: none },
);
const table = [
  "| room | files | lines | branches |",
  "|---|---|---|---|",
  ...[...rows, ["all", total]].map(
    ([room, one]) => `| ${room} | ${one.files} | ${percent(one.lines)} | ${percent(one.branches)} |`,
  ),
];

/** Lines that nothing ran, as ranges, the largest first. */
function gaps(file) {
  const lines = new Set();
  const { statementMap, s } = details[file];
  for (const [id, { start }] of Object.entries(statementMap)) if (s[id] === 0) lines.add(start.line);
  const ranges = [];
  for (const line of [...lines].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && line <= last[1] + 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges;
}

const missing = Object.keys(details)
  .map((file) => ({ file: path.relative(root, file), ranges: gaps(file) }))
  .map((one) => ({ ...one, lines: one.ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0) }))
  .filter(({ lines }) => lines > 0)
  .sort((a, b) => b.lines - a.lines);
const text = [
  ...table,
  "",
  "Lines that no test runs:",
  "",
  ...missing.map(
    ({ file, lines, ranges }) =>
      `- ${file} (${lines}): ${ranges.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(", ")}`,
  ),
  "",
].join("\n");
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, "rooms.txt"), text);
process.stdout.write(`\n${text}`);
process.exitCode = status ?? 1;
