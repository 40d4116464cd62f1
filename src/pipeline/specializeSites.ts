/**
 * The engine on one file: evaluates the program, specializes what the file's `specialize(...)` calls ask for, and hands
 * back residual functions of the control-flow graph.
 *
 * Needs: a module graph without errors. Promises: for each site a residual function or a reason why there is none.
 */
import { runWithin } from "../base/exhausted.ts";
import type { Declared, DeclaredParam, FunctionDeclaration } from "../declarations/types.ts";
import type { IrFunction, Origin } from "../ir/types.ts";
import type { ModuleGraph } from "../modules/types.ts";
import { anyFact } from "../semantics/numberFacts.ts";
import { loadIntrinsics } from "../semantics/intrinsics.ts";
import { noteAliasedWrites, type ResidualPart } from "../specialize/aliases/noteAliasedWrites.ts";
import { ALL_ASSUMED, type Assumptions } from "../specialize/assumptions.ts";
import { callFunction } from "../specialize/callFunction.ts";
import { bindLive } from "../specialize/bindLive.ts";
import { evaluateCall, evaluateModules } from "../specialize/evaluateModules.ts";
import type { HeapObject } from "../specialize/heap.ts";
import { asBailout, Bailout, DEFAULT_LIMITS } from "../specialize/limits.ts";
import type { Limits } from "../specialize/limits.ts";
import type { Code } from "../specialize/program.ts";
import { Program } from "../specialize/program.ts";
import type { ProgramSource } from "../specialize/program.ts";
import { argumentsMisfit, argumentsTail } from "./entryArguments.ts";
import { restArgument, type RestArgument } from "./restArgument.ts";
import { preludeFunction, preludeModule } from "./loadPrelude.ts";
import type { Machine } from "../specialize/run.ts";
import type { Probe, ReliedOn } from "../specialize/relied.ts";
import { Learned } from "../specialize/learned.ts";
import { Session } from "../specialize/session.ts";
import type { ExternChange, Knowledge, Site } from "../specialize/session.ts";
import type { EntryArgument } from "../specialize/sharedArgument.ts";
import { specializeBody } from "../specialize/specializeBody.ts";
import type { Body } from "../specialize/specializeBody.ts";
import { step } from "../specialize/step.ts";
import { settledSite } from "../specialize/stepSites.ts";
import { LiveObjects } from "../specialize/live.ts";
import type { Address, Cause, DeclaredType } from "../specialize/values.ts";
import type { Reference } from "../specialize/world.ts";
import { World } from "../specialize/world.ts";
import { declaredShapes, type DeclaredShapes } from "./declaredShapes.ts";
import { declaredType } from "./declaredTypes.ts";
import { siteLiterals } from "./siteLiterals.ts";
import { noteSitesThatStay } from "./noteSitesThatStay.ts";
import { staticParts, typeOfParts } from "./staticParts.ts";

export interface SpecializedSite {
  readonly origin: Origin;
  /** name of the generic function */
  readonly name: string;
  /** id among the functions; null: it stays generic, for this reason */
  readonly id: number | null;
  readonly reason: string | null;
  readonly reasonOrigin: Origin | null;
  readonly stats: Body["stats"] | null;
  readonly generalized: readonly { readonly point: string; readonly slot: string; readonly reason: string }[];
  /** what is declared of the residual's parameters; null: a context, whose binder checks */
  readonly types: DeclaredShapes | null;
  /** fields declared S that the function leaves changed */
  readonly broken: readonly BrokenPromise[];
}
export interface BrokenPromise {
  /** from the roots of the context */
  readonly field: string;
  readonly origin: Origin | undefined;
  readonly declaredAt: Origin | null;
  /** what made control dynamic before */
  readonly control: Cause | null;
}
export interface SpecializedFile {
  readonly sites: readonly SpecializedSite[];
  readonly functions: readonly IrFunction[];
  readonly references: ReadonlyMap<string, Reference>;
  readonly bailouts: Session["bailouts"];
  /** what residual code takes for granted of objects of the program that it can name */
  readonly relied: readonly ReliedOn[];
  readonly probes: readonly Probe[];
  /** modules whose evaluation nobody else notices; those that they import may be others */
  readonly quiet: ReadonlySet<string>;
}

