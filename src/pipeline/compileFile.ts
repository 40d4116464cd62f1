/**
 * One file through the stages: graph, checks, specialization, emission. The stages are handed in, so that each door and
 * test has the same order with the stages it wants.
 *
 * Promises: diagnostics instead of exceptions for whatever is wrong with the input; with an error nothing is replaced. A
 * site that the engine did not come by, or came by more than once, stays as it is and says so.
 */
import path from "node:path";
import type * as t from "@babel/types";
import { reasonOfExhaustion, runWithin } from "../base/exhausted.ts";
import { diagnose, diagnoseException } from "../diagnostics/diagnose.ts";
import { DiagnosticSink, type Sink } from "../diagnostics/sink.ts";
import type { CauseNote } from "../diagnostics/types.ts";
import { checkedBinder } from "../emit/checkedBinder.ts";
import { checkedSite } from "../emit/checkedSite.ts";
import { emitFile, type Emitted, type Restructure } from "../emit/emitFile.ts";
import { Names } from "../emit/names.ts";
import { shareCode } from "../emit/shareCode.ts";
import { collectNames } from "../syntax/freshNames.ts";
import { overlayHost } from "../host/overlayHost.ts";
import type { Origin } from "../ir/types.ts";
import { loadModuleGraph, type LowerModule } from "../modules/loadModuleGraph.ts";
import type { ModuleGraph } from "../modules/types.ts";
import type { Assumptions } from "../specialize/assumptions.ts";
import type { Limits } from "../specialize/limits.ts";
import { nestsTooDeeply } from "../syntax/nestsTooDeeply.ts";
import { functionAt } from "./functionAt.ts";
import { checkImports } from "./checkImports.ts";
import type { SpecializeOptions } from "./checkOptions.ts";
import { checkSites } from "./checkSites.ts";
import type { CompiledFile, CompiledSite, CompileRequest } from "./compileTypes.ts";
import { quietImports } from "./quietImports.ts";
import { specifierStyle } from "./specifierStyle.ts";
import type { BrokenPromise, SpecializedFile, SpecializedSite } from "./specializeSites.ts";

export interface Stages {
  readonly lower: LowerModule;
  specialize(graph: ModuleGraph, file: string, options: SpecializeOptions): SpecializedFile;
  readonly restructure: Restructure;
}

/** Thrown by the restructure stage for a function that has no structured form; its site stays as it is. */
export class StaysGeneric extends Error {}

export function compileFile(request: CompileRequest, stages: Stages): CompiledFile {
  const { file, code, options } = request;
  const sink = new DiagnosticSink();
  const host = overlayHost(request.host, new Map([[file, code]]));
  let graph: ModuleGraph | null = null;
  const finish = (parts: Partial<CompiledFile> = {}): CompiledFile => ({
    sites: request.sites.map((origin) => ({ origin, name: "", expression: null, stats: null })),
    declarations: [],
    imports: [],
    quietImports: new Set(),
    ...parts,
    diagnostics: sink.sorted(),
    dependencies: (graph?.files ?? []).filter((one) => one !== file),
    sources: new Map([...(graph?.modules ?? [])].map(([name, module]) => [name, module.code])),
  });
  try {
    graph = loadModuleGraph([file], host, sink, {
      lower: stages.lower,
      declarationFiles: request.declarationFiles,
      externals: options.externals,
    });
    checkImports(graph, file, sink);
    checkSites(graph, file, request.sites, sink);
    if (sink.hasErrors || graph.module(file) === null) return finish();
    return finish(specializeAndEmit(request, stages, graph, sink));
  } catch (error) {
    const reason = reasonOfExhaustion(error);
    const at = request.sites[0] ?? null;
    sink.report(
      reason === null ? diagnoseException(error, at) : diagnose("SP2002", { function: "this file", reason }, at),
    );
    return finish();
  }
}

function specializeAndEmit(
  request: CompileRequest,
  stages: Stages,
  graph: ModuleGraph,
  sink: DiagnosticSink,
): Partial<CompiledFile> {
  const { file, options } = request;
  const specialized = stages.specialize(graph, file, options);
  const reached = new Map<string, SpecializedSite[]>();
  for (const site of specialized.sites) {
    const place = placeOf(site.origin);
    reached.set(place, [...(reached.get(place) ?? []), site]);
  }
  const chosen = request.sites.map((origin) =>
    choose(origin, reached.get(placeOf(origin)) ?? [], options.limits, sink),
  );
  for (const { reason, origin, label } of specialized.bailouts) {
    sink.report(diagnose("SP2002", { function: label, reason }, origin ?? null));
  }
  if (sink.hasErrors) return {};
  const wanted = chosen.flatMap((site) =>
    site?.id == null ? [] : { origin: site.origin, id: site.id, name: site.name },
  );
  const contexts = new Set(specialized.sites.flatMap(({ types, origin }) => (types === null ? [placeOf(origin)] : [])));
  const emit = (sites: typeof wanted): Emitted => {
    const names = new Names(graph, file, specifierStyle(graph, request.host, file));
    const emitted = runWithin(options.limits.time, () => {
      const written = emitFile(file, { ...specialized, sites }, names, stages.restructure);
      return shareCode(
        written,
        names.fresh,
        (site) => contexts.has(placeOf(site)),
        (code) => functionAt(graph, code),
      );
    });
    if (!options.assume.builtins) refuseReflect(emitted);
    refuseDepth(emitted);
    return options.checkAssumptions ? withChecks(emitted, specialized, names, options.assume) : emitted;
  };
  const emitted = emitWhatCan(wanted, emit, sink);
  const expressions = new Map(emitted.sites.map((site) => [placeOf(site.origin), site.expression]));
  const sites = request.sites.map((origin, index): CompiledSite => {
    const site = chosen[index];
    const expression: t.Expression | null = expressions.get(placeOf(origin)) ?? null;
    return { origin, name: site?.name ?? "", expression, stats: site?.stats ?? null };
  });
  const { declarations, imports } = emitted;
  const { builtins, statics } = options.assume;
  // what evaluation does was seen when this was built
  const quiet = builtins && statics ? quietImports(graph, file, specialized.quiet) : new Set<string>();
  return { sites, declarations, imports, quietImports: quiet };
}

