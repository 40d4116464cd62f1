/**
 * Well-known packages from outside, in two halves. `round-trip`: all functions of their sources are lowered to the control-flow graph
 * and written back with nothing static. `literals`: the literals of their functions become static arguments of sites
 * (outside/staticLiterals.mjs), and these are specialized; that objects do not change is not assumed, for these packages
 * promise nothing of the sort. Their own suites are run on the original and on what comes out. They are fetched by npm into
 * .outside/ and are no part of the project. Arguments are names of packages, none: all; `--half NAME` runs one half only.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { transformSync } from "@babel/core";
import plugin from "../dist/index.js";
import { packages, tools } from "./outside/packages.mjs";
import { asScript, staticLiterals } from "./outside/staticLiterals.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(path.dirname(here), ".outside");
const installed = path.join(root, "node_modules");

install();
linkPackage();
const halves = { "round-trip": roundTrip, literals: specializeLiterals };
const { values, positionals: wanted } = parseArgs({ allowPositionals: true, options: { half: { type: "string" } } });
const chosen = values.half === undefined ? Object.keys(halves) : [values.half];
const unknown = wanted.filter((name) => !packages.some((one) => one.name === name));
if (unknown.length > 0) throw new Error(`no such package in the list: ${unknown.join(", ")}`);
if (chosen.some((half) => !Object.hasOwn(halves, half)))
  throw new Error(`the halves are ${Object.keys(halves).join(" and ")}`);
process.exitCode = 0;
for (const half of chosen) {
  const results = packages
    .filter(({ name }) => wanted.length === 0 || wanted.includes(name))
    .map((one) => check(one, half));
  const bad = results.filter(({ isSame }) => !isSame);
  const sum = (key) => results.reduce((total, one) => total + one[key], 0);
  const sites = half === "literals" ? `; ${sum("replaced")} of ${sum("sites")} sites specialized` : "";
  process.stdout.write(
    `\n${half}: ${results.length - bad.length} of ${results.length} packages do what they did${sites}\n\n`,
  );
  if (bad.length > 0) process.exitCode = 1;
}

function install() {
  const versions = Object.fromEntries(packages.map(({ name, version }) => [name, version]));
  const wish = `${JSON.stringify({ private: true, dependencies: { ...versions, ...tools } }, null, 2)}\n`;
  const file = path.join(root, "package.json");
  if (existsSync(installed) && existsSync(file) && readFileSync(file, "utf8") === wish) return;
  mkdirSync(root, { recursive: true });
  writeFileSync(file, wish);
  const { status } = spawnSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) {
    rmSync(file);
    throw new Error("the packages could not be fetched");
  }
}

function check(entry, half) {
  const { name, version, what, suite } = entry;
  const original = copy(name, "original");
  const made = copy(name, half);
  const { files, functions, sites = 0, replaced = 0, kept, failed } = halves[half](made, entry.sources);
  const before = ask(entry, original);
  const after = ask(entry, made);
  const isSame = failed.length === 0 && before.count > 0 && before.count === after.count && before.text === after.text;
  const how = suite === null ? `${after.count} answers` : `${after.count} of ${before.count} tests of its suite`;
  const done =
    half === "literals"
      ? `${functions} functions, ${replaced} of ${sites} sites`
      : `${functions - kept.length} of ${functions} functions`;
  process.stdout.write(`${isSame ? "ok  " : "BAD "} ${name}@${version} (${what}): ${how}; ${files} files, ${done}\n`);
  for (const reason of new Set(kept))
    process.stdout.write(`       stays: ${reason} (${kept.filter((one) => one === reason).length})\n`);
  for (const one of failed) process.stdout.write(`       ${one}\n`);
  if (!isSame) process.stdout.write(`${difference(before.text, after.text, half)}\n`);
  return { name, isSame, sites, replaced };
}

/** What stays generic asks for the package as users do. */
function linkPackage() {
  const at = path.join(installed, "babel-plugin-specialize");
  if (!existsSync(at)) symlinkSync(path.dirname(here), at, "dir");
}

function copy(name, variant) {
  const to = path.join(root, variant, name);
  rmSync(to, { recursive: true, force: true });
  cpSync(path.join(installed, name), to, { recursive: true });
  return to;
}

function sourcesIn(at) {
  if (!statSync(at).isDirectory()) return [at];
  return readdirSync(at)
    .flatMap((name) => sourcesIn(path.join(at, name)))
    .filter((file) => /\.[cm]?js$/.test(file));
}

