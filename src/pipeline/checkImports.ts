/** Imports of a file that name what their module, a module of the program, does not export (SP1007). */
import { diagnose } from "../diagnostics/diagnose.ts";
import { didYouMean } from "../diagnostics/didYouMean.ts";
import type { Sink } from "../diagnostics/sink.ts";
import type { ModuleGraph } from "../modules/types.ts";
import { locationOf } from "../syntax/location.ts";

/** Types that are imported without saying so are looked for too. */
export function checkImports(graph: ModuleGraph, file: string, sink: Sink): void {
  const module = graph.module(file);
  if (module === null) return;
  for (const statement of module.ast.program.body) {
    if (statement.type !== "ImportDeclaration") continue;
    for (const one of statement.specifiers) {
      const link = module.imports.get(one.local.name);
      if (link === undefined || link.external || link.name === "*") continue;
      if (graph.resolveExport(link.module, link.name) !== null || graph.exportsType(link.module, link.name)) continue;
      const hint = didYouMean(link.name, graph.exportsOf(link.module));
      sink.report(
        diagnose("SP1007", { what: "export", name: link.name, file: link.module, hint }, locationOf(one, file)),
      );
    }
  }
}