/** What is read apart from its receiver is called by Reflect.apply, which then has to be the original one. */
function refuseReflect({ sites, declarations }: Emitted): void {
  const written = [...sites.map(({ expression }) => expression), ...declarations];
  if (written.some((node) => collectNames(node).has("Reflect")))
    throw new StaysGeneric("it takes Reflect to write the residual down, and that may not be the original one");
}

/** Residuals that look whether what they assume holds; those of a context ask their binder again. */
function withChecks(emitted: Emitted, specialized: SpecializedFile, names: Names, assume: Assumptions): Emitted {
  const { relied, probes } = specialized;
  const sites = emitted.sites.map((site) => {
    const types = specialized.sites.find(({ origin }) => placeOf(origin) === placeOf(site.origin))?.types ?? null;
    const { file, line, column } = site.origin;
    const place = `${path.basename(file)}:${line}:${column + 1}`;
    const { host } = assume;
    const expression =
      types === null
        ? checkedBinder(site.expression, place, { relied, probes, host }, names)
        : checkedSite(site.expression, place, { relied, probes, host, ...types }, names);
    return { ...site, expression };
  });
  return { ...emitted, sites };
}

/** What is nested too deeply for Babel would take the rest of the file with it. */
function refuseDepth({ sites, declarations }: Emitted): void {
  if ([...sites.map(({ expression }) => expression), ...declarations].some(nestsTooDeeply))
    throw new StaysGeneric("its residual would nest too deeply for Babel");
}

/** All sites in one go; where that is refused, without those that are refused by themselves. */
function emitWhatCan<Site extends { readonly origin: Origin; readonly name: string }>(
  sites: readonly Site[],
  emit: (sites: Site[]) => Emitted,
  sink: DiagnosticSink,
): Emitted {
  try {
    return emit([...sites]);
  } catch {
    // one of them, or a bug of ours: found out below, one by one
  }
  const possible = sites.filter((site) => {
    try {
      emit([site]);
      return true;
    } catch (error) {
      const reason = error instanceof StaysGeneric ? error.message : reasonOfExhaustion(error);
      const because = reason === null ? null : diagnose("SP2002", { function: site.name, reason }, site.origin);
      sink.report(because ?? diagnoseException(error, site.origin));
      return false;
    }
  });
  return emit(possible);
}

/** The engine's answer for a site, of those that it found at that place; null, and said why, when there is none. */
function choose(
  origin: Origin,
  found: readonly SpecializedSite[],
  limits: Limits,
  sink: DiagnosticSink,
): SpecializedSite | null {
  const [site] = found;
  const stay = (name: string, reason: string, at: Origin | null): null => {
    const causes = at === null ? [] : [{ message: reason, loc: at }];
    sink.report(diagnose("SP2002", { function: name === "" ? "this call" : name, reason }, origin, causes));
    return null;
  };
  if (site === undefined) return stay("", "it is not reached when the module is evaluated", null);
  if (found.length > 1) return stay(site.name, "the call is reached more than once", null);
  for (const promise of site.broken) reportBroken(promise, site.name, origin, sink);
  for (const { slot, point } of site.generalized) {
    const cause = { message: `generalized at ${point}`, loc: null };
    sink.report(diagnose("SP2005", { variable: slot, limit: limits.versions }, origin, [cause]));
  }
  return site.id === null ? stay(site.name, site.reason ?? "it cannot be specialized", site.reasonOrigin) : site;
}

/** A field that is declared S is left changed: where it is written, and what decides that. */
function reportBroken(promise: BrokenPromise, name: string, site: Origin, sink: Sink): void {
  const causes: CauseNote[] = [];
  for (let cause = promise.control; cause !== null; cause = cause.from ?? null)
    causes.push({
      message: causes.length === 0 ? `what decides the control is dynamic: ${cause.what}` : cause.what,
      loc: cause.origin ?? null,
    });
  const field = promise.field.slice(promise.field.lastIndexOf(".") + 1);
  causes.push({ message: `\`${field}\` is declared S here`, loc: promise.declaredAt });
  const values = { field: promise.field, function: name, name: field };
  sink.report(diagnose("SP1005", values, promise.origin ?? site, causes));
}

function placeOf({ file, line, column }: Origin): string {
  return `${file}:${line}:${column}`;
}