function roundTrip(folder, sources) {
  const found = { files: 0, functions: 0, kept: [], failed: [] };
  for (const filename of sources.flatMap((source) => sourcesIn(path.join(folder, source)))) {
    let functions = 0;
    const count = { visitor: { Function: (at) => void (at.getFunctionParent() === null && functions++) } };
    try {
      const text = readFileSync(filename, "utf8");
      const given = { filename, configFile: false, babelrc: false, compact: false, sourceType: "unambiguous" };
      transformSync(text, { ...given, code: false, plugins: [() => count] });
      const { code, metadata } = transformSync(text, {
        ...given,
        plugins: [[plugin, { roundTrip: true, report: "silent" }]],
      });
      writeFileSync(filename, `${code}\n`);
      found.kept.push(
        ...metadata.specialize.diagnostics.map(({ message }) => message.replace(/^`.*?` stays generic: /, "")),
      );
    } catch (error) {
      found.failed.push(`${path.relative(folder, filename)}: ${String(error.message).slice(0, 300)}`);
    }
    found.files++;
    found.functions += functions;
  }
  return found;
}

/** All files have their sites before the first is specialized: it looks into the others. */
function specializeLiterals(folder, sources) {
  const found = { files: 0, functions: 0, sites: 0, replaced: 0, kept: [], failed: [] };
  const made = [];
  for (const filename of sources.flatMap((source) => sourcesIn(path.join(folder, source)))) {
    found.files++;
    const one = staticLiterals(readFileSync(filename, "utf8"), filename);
    if (one === null) {
      found.kept.push("a file that is no strict code");
      continue;
    }
    found.functions += one.functions;
    found.sites += one.sites;
    if (one.sites > 0) made.push({ filename, ...one });
  }
  for (const { filename, code } of made) writeFileSync(filename, code);
  const written = made.map(({ filename, code, isModule }) => {
    try {
      const options = { report: "silent", assume: { statics: false }, limits: { time: 5000 } };
      const given = { filename, configFile: false, babelrc: false, compact: false, sourceType: "module" };
      const done = transformSync(code, { ...given, plugins: [[plugin, options]] });
      const { sites, diagnostics } = done.metadata.specialize;
      found.replaced += sites.filter(({ replaced }) => replaced).length;
      found.kept.push(...diagnostics.map(({ message }) => message.replace(/`.*?`/g, "_")));
      return isModule ? done.code : asScript(done.code);
    } catch (error) {
      found.failed.push(`${path.relative(folder, filename)}: ${String(error.message).slice(0, 300)}`);
      return code;
    }
  });
  for (const [n, { filename }] of made.entries()) writeFileSync(filename, `${written[n]}\n`);
  return found;
}

/** How many tests pass, and all that the suite or the questions print, without what differs from run to run. */
function ask({ name, suite }, folder) {
  const [kind, ...args] = suite ?? ["drive"];
  const bin = (tool) => path.join(installed, ".bin", tool);
  const expanded = args.flatMap((arg) => (arg.includes("*") ? matching(folder, arg) : [arg]));
  const command = {
    drive: [process.execPath, path.join(here, "outside/drive.mjs"), name, folder, installed],
    exports: [process.execPath, path.join(here, "outside/runExports.mjs"), ...expanded],
    mocha: [bin("mocha"), "--reporter", "tap", ...expanded],
    tape: [bin("tape"), ...expanded],
  }[kind];
  const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), {
    cwd: folder,
    encoding: "utf8",
    timeout: 300_000,
    maxBuffer: 1e9,
    env: { ...process.env, TZ: "UTC" },
  });
  const text = stdout.replaceAll(folder, "").replace(/\(\d+ms\)|\d+ms/g, "");
  if (kind === "drive") {
    const count = status === 0 ? text.split("\n").length - 1 : 0;
    return { count, text: status === 0 ? text : stderr.slice(0, 2000) };
  }
  const passed =
    kind === "mocha" || kind === "tape"
      ? text.split("\n").filter((line) => /^\s*ok /.test(line)).length
      : Number(/# pass (\d+)/.exec(text)?.[1] ?? 0);
  // Assertions may be printed with addresses and times of the run; what failed is what is compared.
  const failures = text
    .split("\n")
    .filter((line) => /^\s*not ok/.test(line))
    .join("\n");
  return { count: passed, text: passed === 0 ? `${failures}\n${stderr.slice(0, 2000)}` : failures };
}

function matching(folder, pattern) {
  const [, at, ending] = /^(.*)\/\*(.*)$/.exec(pattern);
  return readdirSync(path.join(folder, at))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => path.join(at, name));
}

function difference(before, after, half) {
  const [a, b] = [before.split("\n"), after.split("\n")];
  const at = a.findIndex((line, n) => line !== b[n]);
  const around = (line = "", other = "") => {
    let from = 0;
    while (from < line.length && line[from] === other[from]) from++;
    return line.slice(Math.max(0, from - 80), from + 300);
  };
  if (at < 0) return "";
  return `       original:   ${around(a[at], b[at])}\n       ${half}: ${around(b[at], a[at])}`;
}
