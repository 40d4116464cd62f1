/**
 * src -> dist: code by Babel, declarations by tsc. With --if-stale nothing happens when dist is newer than everything
 * that it is made from, so that `npm test` and `npm run demo` can call this every time.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const stamp = path.join(root, "dist", ".built");
const inputs = ["src", "babel.config.js", "tsconfig.json", "tsconfig.build.json", "package.json"];

function newest(file) {
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  // The time of the folder itself tells of removed files.
  return Math.max(stat.mtimeMs, ...readdirSync(file).map((name) => newest(path.join(file, name))));
}

function isFresh() {
  if (!existsSync(stamp)) return false;
  return statSync(stamp).mtimeMs > Math.max(...inputs.map((name) => newest(path.join(root, name))));
}

function run(script, args, env = {}) {
  const result = spawnSync(process.execPath, [path.join(root, "node_modules", script), ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

if (process.argv.includes("--if-stale") && isFresh()) process.exit(0);

const started = new Date();
rmSync(path.join(root, "dist"), { recursive: true, force: true });
run("@babel/cli/bin/babel.js", ["src", "--out-dir", "dist", "--extensions", ".ts", "--source-maps", "--quiet"], {
  BABEL_ENV: "build",
});
run("typescript/bin/tsc", ["-p", "tsconfig.build.json"]);
const bin = path.join(root, "dist", "cli", "main.js");
if (existsSync(bin)) chmodSync(bin, 0o755);
writeFileSync(stamp, "");
// What changed while the build ran is newer than the build.
utimesSync(stamp, started, started);
