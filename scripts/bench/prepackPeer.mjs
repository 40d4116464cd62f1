/**
 * What Prepack 0.2.54 makes of a program: the whole script is run at build time, and the heap that it leaves is written down. It
 * is no dependency of the project: the first run installs it into .peers. Gives "prepack", or null where it cannot be
 * installed, refuses the program, takes longer than a minute, or its code does something else.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import { outcomes } from "./outcomes.mjs";

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
// a folder of its own: npm takes away what it has not been asked for
const peers = path.join(root, ".peers", "prepack");
const prepack = path.join(peers, "node_modules", "prepack", "lib", "prepack-node.js");
/** runs in a process of its own: it may not end */
const worker = `
const { prepackSources } = require(${JSON.stringify(prepack)});
const fileContents = require("node:fs").readFileSync(0, "utf8");
const errorHandler = ({ severity }) => (severity === "Warning" || severity === "Information" ? "Recover" : "Fail");
const options = { compatibility: "node-cli", timeout: 50000, errorHandler };
const { code } = prepackSources([{ filePath: "program.js", fileContents, sourceMapContents: "" }], options);
process.stdout.write(code);
`;
let isThere = null;

/** `code` is a script that leaves the function in globalThis["compiled"]. */
export async function prepackPeer(folder, program, code) {
  isThere ??= install();
  if (!isThere) return null;
  const target = path.join(folder, "prepack.js");
  try {
    // it knows the language of 2015, and no globalThis
    const { code: input } = transformSync(code, { target: "es2015", define: { globalThis: "global" } });
    const args = ["-e", worker];
    const made = execFileSync(process.execPath, args, { input, encoding: "utf8", timeout: 60_000, stdio: "pipe" });
    // a script, not a module: it hangs its results on what `this` is there
    const script = `new Function("global", ${JSON.stringify(made)}).call(globalThis, globalThis);`;
    writeFileSync(target, `${script}\nexport const compiled = globalThis.compiled;\n`);
    const { compiled } = await import(pathToFileURL(target).href);
    return outcomes(program, compiled) === outcomes(program, program.generic) ? "prepack" : null;
  } catch {
    return null;
  }
}

function install() {
  if (existsSync(prepack)) return true;
  try {
    mkdirSync(peers, { recursive: true });
    writeFileSync(path.join(peers, "package.json"), '{ "private": true }\n');
    const args = ["install", "--no-audit", "--no-fund", "--no-save", "prepack@0.2.54"];
    execFileSync("npm", args, { cwd: peers, stdio: "ignore", timeout: 180_000 });
  } catch {
    return false;
  }
  return existsSync(prepack);
}