const MACHINE: Machine = { step, callFunction };

/** How the engine goes about it; what comes out is the same. */
export interface Manner {
  /** false: after each decision a residual function is begun again, in place of going back as far as needed */
  readonly rewinds: boolean;
}

/** Specializes all sites of `file`. */
export function specializeSites(
  graph: ModuleGraph,
  file: string,
  limits: Partial<Limits> = {},
  assume: Assumptions = ALL_ASSUMED,
  manner: Manner = { rewinds: true },
  /** how steps are taken; tests look on */
  machine: Machine = MACHINE,
  /** residual code looks whether what is assumed holds */
  isChecked = false,
): SpecializedFile {
  const world = new World(graph, loadIntrinsics());
  const program = new Program(withPrelude(graph));
  const learned = new Learned();
  const known = knowledge(graph, program, assume, isChecked);
  const newSession = (): Session =>
    new Session(program, world, { ...DEFAULT_LIMITS, ...limits }, known, file, manner, learned);
  const evaluation = newSession();
  evaluateModules(evaluation, machine);
  const sites = evaluation.sites
    .map((_, n) => settledSite(evaluation, n))
    .filter((s) => s.origin.file === file)
    .map((site) => runWithin(evaluation.limits.time, () => prepare(evaluation, machine, site)));
  const literals = siteLiterals(evaluation, graph, sites);
  const budget = new Budget({ ...DEFAULT_LIMITS, ...limits }.time);
  for (let n = 0; n < MOST_ROUNDS; n++) {
    const session = newSession();
    session.literals = literals;
    const parts: ResidualPart[] = [];
    const done = sites.map((site) =>
      budget.spend(site, (failure) =>
        specializeSite(session, machine, graph, { ...site, failure: site.failure ?? failure }, parts),
      ),
    );
    budget.spendOnAll(sites, () => {
      noteSitesThatStay(session, sites, done);
      noteAliasedWrites(session, parts);
    });
    // one that was given up may come through where more is known to be dynamic
    const mayGain = session.worldMarked && done.some(({ id }) => id === null);
    if (!session.worldChanged && !mayGain && !budget.overdrawn())
      return {
        sites: done,
        functions: session.functions,
        references: session.references,
        bailouts: [...evaluation.bailouts, ...session.bailouts],
        relied: session.relied.list(session.names()),
        probes: [...evaluation.relied.probes().filter(({ kind }) => kind === "none"), ...session.relied.probes()],
        quiet: evaluation.quiet,
      };
  }
  throw new Error("the fields that residual code writes do not settle");
}

/** each round finds at least one more field of the world that is written at run time */
const MOST_ROUNDS = 2000;

/**
 * What each site may take, in all rounds together. A site that takes more, or nests too deeply, is given up, and a round in
 * which that happens counts for nothing: what it left half done must not be seen by the sites behind it.
 */
class Budget {
  private readonly spent = new Map<Site, number>();
  private readonly givenUp = new Map<Site, Bailout>();
  private isOverdrawn = false;

  constructor(private readonly milliseconds: number) {}

  spend(site: PreparedSite, specialize: (failure: Bailout | null) => SpecializedSite): SpecializedSite {
    const failure = this.givenUp.get(site) ?? null;
    const start = performance.now();
    const before = this.spent.get(site) ?? 0;
    try {
      return runWithin(this.milliseconds - before, () => specialize(failure));
    } catch (error) {
      const bailout = asBailout(error);
      if (bailout === null || failure !== null) throw error;
      this.givenUp.set(site, bailout);
      this.isOverdrawn = true;
      return specialize(bailout);
    } finally {
      this.spent.set(site, before + performance.now() - start);
    }
  }

