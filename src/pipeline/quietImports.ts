/**
 * Names that a file imports from modules that it need not import for what their evaluation does: neither they nor those that
 * they import do anything but make objects of their own, and all of them are part of the program.
 */
import type { ModuleGraph } from "../modules/types.ts";

/** What the product itself gives a program at run time does nothing when it is loaded. */
const OWN = ["babel-plugin-specialize", "babel-plugin-specialize/runtime"];

export function quietImports(graph: ModuleGraph, file: string, quiet: ReadonlySet<string>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [local, { module, external }] of graph.module(file)?.imports ?? [])
    if (!external && isQuietThroughout(graph, module, quiet, file)) names.add(local);
  return names;
}

function isQuietThroughout(graph: ModuleGraph, from: string, quiet: ReadonlySet<string>, file: string): boolean {
  // it is evaluated whatever it imports
  const seen = new Set([file, from]);
  const queue = [from];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const module = graph.module(at);
    if (module === null || !quiet.has(at) || module.externals.some((name) => !OWN.includes(name))) return false;
    for (const next of module.dependencies) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return true;
}
