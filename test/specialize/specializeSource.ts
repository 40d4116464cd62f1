/** Programs as texts through the engine, for tests: module graph in memory, sites of the first file. */
import { DiagnosticSink } from "../../src/diagnostics/sink.ts";
import { memoryHost } from "../../src/host/memoryHost.ts";
import { lowerModule } from "../../src/lower/lowerModule.ts";
import { loadModuleGraph } from "../../src/modules/loadModuleGraph.ts";
import type { SpecializedFile } from "../../src/pipeline/specializeSites.ts";
import { specializeSites } from "../../src/pipeline/specializeSites.ts";

/** Specializes the sites of `main` in a program of the given files (`/main.ts` when only a text is given). */
export function specializeSource(files: string | Readonly<Record<string, string>>, main = "/main.ts"): SpecializedFile {
  const texts = typeof files === "string" ? { [main]: files } : files;
  const sink = new DiagnosticSink();
  const graph = loadModuleGraph([main], memoryHost(texts), sink, { lower: lowerModule });
  return specializeSites(graph, main);
}
