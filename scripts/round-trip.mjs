/**
 * The project's own tests on its own round-tripped build: every function of dist/ goes through the control-flow graph and
 * back with nothing static, and the tests run on what comes out. Arguments are handed to jest.
 */
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "@babel/core";
import plugin from "../dist/index.js";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const from = path.join(root, "dist");
const to = path.join(root, ".round-trip");

let files = 0;
const kept = [];
rmSync(to, { recursive: true, force: true });
cpSync(from, to, { recursive: true });
for (const name of readdirSync(from, { recursive: true })) {
  if (!name.endsWith(".js")) continue;
  const filename = path.join(from, name);
  const { code, metadata } = transformSync(readFileSync(filename, "utf8"), {
    filename,
    configFile: false,
    babelrc: false,
    plugins: [[plugin, { roundTrip: true, report: "silent" }]],
  });
  writeFileSync(path.join(to, name), `${code}\n`);
  files++;
  kept.push(...metadata.specialize.diagnostics.map(({ message }) => `${name}: ${message}`));
}
process.stderr.write(`round trip: ${files} files, ${kept.length} functions stayed as they are\n`);
for (const one of kept) process.stderr.write(`  ${one}\n`);

const { status } = spawnSync("npm", ["run", "--silent", "jest", "--", ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, ROUND_TRIP: "1" },
});
process.exitCode = status ?? 1;