  /** Work on what all sites have become; where that takes too long, or nests too deeply, all of them are given up. */
  spendOnAll(sites: readonly PreparedSite[], act: () => void): void {
    try {
      runWithin(this.milliseconds, act);
    } catch (error) {
      const bailout = asBailout(error);
      const left = sites.filter((site) => !this.givenUp.has(site));
      if (bailout === null || left.length === 0) throw error;
      for (const site of left) this.givenUp.set(site, bailout);
      this.isOverdrawn = true;
    }
  }

  /** Something was given up since this was asked last. */
  overdrawn(): boolean {
    const was = this.isOverdrawn;
    this.isOverdrawn = false;
    return was;
  }
}

/** A site with its static arguments evaluated: an object or array of them, and for a context the roots. */
interface PreparedSite extends Site {
  readonly roots: Address | null;
  readonly failure: Bailout | null;
}

function prepare(session: Session, machine: Machine, site: Site): PreparedSite {
  if (site.setup === null) return { ...site, roots: null, failure: null };
  try {
    const roots = evaluateCall(session, machine, site.setup, []);
    const statics = evaluateCall(session, machine, site.statics, [roots]);
    if (roots.kind !== "object") throw new Bailout("the roots of a context must be an object", site.origin);
    return { ...site, statics, roots: roots.address, failure: null };
  } catch (error) {
    const bailout = asBailout(error);
    if (bailout === null) throw error;
    return { ...site, roots: null, failure: bailout };
  }
}

function specializeSite(
  session: Session,
  machine: Machine,
  graph: ModuleGraph,
  site: PreparedSite,
  parts: ResidualPart[],
): SpecializedSite {
  const none = { origin: site.origin, id: null, stats: null, generalized: [], types: null, broken: [] };
  const object = site.fn.kind === "object" ? session.world.get(site.fn.address) : undefined;
  if (object?.code === null || object?.code === undefined || site.fn.kind !== "object")
    return {
      ...none,
      name: "",
      reason: "what is to be specialized is not a function that is known here",
      reasonOrigin: site.origin,
    };
  const { code } = object.code;
  const name = code.ir.name === "" ? "specialized" : code.ir.name;
  if (site.failure !== null)
    return { ...none, name, reason: site.failure.reason, reasonOrigin: site.failure.origin ?? null };
  const misfit = misfitOf(session, site, code);
  if (misfit !== null) return { ...none, name, reason: misfit, reasonOrigin: site.origin };
  if (code.ir.opaque !== null)
    return { ...none, name, reason: code.ir.opaque.reason, reasonOrigin: code.ir.opaque.origin ?? null };
  const rest = restArgument(session, site, code);
  const id = session.reserve();
  session.live = site.roots === null ? null : liveObjects(session, graph, site.roots);
  const args = [...divide(session, graph, site, object, code), ...staticRest(rest)];
  const tail = code.ir.argumentsSlot === null ? null : argumentsTail(args);
  if (code.ir.argumentsSlot !== null && tail === null)
    return {
      ...none,
      name,
      reason: "what it uses of `arguments` cannot be told from its parameters",
      reasonOrigin: site.origin,
    };
  const { versions, points } = session.sharedFigures;
  try {
    const body = specializeBody(session, machine, {
      id,
      label: name,
      key: `site ${site.origin.line}:${site.origin.column}`,
      store: session.world.store(),
      self: site.fn.address,
      code: object.code,
      receiver: { kind: "dynamic", fact: anyFact, declared: null },
      args,
      keepsRest: rest.kind === "parameter",
      argumentsTail: tail,
      receiverIsParam: false,
    });
    session.functions[id] = body.fn;
    parts.push({ fn: body.fn, captured: body.captured, live: session.live });
    const outer = session.live === null ? id : session.reserve();
    if (session.live !== null)
      session.functions[outer] = bindLive(session, session.live, outer, body.fn, body.captured);
    return {
      origin: site.origin,
      name,
      id: outer,
      reason: null,
      reasonOrigin: null,
      stats: {
        ...body.stats,
        // with those of the shared functions that were made for it
        versions: body.stats.versions + session.sharedFigures.versions - versions,
        points: body.stats.points + session.sharedFigures.points - points,
      },
      generalized: body.decisions.generalized,
      types: session.live === null ? declaredShapes(args.flatMap(declaredTypes)) : null,
      broken: session.live === null ? [] : brokenPromises(graph, session.live),
    };
  } catch (error) {
    if (!(error instanceof Bailout)) throw error;
    return { ...none, name, reason: error.reason, reasonOrigin: error.origin ?? null };
  } finally {
    session.live = null;
  }
}

