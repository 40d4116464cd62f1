/**
 * How a file writes the modules that it imports: `./a.ts`, `./a.js` for a.ts, or `./a`; a file of a package by the package's
 * name, where that leads to the same file.
 *
 *   node_modules/one/dist/index.js  =>  one           node_modules/one/lib/part.js  =>  one/lib/part.js
 */
import path from "node:path";
import type { Host, ModuleGraph } from "../modules/types.ts";

export function specifierStyle(graph: ModuleGraph, host: Host, file: string): (from: string, to: string) => string {
  const written = (graph.module(file)?.ast.program.body ?? []).flatMap((statement) =>
    statement.type === "ImportDeclaration" && statement.source.value.startsWith(".") ? statement.source.value : [],
  );
  const plain = written.length > 0 && written.every((specifier) => path.posix.extname(specifier) === "");
  const compiled = written.some(
    (specifier) => /\.[cm]?js$/.test(specifier) && graph.resolveRequire(file, specifier)?.endsWith("ts") === true,
  );
  return (from, to) => {
    const ofPackage = inPackage(to).find((specifier) => host.resolve(specifier, from) === to);
    if (ofPackage !== undefined) return ofPackage;
    const relative = path.relative(path.dirname(from), to).split(path.sep).join("/");
    const specifier = relative.startsWith(".") ? relative : `./${relative}`;
    if (plain) return specifier.replace(/(\/index)?\.[cm]?[jt]sx?$/, "");
    return compiled ? specifier.replace(/\.([cm]?)tsx?$/, ".$1js") : specifier;
  };
}

/** What may stand for a file of a package: its name, its name and the path in it. */
function inPackage(file: string): string[] {
  const [, inside] = /^.*\/node_modules\/(.+)$/.exec(file.split(path.sep).join("/")) ?? [];
  const [name] = /^(@[^/]+\/)?[^/]+/.exec(inside ?? "") ?? [];
  return inside === undefined || name === undefined ? [] : [name, inside];
}
