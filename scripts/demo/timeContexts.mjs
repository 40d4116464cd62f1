/**
 * Times every version of every context: each run is a process of its own, and the versions take turns, so that what else
 * the machine does meets all of them. Of a process counts the median of its blocks; of the processes the median, and the
 * least and the greatest.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { median, summary } from "../summary.mjs";
import { root } from "./paths.mjs";

const script = path.join(root, "scripts", "demo", "measure.mjs");
const byHand = new Set(["udp64", "udp1024"]);

export function versionsOf(name) {
  return ["generic", "residual", ...(byHand.has(name) ? ["hand"] : [])];
}

export async function timeContexts(out, rows, { quick, progress }) {
  const processes = quick ? 1 : 3;
  for (const mode of ["jit", "jitless"]) {
    for (const row of rows) {
      const versions = versionsOf(row.name);
      const runs = Object.fromEntries(versions.map((version) => [version, []]));
      for (let round = 0; round < processes; round += 1) {
        for (const version of versions) {
          progress(`${row.name} ${row.checksum}: timing ${version}, ${mode}, ${round + 1} of ${processes}`);
          runs[version].push(measure(out, row, version, mode, quick));
        }
      }
      row.times ??= {};
      row.times[mode] = Object.fromEntries(versions.map((version) => [version, summary(runs[version])]));
    }
  }
}

function measure(out, { name, checksum }, version, mode, quick) {
  const flags = mode === "jitless" ? ["--jitless"] : [];
  const [blocks, milliseconds] = quick ? [11, 2] : [31, 5];
  const args = [...flags, script, out, name, checksum, version, String(blocks), String(milliseconds)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`timing ${name} ${checksum} ${version} failed:\n${stderr}`);
  return median(JSON.parse(stdout));
}