/** Of a dynamic argument what is declared, in a list. */
function declaredTypes(argument: EntryArgument): readonly (DeclaredType | null)[] {
  return argument.kind === "static" ? [] : [argument.declared];
}

function liveObjects(session: Session, graph: ModuleGraph, roots: Address): LiveObjects {
  const ofClass = (file: string, name: string): Declared | null => {
    const declaration = graph.typeDeclaration({ file, name });
    return declaration === null
      ? null
      : { kind: "undeclared", type: "object", ref: declaration.ref, fields: null, elements: null };
  };
  const field = (declared: Declared, key: string): Declared | null =>
    declared.fields?.get(key) ??
    (declared.ref === null ? null : (graph.typeDeclaration(declared.ref)?.fields.get(key) ?? null));
  const isSpecified = (declared: Declared): boolean =>
    declared.fields !== null || (declared.ref !== null && graph.typeDeclaration(declared.ref)?.specified === true);
  return new LiveObjects(
    session.world,
    { ofClass, field, element: (declared) => declared.elements, isSpecified },
    new Set(session.names().keys()),
    roots,
  );
}

function brokenPromises(graph: ModuleGraph, live: LiveObjects): BrokenPromise[] {
  return [...live.broken.values()].map(({ address, key, origin, control }) => {
    const object = live.get(address);
    const type = object?.declared?.ref == null ? null : graph.typeDeclaration(object.declared.ref);
    const field = [...(object?.path ?? []), key].join(".");
    return { field, origin, control, declaredAt: type?.specifiedAt.get(key) ?? type?.origin ?? null };
  });
}

/** Why the site's arguments cannot be divided; null: they can. */
function misfitOf(session: Session, site: PreparedSite, code: Code): string | null {
  const rest = restArgument(session, site, code);
  if (rest.kind === "misfit") return rest.reason;
  const misfit = argumentsMisfit(session, site, code);
  if (misfit !== null) return misfit;
  const statics = site.statics.kind === "object" ? session.world.get(site.statics.address) : undefined;
  if (statics === undefined) return "the static values of the site are not known";
  const values =
    statics.kind === "array" ? (statics.elements ?? []) : [...statics.properties.values()].map(({ value }) => value);
  if (values.some((value) => value?.kind === "dynamic")) return "a static value of the site is not known at build time";
  return null;
}

function staticRest(rest: RestArgument): EntryArgument[] {
  return rest.kind === "static" ? rest.values.map((value) => ({ kind: "static", value })) : [];
}

/** The static and dynamic arguments of a site, by name or by position. */
function divide(session: Session, graph: ModuleGraph, site: PreparedSite, fn: HeapObject, code: Code): EntryArgument[] {
  void fn;
  const statics = site.statics.kind === "object" ? session.world.get(site.statics.address) : undefined;
  const declaration = declarationOf(graph, code);
  return code.ir.params.map((slot, i): EntryArgument => {
    const name = code.ir.slots[slot]?.name ?? "";
    const value = statics?.kind === "array" ? statics.elements?.[i] : statics?.properties.get(name)?.value;
    const parts = value === undefined || value === null ? null : staticParts(session, value);
    if (value !== undefined && value !== null && parts === null) return { kind: "static", value };
    const declared = declaration?.params[i]?.declared ?? null;
    const type: DeclaredType | null =
      declared === null || declared.kind === "undeclared" ? null : session.knowledge.typeOf(declared as Declared);
    if (parts === null || parts.size === 0 || !session.knowledge.assume.statics)
      return { kind: "dynamic", fact: type?.fact ?? anyFact, declared: type };
    const known = typeOfParts(parts, type);
    return { kind: "dynamic", fact: known.fact, declared: known, parts };
  });
}

