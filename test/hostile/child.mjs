/**
 * Compiles the modules of a folder with the built plugin, in a process that the parent has given a cap on memory and on
 * processor time, and prints one line of JSON: what came out of each. Whoever gets at this process from a static program changes
 * or reads the canary.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { transformSync } from "@babel/core";
import plugin from "../../dist/index.js";

const [folder, options] = process.argv.slice(2);

process.env.CANARY = "a secret of the host";
globalThis.canary = { touched: 0, secret: "a secret of the host" };
globalThis.touchCanary = () => ++globalThis.canary.touched;
const before = hostState();

const files = {};
for (const name of readdirSync(folder).sort()) {
  if (!/^main.*\.[jt]s$/.test(name)) continue;
  const filename = path.join(folder, name);
  const start = performance.now();
  try {
    const { code, metadata } = transformSync(readFileSync(filename, "utf8"), {
      filename,
      configFile: false,
      babelrc: false,
      compact: false,
      sourceType: "module",
      plugins: [[plugin, { report: "silent", ...JSON.parse(options) }]],
    });
    files[name] = {
      code: code.length > 20_000 ? `(${code.length} characters)` : code,
      size: code.length,
      sites: metadata.specialize?.sites.map(({ name: fn, replaced }) => ({ name: fn, replaced })) ?? [],
      diagnostics: (metadata.specialize?.diagnostics ?? []).map(plain),
    };
  } catch (error) {
    files[name] = {
      thrown: error.diagnostics === undefined ? `${error.name}: ${String(error.message).slice(0, 400)}` : null,
      code: error.code ?? null,
      diagnostics: (error.diagnostics ?? []).map(plain),
    };
  }
  files[name].seconds = (performance.now() - start) / 1000;
}

const result = {
  files,
  touched: globalThis.canary.touched,
  changed: hostState() === before ? null : `${before} -> ${hostState()}`,
  megabytes: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(result)}\n`);

function plain({ code, message, loc, causes }) {
  return { code, message, line: loc?.line ?? null, causes: causes.map((cause) => cause.message) };
}

/** What a program that got out would be likely to change. */
function hostState() {
  return [
    Object.getOwnPropertyNames(globalThis).length,
    ...[Object, Array, Function, RegExp, Error, Map, Promise].flatMap((of) => [
      Reflect.ownKeys(of).length,
      Reflect.ownKeys(of.prototype).length,
      Object.keys(of.prototype).length,
    ]),
    typeof {}.polluted,
    process.exitCode ?? "none",
    process.cwd(),
  ].join();
}
