/** The stack as modules that plain Node runs: each .ts file of fixtures/tcpip goes through Babel once. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { transformSync } from "@babel/core";
import { pathsOf } from "./paths.mjs";

export function compileStack(out) {
  const { stack, modules } = pathsOf(out);
  rmSync(modules, { recursive: true, force: true });
  for (const name of readdirSync(stack, { recursive: true })) {
    if (!name.endsWith(".ts") || name.endsWith(".spec.ts")) continue;
    const { code } = transformSync(readFileSync(path.join(stack, name), "utf8"), {
      filename: path.join(stack, name),
      configFile: false,
      babelrc: false,
      presets: [["@babel/preset-typescript", { rewriteImportExtensions: true, onlyRemoveTypeImports: true }]],
    });
    const target = path.join(modules, name.replace(/\.ts$/, ".js"));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, code);
  }
}
