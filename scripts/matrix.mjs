/**
 * The second leg: the built plugin under Babel 8 on Node 24, where nobody develops. Installs both into .matrix/ (a
 * package of its own, so that neither takes the place of ours) and runs scripts/matrix-smoke.mjs there; then the same
 * programs under our own Babel 7 and Node, so that a difference between the legs cannot hide.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const home = path.join(root, ".matrix");
const wanted = {
  name: "matrix",
  private: true,
  type: "module",
  dependencies: { "@babel/core": "8.1.2", "@babel/preset-typescript": "^8.0.0", node: "24.21.0" },
  // npm is told that the binary of Node may be put in its place by its install script.
  allowScripts: { node: true },
};

/** By path: the .bin folder of an installed `node` would come first in every npm script. */
function findNode24() {
  const candidates = [
    path.join(home, "node_modules", "node", "bin", "node"),
    path.join(home, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node"),
    path.join(home, "node_modules", `node-bin-${process.platform}-${process.arch}`, "bin", "node"),
  ];
  return candidates.find((file) => existsSync(file) && spawnSync(file, ["--version"]).status === 0);
}

function install() {
  const manifest = path.join(home, "package.json");
  const text = `${JSON.stringify(wanted, null, 2)}\n`;
  const same = existsSync(manifest) && readFileSync(manifest, "utf8") === text;
  if (same && findNode24() && existsSync(path.join(home, "node_modules", "@babel", "core"))) return;
  mkdirSync(home, { recursive: true });
  writeFileSync(manifest, text);
  console.log("matrix: installing Babel 8 and Node 24 into .matrix/");
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const args = [...npm.slice(1), "install", "--prefix", home, "--no-audit", "--no-fund", "--no-package-lock"];
  const { status } = spawnSync(npm[0], args, { cwd: home, stdio: "inherit", env: cleanEnvironment() });
  if (status !== 0) fail(`npm install ended with ${status}`);
}

/** What npm tells its scripts about the outer package is not true of the inner one. */
function cleanEnvironment() {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^npm_(config_(prefix|local_prefix|global_prefix)|package_)/i.test(name)) delete env[name];
  }
  return env;
}

function smoke(label, node, babelHome) {
  const env = { ...process.env, NODE_OPTIONS: "" };
  const script = path.join(root, "scripts", "matrix-smoke.mjs");
  const { status, stdout, stderr } = spawnSync(node, [script, babelHome], { cwd: root, encoding: "utf8", env });
  process.stdout.write(stdout.replace(/^/gm, `  ${label} `).replace(/ {2}\S+ $/, ""));
  process.stderr.write(stderr);
  const counts = /(\d+) passed, (\d+) failed\s*$/.exec(stdout);
  if (!counts) return { passed: 0, failed: 1 };
  return { passed: Number(counts[1]), failed: Math.max(Number(counts[2]), status === 0 ? 0 : 1) };
}

function fail(message) {
  console.error(`matrix: ${message}`);
  console.log("matrix: 0 passed, 1 failed");
  process.exit(1);
}

if (!existsSync(path.join(root, "dist", "index.js"))) fail("dist is missing: npm run build");
install();
const node24 = findNode24();
if (!node24) fail("Node 24 is not in .matrix/ (an npm that runs no install scripts leaves no binary)");
const legs = [smoke("node20/babel7", process.execPath, root), smoke("node24/babel8", node24, home)];
const passed = legs.reduce((sum, leg) => sum + leg.passed, 0);
const failed = legs.reduce((sum, leg) => sum + leg.failed, 0);
console.log(`matrix: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
