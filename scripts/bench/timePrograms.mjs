/**
 * Times every version of every program: each run is a process of its own, and the versions take turns, so that what else
 * the machine does meets all of them. Of a process counts the median of its blocks; of the processes the median, and the
 * least and the greatest.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { median, summary } from "../summary.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const scripts = { classic: "measure.mjs", library: "measureLibrary.mjs" };

export function timeProgram(out, row, { quick, progress }) {
  const polluted = row.kind === "library" ? [] : ["polluted"];
  const hand = row.sizes.hand === null ? [] : ["hand"];
  const versions = ["generic", ...(row.replaced ? ["residual"] : []), ...polluted, ...hand, ...row.peers];
  const runs = Object.fromEntries(versions.map((version) => [version, []]));
  row.wrong = {};
  const processes = quick ? 1 : 5;
  for (let round = 0; round < processes; round += 1) {
    for (const version of versions) {
      progress(`${row.name}: ${version}, ${round + 1} of ${processes}`);
      const { wrong, times } = measure(out, row, version, quick);
      runs[version].push(median(times));
      row.wrong[version] = Math.max(row.wrong[version] ?? 0, wrong);
    }
  }
  row.times = Object.fromEntries(versions.map((version) => [version, summary(runs[version])]));
}

function measure(out, { kind, name }, version, quick) {
  const [blocks, milliseconds] = quick ? [9, 1] : [31, 3];
  const args = [path.join(here, scripts[kind]), out, name, version, String(blocks), String(milliseconds)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 60_000 });
  if (status !== 0) throw new Error(`timing ${name} ${version} failed:\n${stderr}`);
  return JSON.parse(stdout);
}
