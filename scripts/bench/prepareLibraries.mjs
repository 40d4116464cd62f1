/**
 * The packages of fixtures/libraries that are timed, those with a `bench.mjs`: as rows like those of the programs, with
 * `kind: "library"`. A row's folder in `out` holds the fixture as it is (`main.js`), its residual (`residual.js`) and, where
 * there is one, what somebody wrote by hand (`hand.js`).
 */
import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { transformSync } from "@babel/core";
import { minifiedBytes } from "./preparePrograms.mjs";

export async function prepareLibraries(plugin, fixtures, out, { only, progress }) {
  const rows = [];
  for (const name of readdirSync(fixtures)) {
    const source = path.join(fixtures, name);
    if (!existsSync(path.join(source, "bench.mjs")) || (only !== undefined && !only.includes(name))) continue;
    progress(`${name}: specializing`);
    rows.push(await prepare(plugin, source, path.join(out, "libraries", name), name));
  }
  return rows;
}

async function prepare(plugin, source, folder, name) {
  cpSync(source, folder, { recursive: true });
  const load = async (file) => import(pathToFileURL(path.join(source, file)).href);
  const { peer, wanted, why } = await load("bench.mjs");
  const options = existsSync(path.join(source, "options.mjs")) ? (await load("options.mjs")).default : {};
  specialize(plugin, path.join(source, "main.js"), options);
  const warm = specialize(plugin, path.join(source, "main.js"), options);
  writeFileSync(path.join(folder, "residual.js"), warm.code);
  const bytesOf = async (file) => minifiedBytes(folder, `export * from "./${file}";`);
  return {
    kind: "library",
    name,
    from: readFileSync(path.join(source, "main.js"), "utf8").split("\n")[1],
    replaced: warm.replaced,
    reason: warm.reason,
    specializeMs: warm.milliseconds,
    versions: warm.versions,
    sizes: {
      generic: await bytesOf("main.js"),
      residual: warm.replaced ? await bytesOf("residual.js") : null,
      hand: existsSync(path.join(source, "hand.js")) ? await bytesOf("hand.js") : null,
    },
    peers: peer === undefined ? [] : [peer.name],
    wanted,
    why,
  };
}

function specialize(plugin, filename, options) {
  const started = performance.now();
  const { code, metadata } = transformSync(readFileSync(filename, "utf8"), {
    filename,
    cwd: path.dirname(filename),
    configFile: false,
    babelrc: false,
    plugins: [[plugin, { report: "silent", ...options }]],
  });
  const milliseconds = performance.now() - started;
  const { sites, diagnostics } = metadata.specialize;
  const replaced = sites.length > 0 && sites.every((site) => site.replaced);
  const versions = sites.reduce((sum, site) => sum + (site.stats?.versions ?? 0), 0);
  const reason = replaced ? null : diagnostics.map((one) => `${one.code} ${one.message}`).join("; ");
  return { code, milliseconds, replaced, reason, versions };
}
