/**
 * The programs of fixtures/programs as modules for plain Node, with their residuals and what other tools make of the
 * generic code. Gives `{ name, from, replaced, reason, sizes, specializeMs, versions, peers }` for each.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { transformSync } from "@babel/core";
import { build } from "esbuild";
import { minify } from "terser";
import { closurePeer } from "./closurePeer.mjs";
import { prepackPeer } from "./prepackPeer.mjs";
import { compileModule, compileTree } from "../compileTree.mjs";

export async function preparePrograms(plugin, fixtures, out, { only, progress }) {
  const programs = path.join(out, "programs");
  compileTree(fixtures, programs);
  // what two runs let be seen is compared as the tests compare it
  const observe = path.join("test", "random", "observe.ts");
  compileModule(path.join(fixtures, "..", "..", observe), path.join(out, "observe.js"));
  const rows = [];
  for (const entry of readdirSync(fixtures, { withFileTypes: true })) {
    if (!entry.isDirectory() || (only !== undefined && !only.includes(entry.name))) continue;
    progress(`${entry.name}: specializing`);
    rows.push(await prepare(plugin, fixtures, programs, entry.name));
  }
  return rows;
}

async function prepare(plugin, fixtures, programs, name) {
  const folder = path.join(programs, name);
  const { program } = await import(pathToFileURL(path.join(folder, "program.js")).href);
  const row = {
    kind: "classic",
    name,
    from: program.from,
    reason: null,
    replaced: false,
    specializeMs: null,
    versions: null,
  };
  const sizes = { generic: await bytesOf(folder, "site.js"), residual: null, hand: await bytesOf(folder, "hand.js") };
  specialize(plugin, path.join(fixtures, name, "site.ts"));
  const warm = specialize(plugin, path.join(fixtures, name, "site.ts"));
  Object.assign(row, { specializeMs: warm.milliseconds, replaced: warm.replaced, reason: warm.reason });
  if (warm.replaced) {
    writeFileSync(path.join(folder, "residual.js"), warm.code);
    sizes.residual = await bytesOf(folder, "residual.js");
    row.versions = warm.versions;
  }
  const global = `import { program } from "./program.js"; globalThis["compiled"] = program.generic;`;
  const script = await bundle(folder, global, "iife");
  const made = {
    terser: await terserOf(folder),
    closure: await closurePeer(folder, program, script),
    prepack: await prepackPeer(folder, program, script),
  };
  const names = Object.keys(made);
  return { ...row, sizes, peers: names.filter((peer) => made[peer]), failed: names.filter((peer) => !made[peer]) };
}

function specialize(plugin, filename) {
  const started = performance.now();
  const { code, metadata } = transformSync(readFileSync(filename, "utf8"), {
    filename,
    cwd: path.dirname(filename),
    configFile: false,
    babelrc: false,
    plugins: [[plugin, { report: "silent" }]],
    presets: [["@babel/preset-typescript", { rewriteImportExtensions: true, onlyRemoveTypeImports: true }]],
  });
  const milliseconds = performance.now() - started;
  const { sites, diagnostics } = metadata.specialize;
  const replaced = sites.length > 0 && sites.every((site) => site.replaced);
  const versions = sites.reduce((sum, { stats }) => sum + (stats?.versions ?? 0), 0);
  const reason = replaced ? null : diagnostics.map((one) => `${one.code} ${one.message}`).join("; ");
  // What the plugin imports is named as in the source.
  const text = code.replace(/^(import [^\n]*?["']\.[^\n"']*)\.ts(["'];)$/gm, "$1.js$2");
  return { code: text, milliseconds, replaced, reason, versions };
}

async function bytesOf(folder, file) {
  return minifiedBytes(folder, `export { compiled } from "./${file}";`);
}

/** All that a module needs, as one, minified. */
export async function minifiedBytes(folder, contents) {
  const { code } = await minify(await bundle(folder, contents), terserOptions);
  return Buffer.byteLength(code);
}

async function bundle(folder, contents, format = "esm") {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder, loader: "js" },
    bundle: true,
    write: false,
    format,
    platform: "node",
    target: "esnext",
    logLevel: "silent",
    external: ["babel-plugin-specialize"],
  });
  return outputFiles[0].text;
}

const terserOptions = { module: true, compress: { passes: 3, unsafe: true }, ecma: 2022 };

/** What Terser makes of the generic code with the same static input. */
async function terserOf(folder) {
  const entry = `import { program } from "./program.js"; export const compiled = program.generic;`;
  const { code } = await minify(await bundle(folder, entry), terserOptions);
  writeFileSync(path.join(folder, "terser.js"), code);
  return "terser";
}
