/**
 * The engine on one file: evaluates the program, specializes what the file's `specialize(...)` calls ask for, and hands
 * back residual functions of the control-flow graph.
 *
 * Needs: a module graph without errors. Promises: for each site a residual function or a reason why there is none.
 */
import type { Declared, FunctionDeclaration } from "../declarations/types.ts";
import type { IrFunction, Origin } from "../ir/types.ts";
import type { ModuleGraph } from "../modules/types.ts";
import { anyFact } from "../semantics/numberFacts.ts";
import { loadIntrinsics } from "../semantics/intrinsics.ts";
import { callFunction } from "../specialize/callFunction.ts";
import { evaluateModules } from "../specialize/evaluateModules.ts";
import type { HeapObject } from "../specialize/heap.ts";
import { Bailout, DEFAULT_LIMITS } from "../specialize/limits.ts";
import type { Limits } from "../specialize/limits.ts";
import type { Code } from "../specialize/program.ts";
import { Program } from "../specialize/program.ts";
import type { Machine } from "../specialize/run.ts";
import { Session } from "../specialize/session.ts";
import type { Knowledge, Site } from "../specialize/session.ts";
import type { SharedArgument } from "../specialize/sharedArgument.ts";
import { specializeBody } from "../specialize/specializeBody.ts";
import type { Body } from "../specialize/specializeBody.ts";
import { step } from "../specialize/step.ts";
import type { DeclaredType, Value } from "../specialize/values.ts";
import { UNDEFINED } from "../specialize/values.ts";
import type { Reference } from "../specialize/world.ts";
import { World, WorldChanged } from "../specialize/world.ts";
import { declaredType } from "./declaredTypes.ts";

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
}
export interface SpecializedFile {
  readonly sites: readonly SpecializedSite[];
  readonly functions: readonly IrFunction[];
  readonly references: ReadonlyMap<string, Reference>;
  readonly bailouts: Session["bailouts"];
}

const MACHINE: Machine = { step, callFunction };

/** Specializes all sites of `file`. */
export function specializeSites(graph: ModuleGraph, file: string, limits: Partial<Limits> = {}, prelude: Knowledge["prelude"] = () => null): SpecializedFile {
  const world = new World(graph, loadIntrinsics());
  const mutable: [number, string][] = [];
  for (let n = 0; n < 200; n++) {
    const session = new Session(new Program(graph), world, { ...DEFAULT_LIMITS, ...limits }, knowledge(graph, prelude), file);
    void mutable;
    try {
      if (n === 0) evaluateModules(session, MACHINE);
      else session.sites.push(...(sitesOf.get(world) ?? []));
      sitesOf.set(world, [...session.sites]);
      return specializeAll(session, graph, file);
    } catch (error) {
      if (!(error instanceof WorldChanged)) throw error;
    }
  }
  throw new Error("the fields that residual code writes do not settle");
}

const sitesOf = new WeakMap<World, Site[]>();

function specializeAll(session: Session, graph: ModuleGraph, file: string): SpecializedFile {
  const sites = session.sites.filter((s) => s.origin.file === file).map((site) => specializeSite(session, graph, site));
  return { sites, functions: session.functions, references: session.references, bailouts: session.bailouts };
}

function specializeSite(session: Session, graph: ModuleGraph, site: Site): SpecializedSite {
  const none = { origin: site.origin, id: null, stats: null, generalized: [] };
  const object = site.fn.kind === "object" ? session.world.get(site.fn.address) : undefined;
  if (object?.code === null || object?.code === undefined || site.fn.kind !== "object")
    return { ...none, name: "", reason: "what is to be specialized is not a function that is known here", reasonOrigin: site.origin };
  const { code } = object.code;
  const name = code.ir.name === "" ? "specialized" : code.ir.name;
  if (code.ir.opaque !== null) return { ...none, name, reason: code.ir.opaque.reason, reasonOrigin: code.ir.opaque.origin ?? null };
  const id = session.reserve();
  try {
    const args = divide(session, graph, site, object, code);
    const body = specializeBody(session, MACHINE, {
      id,
      label: name,
      store: session.world.store(),
      self: site.fn.address,
      code: object.code,
      receiver: { kind: "dynamic", fact: anyFact, declared: null },
      args,
      receiverIsParam: false,
    });
    session.functions[id] = body.fn;
    return { origin: site.origin, name, id, reason: null, reasonOrigin: null, stats: body.stats, generalized: body.decisions.generalized };
  } catch (error) {
    if (!(error instanceof Bailout)) throw error;
    return { ...none, name, reason: error.reason, reasonOrigin: error.origin ?? null };
  }
}

/** The static and dynamic arguments of a site, by name or by position. */
function divide(session: Session, graph: ModuleGraph, site: Site, fn: HeapObject, code: Code): SharedArgument[] {
  void fn;
  const statics = site.statics.kind === "object" ? session.world.get(site.statics.address) : undefined;
  const declaration = declarationOf(graph, code);
  return code.ir.params.map((slot, i): SharedArgument => {
    const name = code.ir.slots[slot]?.name ?? "";
    const value = statics?.kind === "array" ? statics.elements?.[i] : statics?.properties.get(name)?.value;
    if (value !== undefined && value !== null && !isHole(session, value)) return { kind: "static", value };
    const declared = declaration?.params[i]?.declared ?? null;
    const type: DeclaredType | null = declared === null ? null : declaredType(graph, declared as Declared);
    return { kind: "dynamic", fact: type?.fact ?? anyFact, declared: type };
  });
}

function isHole(session: Session, value: Value): boolean {
  return value.kind === "object" && session.world.get(value.address)?.site === "%dynamic%";
}

function declarationOf(graph: ModuleGraph, code: Code): FunctionDeclaration | null {
  const origin = code.ir.origin;
  const declarations = graph.module(code.file)?.declarations;
  if (declarations === undefined) return null;
  const at = origin === undefined ? undefined : declarations.byOrigin.get(`${origin.line}:${origin.column}`);
  return at ?? declarations.byName.get(code.ir.name) ?? null;
}

function knowledge(graph: ModuleGraph, prelude: Knowledge["prelude"]): Knowledge {
  return {
    prelude,
    typeOf: (declared) => declaredType(graph, declared),
    resultType: (code) => {
      const declared = declarationOf(graph, code)?.result;
      return declared === undefined ? null : declaredType(graph, declared);
    },
    builtinType: () => null,
  };
}
export { UNDEFINED };
