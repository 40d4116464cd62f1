/** TypeScript modules as modules that plain Node runs: each .ts file of a folder goes through Babel once. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { transformSync } from "@babel/core";

export function compileTree(from, to) {
  rmSync(to, { recursive: true, force: true });
  for (const name of readdirSync(from, { recursive: true })) {
    if (!name.endsWith(".ts") || name.endsWith(".spec.ts")) continue;
    compileModule(path.join(from, name), path.join(to, name.replace(/\.ts$/, ".js")));
  }
}

export function compileModule(filename, target) {
  const { code } = transformSync(readFileSync(filename, "utf8"), {
    filename,
    configFile: false,
    babelrc: false,
    presets: [["@babel/preset-typescript", { rewriteImportExtensions: true, onlyRemoveTypeImports: true }]],
  });
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, code);
}
