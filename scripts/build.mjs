/**
 * src -> dist: code by Babel, declarations by tsc. With --if-stale nothing happens when dist is newer than everything
 * that it is made from, so that `npm test` and `npm run demo` can call this every time.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
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
  const { status } = spawnSync(process.execPath, [path.join(root, "node_modules", script), ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  return status === 0;
}

const onDemand = process.argv.includes("--if-stale");
if (onDemand && isFresh()) process.exit(0);

// Built beside dist and put in its place at the end: whoever uses dist meanwhile has a whole one.
const started = new Date();
const fresh = path.join(root, `.dist-${process.pid}`);
process.on("exit", () => rmSync(fresh, { recursive: true, force: true }));

const babel = ["src", "--out-dir", fresh, "--extensions", ".ts", "--source-maps", "--quiet"];
if (!run("@babel/cli/bin/babel.js", babel, { BABEL_ENV: "build" })) process.exit(1);
if (!run("typescript/bin/tsc", ["-p", "tsconfig.build.json", "--outDir", fresh])) {
  if (!onDemand) process.exit(1);
  // Tests and demo run without declarations; that the types are wrong is for `npm run typecheck` to say in CI.
  console.error("build: the declarations could not be made whole; the code was");
}
const bin = path.join(fresh, "cli", "main.js");
if (existsSync(bin)) chmodSync(bin, 0o755);
writeFileSync(path.join(fresh, ".built"), "");
// What changed while the build ran is newer than the build.
utimesSync(path.join(fresh, ".built"), started, started);
rmSync(path.join(root, "dist"), { recursive: true, force: true });
renameSync(fresh, path.join(root, "dist"));
