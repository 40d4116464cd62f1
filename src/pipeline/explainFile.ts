/** The binding-time view of a file: every division that its sites or declarations ask for, as annotated source. */
import { inferBindingTimes } from "../analysis/inferBindingTimes.ts";
import { diagnose, diagnoseException } from "../diagnostics/diagnose.ts";
import { didYouMean } from "../diagnostics/didYouMean.ts";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import type { Diagnostic } from "../diagnostics/types.ts";
import { annotateSource, type AnnotatedSpan } from "../explain/annotateSource.ts";
import type { Origin } from "../ir/types.ts";
import { lowerModule } from "../lower/lowerModule.ts";
import { loadModuleGraph } from "../modules/loadModuleGraph.ts";
import type { Host, ModuleGraph } from "../modules/types.ts";
import type { SpecializeOptions } from "./checkOptions.ts";
import { divisionOfDeclaration, divisionsOfSites, type NamedDivision } from "./entryDivisions.ts";

export interface ExplainRequest {
  readonly file: string;
  /** name of a function of the file; null: everything that its sites ask for */
  readonly functionName: string | null;
  readonly host: Host;
  readonly options: SpecializeOptions;
  readonly declarationFiles: readonly string[];
}

export interface ExplainedDivision {
  readonly name: string;
  readonly site: Origin | null;
  readonly params: readonly { readonly name: string; readonly time: string }[];
  /** by file */
  readonly spans: ReadonlyMap<string, readonly AnnotatedSpan[]>;
}

export interface ExplainedFile {
  readonly divisions: readonly ExplainedDivision[];
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
}

export function explainFile({ file, functionName, host, options, declarationFiles }: ExplainRequest): ExplainedFile {
  const sink = new DiagnosticSink();
  const graph = loadModuleGraph([file], host, sink, {
    lower: lowerModule,
    declarationFiles,
    externals: options.externals,
  });
  const divisions: ExplainedDivision[] = [];
  try {
    for (const named of chooseDivisions(graph, file, functionName, sink)) divisions.push(explain(graph, named));
  } catch (error) {
    sink.report(diagnoseException(error));
  }
  const sources = new Map([...graph.modules].map(([name, module]) => [name, module.code]));
  return { divisions, diagnostics: sink.sorted(), sources };
}

function chooseDivisions(
  graph: ModuleGraph,
  file: string,
  functionName: string | null,
  sink: DiagnosticSink,
): NamedDivision[] {
  const declarations = graph.module(file)?.declarations;
  if (declarations === undefined) return [];
  if (functionName === null) {
    const sites = divisionsOfSites(graph, file);
    if (sites.length > 0) return sites;
    return declarations.functions.flatMap((declaration) => divisionOfDeclaration(graph, declaration) ?? []);
  }
  const declaration = declarations.byName.get(functionName);
  if (declaration === undefined) {
    const hint = didYouMean(functionName, [...declarations.byName.keys()]);
    sink.report(diagnose("SP1007", { what: "function", name: functionName, file, hint }, null));
    return [];
  }
  const sites = divisionsOfSites(graph, file).filter(({ name }) => name === functionName);
  const own = divisionOfDeclaration(graph, declaration);
  return sites.length > 0 ? sites : own === null ? [] : [own];
}

function explain(graph: ModuleGraph, { name, site, entry }: NamedDivision): ExplainedDivision {
  const times = inferBindingTimes(graph, entry);
  const fact = times.divisions.find(({ id }) => id === times.entry);
  const params = (fact?.params ?? []).map((time, index) => {
    const slot = fact?.func.params[index];
    return { name: (slot === undefined ? undefined : fact?.func.slots[slot]?.name) ?? String(index), time };
  });
  return { name, site, params, spans: annotateSource(times) };
}
