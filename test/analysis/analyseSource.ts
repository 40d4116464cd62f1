/** Analyses a program given as source texts and answers questions by the text of an expression. */
import { inferBindingTimes } from "../../src/analysis/inferBindingTimes.ts";
import type {
  AnalysisOptions,
  BindingTime,
  BindingTimes,
  Cause,
  DivisionFact,
  EntryShape,
} from "../../src/analysis/types.ts";
import { DiagnosticSink } from "../../src/diagnostics/sink.ts";
import { memoryHost } from "../../src/host/memoryHost.ts";
import type { IrFunction } from "../../src/ir/types.ts";
import { lowerModule } from "../../src/lower/lowerModule.ts";
import { loadModuleGraph } from "../../src/modules/loadModuleGraph.ts";
import type { ModuleGraph } from "../../src/modules/types.ts";
import { assertCongruent } from "../../src/plan/assertCongruent.ts";

export const S: EntryShape = { kind: "static" };
export const D: EntryShape = { kind: "dynamic", cause: { what: "declared dynamic", origin: null, from: null } };
/** A partially static object that exists at run time. */
export function object(fields: Record<string, EntryShape>): EntryShape {
  return { kind: "object", isArray: false, fields: new Map(Object.entries(fields)), rest: null };
}

export interface Analysed {
  readonly times: BindingTimes;
  /** when the expression is done, in each division that reaches it, in the order of divisions */
  at(text: string): BindingTime[];
  /** binding time of the value of the expression */
  value(text: string): (BindingTime | null)[];
  /** binding time of the result of a function, per division */
  result(name: string): (BindingTime | null)[];
  divisions(name: string): readonly DivisionFact[];
  why(text: string): readonly Cause[];
  /** decision at joins, by name of the place */
  decisions(name: string): string[];
}

export function graphOf(source: string | Record<string, string>): ModuleGraph {
  const files = typeof source === "string" ? { "/main.ts": source } : source;
  const sink = new DiagnosticSink();
  return loadModuleGraph(["/main.ts"], memoryHost(files), sink, { lower: (ast, file) => lowerModule(ast, file) });
}

export function functionNamed(graph: ModuleGraph, name: string): { file: string; func: IrFunction } {
  for (const { file, ir } of graph.modules.values())
    for (const func of ir.functions) if (func.name === name) return { file, func };
  throw new Error(`no function ${name}`);
}

export function analyse(
  source: string | Record<string, string>,
  entry: string,
  params: readonly EntryShape[],
  options: AnalysisOptions = {},
): Analysed {
  const graph = graphOf(source);
  const { file, func } = functionNamed(graph, entry);
  const times = inferBindingTimes(graph, { code: { file, func: func.id }, params, receiver: null }, options);
  const isWeakened = options.sensitivity !== undefined;
  if (!isWeakened) assertCongruent(times);
  const named = (name: string): DivisionFact[] => times.divisions.filter((d) => d.func.name === name);
  const facts = (text: string): { division: DivisionFact; block: number; index: number }[] =>
    findFacts(graph, times, text);
  const one = (text: string): ReturnType<typeof facts> => {
    const found = facts(text);
    if (found.length === 0) throw new Error(`nothing reached at: ${text}`);
    return found;
  };
  return {
    times,
    at: (text) => one(text).map((f) => f.division.blocks[f.block]!.instructions[f.index]!.time),
    value: (text) => one(text).map((f) => f.division.blocks[f.block]!.instructions[f.index]!.result),
    result: (name) => named(name).map((d) => d.result),
    divisions: named,
    why: (text) => {
      const dynamic = one(text).find((f) => f.division.blocks[f.block]!.instructions[f.index]!.cause !== null);
      return dynamic === undefined ? [] : times.why(dynamic.division.id, dynamic.block, dynamic.index);
    },
    decisions: (name) =>
      times.divisions
        .flatMap((d) => [...d.blocks.flatMap((b) => b.varying), ...[...d.varyingAfter.values()].flat()])
        .filter((p) => p.name === name)
        .map((p) => p.decision),
  };
}

function findFacts(
  graph: ModuleGraph,
  times: BindingTimes,
  text: string,
): { division: DivisionFact; block: number; index: number }[] {
  for (const { file, code } of graph.modules.values()) {
    const offset = code.indexOf(text);
    if (offset < 0) continue;
    const lines = code.slice(0, offset).split("\n");
    const start = { line: lines.length, column: lines.at(-1)!.length };
    const textLines = text.split("\n");
    const end = {
      line: start.line + textLines.length - 1,
      column: textLines.length === 1 ? start.column + text.length : textLines.at(-1)!.length,
    };
    const found: { division: DivisionFact; block: number; index: number }[] = [];
    for (const division of times.divisions) {
      if (division.code.file !== file) continue;
      let last: { block: number; index: number } | null = null;
      division.blocks.forEach((block, id) =>
        block.instructions.forEach((_, index) => {
          const origin = division.func.blocks[id]!.instructions[index]!.origin;
          if (
            origin?.line === start.line &&
            origin.column === start.column &&
            origin.endLine === end.line &&
            origin.endColumn === end.column
          )
            last = { block: id, index };
        }),
      );
      if (last !== null) found.push({ division, ...(last as { block: number; index: number }) });
    }
    return found;
  }
  throw new Error(`not in the source: ${text}`);
}
