/**
 * Machine instructions for a packet on an interpreter without a compiler: Duktape under valgrind, which counts the same on
 * every machine and under any load. Two runs of different length; what the longer one takes more is the packets'.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "@babel/core";
import { build } from "esbuild";
import { pathsOf } from "./paths.mjs";

/** The card keeps 256 packets: before it has come round, each takes new memory, which no program does for long. */
const FEW = 288;
const MANY = 416;
const library = fileURLToPath(new URL("./oldEngine.js", import.meta.url));

/** null: they are here; else what is missing. */
export function missingCounter() {
  const missing = ["duk", "valgrind"].filter((tool) => spawnSync("which", [tool]).status !== 0);
  return missing.length === 0 ? null : missing.join(" and ");
}

/** Instructions of one packet. */
export async function countInstructions(out, { name, checksum }, version) {
  const script = path.join(out, "duktape", `${name}-${checksum}-${version}.js`);
  mkdirSync(path.dirname(script), { recursive: true });
  writeFileSync(script, await programFor(out, name, checksum, version));
  return Math.round((instructionsOf(script, MANY) - instructionsOf(script, FEW)) / (MANY - FEW));
}

async function programFor(out, name, checksum, version) {
  const sender = {
    generic: `import { generic } from "./contexts/context.js"; const send = generic(roots, length);`,
    residual: `import { bind } from "./contexts/$${name}-${checksum}.js";
const send = bind(roots, (difference) => { throw new Error("the residual does not fit: " + difference); });`,
    hand: `import { bind } from "./hand/${name}.js"; const send = bind(roots, "${checksum}");`,
  };
  const contents = `import { setup, length } from "./contexts/${name}.js";
import { mixedTraffic } from "./traffic.js";
mixedTraffic(4);
const roots = setup("${checksum}");
roots.dev.watched = false;
${sender[version]}
const payload = new Uint8Array(length);
for (let nth = 0; nth < length; nth += 1) payload[nth] = (nth * 167 + 13) & 255;
for (let nth = 0; nth < packets; nth += 1) {
  payload[nth & 63] = nth;
  if (send(payload) !== length) throw new Error("a packet was not sent");
}`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: pathsOf(out).modules, loader: "js" },
    bundle: true,
    write: false,
    format: "iife",
    target: "esnext",
    logLevel: "silent",
  });
  const { code } = transformSync(outputFiles[0].text, {
    configFile: false,
    babelrc: false,
    sourceType: "script",
    compact: false,
    assumptions: { iterableIsArray: true, setClassMethods: true, setPublicClassFields: true, noDocumentAll: true },
    presets: [["@babel/preset-env", { targets: { ie: "11" } }]],
  });
  return code;
}

function instructionsOf(script, packets) {
  const start = `${script}.${packets}.js`;
  writeFileSync(start, `var packets = ${packets};\n`);
  const args = [
    "--tool=cachegrind",
    "--cache-sim=no",
    "--cachegrind-out-file=/dev/null",
    "duk",
    start,
    library,
    script,
  ];
  const { status, stdout, stderr } = spawnSync("valgrind", args, { encoding: "utf8" });
  const count = /I\s+refs:\s+([\d,]+)/.exec(stderr)?.[1];
  if (status !== 0 || count === undefined) throw new Error(`counting ${path.basename(script)}: ${stdout}${stderr}`);
  return Number(count.replaceAll(",", ""));
}