function declarationOf(graph: ModuleGraph, code: Code): FunctionDeclaration | null {
  const origin = code.ir.origin;
  const declarations = graph.module(code.file)?.declarations;
  if (declarations === undefined) return null;
  const at = origin === undefined ? undefined : declarations.byOrigin.get(`${origin.line}:${origin.column}`);
  return at ?? declarations.byName.get(code.ir.name) ?? null;
}

/** The program with the prelude's modules beside its own. */
function withPrelude(graph: ModuleGraph): ProgramSource {
  return {
    order: graph.order,
    roots: graph.roots,
    module: (file) => {
      const prelude = preludeModule(file);
      return prelude === null ? graph.module(file) : { ir: prelude, kind: "esm", dependencies: [] };
    },
    resolveBinding: (file, name) =>
      preludeModule(file) === null ? graph.resolveBinding(file, name) : { kind: "local", file, name },
    exportsOf: (file) => graph.exportsOf(file),
    resolveExport: (file, name) => graph.resolveExport(file, name),
    resolveRequire: (file, specifier) => graph.resolveRequire(file, specifier),
  };
}

function knowledge(graph: ModuleGraph, program: Program, assume: Assumptions, isChecked: boolean): Knowledge {
  const typed = assume.types ? declaredTypesOf(graph) : UNTYPED;
  return {
    ...typed,
    assume,
    isChecked,
    prelude: (path) => {
      const found = preludeFunction(path);
      return found === null ? null : { code: program.code(found.file, found.id), receiver: found.receiver };
    },
    externChanges: (code) => {
      const declaration = declarationOf(graph, code);
      if (declaration?.mode !== "extern" || declaration.changes === null) return null;
      return changesOf(declaration.params, declaration.changes);
    },
    isExtern: (code) => declarationOf(graph, code)?.mode === "extern",
    builtinType: (path) =>
      declaredType(graph, { kind: "undeclared", type: path, ref: null, fields: null, elements: null }),
  };
}

/** Paths from parameters, by position; null: one of them begins with no parameter. */
function changesOf(params: readonly DeclaredParam[], paths: readonly string[]): ExternChange[] | null {
  const changes: ExternChange[] = [];
  for (const text of paths) {
    const [head = "", ...path] = text.split(".");
    const param = head === "this" ? head : params.findIndex(({ name }) => name === head);
    if (param === -1) return null;
    changes.push({ param, path });
  }
  return changes;
}

type TypeKnowledge = Pick<Knowledge, "typeOf" | "resultType" | "paramTypes" | "classType">;

const UNTYPED: TypeKnowledge = {
  typeOf: () => null,
  resultType: () => null,
  paramTypes: () => [],
  classType: () => null,
};

function declaredTypesOf(graph: ModuleGraph): TypeKnowledge {
  return {
    typeOf: (declared) => declaredType(graph, declared),
    resultType: (code) => {
      const declared = declarationOf(graph, code)?.result;
      return declared === undefined || declared.kind === "undeclared" ? null : declaredType(graph, declared);
    },
    paramTypes: (code) =>
      (declarationOf(graph, code)?.params ?? []).map(({ declared }) =>
        declared.kind === "undeclared" ? null : declaredType(graph, declared),
      ),
    classType: (file, name) => {
      const declaration = graph.typeDeclaration({ file, name });
      return declaration === null
        ? null
        : declaredType(graph, {
            kind: "undeclared",
            type: "object",
            ref: declaration.ref,
            fields: null,
            elements: null,
          });
    },
  };
}
