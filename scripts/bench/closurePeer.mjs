/**
 * What Closure Compiler makes of a program in its ADVANCED mode. It is no dependency of the project: the first run installs
 * it into .peers. Gives "closure", or null where it cannot be installed or its code does something else (it renames the
 * properties of inputs).
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { outcomes } from "./outcomes.mjs";

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const peers = path.join(root, ".peers");
const compiler = path.join(peers, "node_modules", "google-closure-compiler-linux", "compiler");
const options = [
  "--compilation_level=ADVANCED",
  "--language_in=ECMASCRIPT_NEXT",
  "--language_out=ECMASCRIPT_2020",
  "--rewrite_polyfills=false",
  "--warning_level=QUIET",
];
let isThere = null;

/** `code` leaves the function in globalThis["compiled"]. */
export async function closurePeer(folder, program, code) {
  isThere ??= install();
  if (!isThere) return null;
  const source = path.join(folder, "closure.in.js");
  const target = path.join(folder, "closure.js");
  writeFileSync(source, code);
  try {
    const made = execFileSync(compiler, [...options, `--js=${source}`], { encoding: "utf8", timeout: 60_000 });
    writeFileSync(target, `${made}\nexport const compiled = globalThis.compiled;\n`);
    const { compiled } = await import(pathToFileURL(target).href);
    return outcomes(program, compiled) === outcomes(program, program.generic) ? "closure" : null;
  } catch {
    return null;
  }
}

function install() {
  if (existsSync(compiler)) return true;
  try {
    mkdirSync(peers, { recursive: true });
    writeFileSync(path.join(peers, "package.json"), '{ "private": true }\n');
    const args = ["install", "--no-audit", "--no-fund", "--no-save", "google-closure-compiler-linux@20240317.0.0"];
    execFileSync("npm", args, { cwd: peers, stdio: "ignore", timeout: 180_000 });
  } catch {
    return false;
  }
  return existsSync(compiler);
}
