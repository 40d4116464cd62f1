/**
 * Purpose: everything lowering wants to know about names: what each identifier refers to, which variables closures
 * capture, and whether those live in slots, in cells or at module scope.
 * Needs: a parsed file. Promises: every identifier that is an expression or target is in `bindings`; each binding has its
 * storage. Near-linear.
 * Algorithm: (1) `walkScopes`; (2) names to bindings by climbing the scopes; (3) functions that refer to themselves do so
 * through their own slot; (4) free variables per function; (5) function declarations are created in an order in which
 * each finds the ones it uses; (6) `planStorage`.
 */
import type { t } from "../syntax/babel.ts";
import { planStorage } from "./planStorage.ts";
import {
  ownerOfThis,
  type Binding,
  type FunctionInfo,
  type Reference,
  type Scope,
  type ScopeAnalysis,
} from "./scopes.ts";
import { walkScopes, type WalkedScopes } from "./walkScopes.ts";

export function analyzeScopes(ast: t.File): ScopeAnalysis {
  const walked = walkScopes(ast);
  const bindings = new Map<t.Node, Binding | null>();
  const references = new Map<t.Node, Reference>();
  const assigned = new Set<Binding>();
  for (const reference of walked.references) {
    const binding = resolve(reference);
    bindings.set(reference.node, binding);
    references.set(reference.node, reference);
    if (binding !== null && reference.write && !reference.init) assigned.add(binding);
    if (binding === null && reference.write && !reference.func.strict)
      reference.func.opaque ??= { reason: "sloppy code assigns what is declared nowhere", node: reference.node };
  }
  noteSloppyFunctions(walked, bindings);
  noteArguments(walked, assigned);
  noteThis(walked);
  const selves = selfBindings(walked, assigned);
  for (const reference of walked.references) {
    let binding = bindings.get(reference.node) ?? null;
    if (binding === null) continue;
    const self = selves.get(binding);
    if (self !== undefined && isWithin(reference.func, self.func)) {
      binding = self;
      bindings.set(reference.node, self);
    }
    binding.references.push(reference);
    if (binding.scope.kind === "module" || binding.scope.kind === "enum") continue;
    for (let f: FunctionInfo | null = reference.func; f !== null && f !== binding.func; f = f.parent)
      f.free.add(binding);
  }
  orderFunctions(walked);
  planStorage([...walked.allBindings, ...selves.values()]);
  return {
    module: walked.module,
    moduleInfo: walked.moduleInfo,
    scopes: walked.scopes,
    functions: walked.functions,
    spans: walked.spans,
    bindings,
    references,
  };
}

function resolve(reference: Reference): Binding | null {
  for (let scope: Scope | null = reference.scope; scope !== null; scope = scope.parent) {
    const binding = scope.bindings.get(reference.name);
    if (binding !== undefined) return binding;
  }
  return null;
}

function isWithin(func: FunctionInfo, outer: FunctionInfo): boolean {
  for (let f: FunctionInfo | null = func; f !== null; f = f.parent) if (f === outer) return true;
  return false;
}

/** Local function declarations that are never assigned: inside, the name is the function itself. */
function selfBindings(walked: WalkedScopes, assigned: ReadonlySet<Binding>): Map<Binding, Binding> {
  const selves = new Map<Binding, Binding>();
  for (const scope of walked.scopes.values()) {
    if (scope.kind === "module") continue;
    for (const { binding, info } of scope.hoisted) {
      if (binding.kind !== "function" || assigned.has(binding) || info.opaque !== null) continue;
      selves.set(binding, { ...binding, kind: "self", func: info, references: [], writes: [], initEnd: scope.start });
    }
  }
  return selves;
}

/** Sloppy code: a function in a block also assigns a variable of its function when control reaches it (annex B.3.3). */
function noteSloppyFunctions(walked: WalkedScopes, bindings: ReadonlyMap<t.Node, Binding | null>): void {
  if (walked.sloppyBlockFunctions.length === 0) return;
  const byName = new Map<string, { readonly binding: Binding; readonly func: FunctionInfo }[]>();
  for (const entry of walked.sloppyBlockFunctions) {
    const list = byName.get(entry.binding.name);
    if (list === undefined) byName.set(entry.binding.name, [entry]);
    else list.push(entry);
  }
  for (const reference of walked.references) {
    for (const { binding, func } of byName.get(reference.name) ?? []) {
      const found = bindings.get(reference.node) ?? null;
      if (found === binding || !isWithin(reference.func, func)) continue;
      if (found === null || isAncestor(found.scope, binding.scope))
        func.opaque ??= { reason: "a function declared in a block of sloppy code", node: reference.node };
    }
  }
}

function isAncestor(scope: Scope, of: Scope): boolean {
  for (let s: Scope | null = of.parent; s !== null; s = s.parent) if (s === scope) return true;
  return false;
}

/** Sloppy `arguments` follows assignments to the parameters and the other way round. */
function noteArguments(walked: WalkedScopes, assigned: ReadonlySet<Binding>): void {
  for (const scope of walked.scopes.values()) {
    const { func } = scope;
    if (scope.kind !== "params" || !func.usesArguments || func.strict || !func.simple || func.node === null) continue;
    for (const binding of scope.bindings.values()) {
      const isParam =
        binding.kind === "param" || scope.hoisted.some((h) => h.binding === binding && binding.node !== h.node.id);
      if (
        isParam &&
        (func.argumentsEscape || assigned.has(binding) || scope.hoisted.some((h) => h.binding === binding))
      )
        func.opaque ??= { reason: "arguments of sloppy code whose parameters are assigned", node: func.node };
    }
  }
}

/** An arrow that stays as it is written finds the `this` of the function around it only where that stays too. */
function noteThis(walked: WalkedScopes): void {
  for (const info of walked.functions.values()) {
    if (!info.isArrow || !info.usesThis || info.opaque === null) continue;
    const owner = ownerOfThis(info);
    if (owner.node !== null && !owner.strict) owner.opaque ??= info.opaque;
  }
}

/** Creates each function after the functions it captures where there is such an order. */
function orderFunctions(walked: WalkedScopes): void {
  for (const scope of new Set([walked.module, ...walked.scopes.values()])) {
    const { hoisted } = scope;
    if (scope.kind !== "module" && hoisted.length > 1) {
      const byBinding = new Map(hoisted.map((h) => [h.binding, h]));
      const ordered = new Set<(typeof hoisted)[number]>();
      const entered = new Set<Binding>();
      const visit = (entry: (typeof hoisted)[number]): void => {
        if (entered.has(entry.binding)) return;
        entered.add(entry.binding);
        for (const free of entry.info.free) {
          const needed = byBinding.get(free);
          if (needed !== undefined) visit(needed);
        }
        ordered.add(entry);
      };
      hoisted.forEach(visit);
      scope.hoisted = [...ordered];
    }
    scope.hoisted.forEach(({ binding, info }, i) => {
      const step = 1 / (2 * scope.hoisted.length + 2);
      info.creation = scope.start + (2 * i + 1) * step;
      if (binding.kind === "function") binding.initEnd = scope.start + (2 * i + 2) * step;
      else binding.writes.push(scope.start + (2 * i + 2) * step);
    });
  }
}
