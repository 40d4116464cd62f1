/** The sites of a file against the declarations of their functions, as far as the syntax of the sites tells. */
import type * as t from "@babel/types";
import { checkSite, type Supplied } from "../declarations/checkSite.ts";
import type { FunctionDeclaration } from "../declarations/types.ts";
import { packageName } from "../declarations/typeScopes.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Sink } from "../diagnostics/sink.ts";
import type { Origin } from "../ir/types.ts";
import type { BindingTarget, ModuleGraph, ProgramModule } from "../modules/types.ts";
import { t as build } from "../syntax/babel.ts";
import { locationOf } from "../syntax/location.ts";
import { isHole } from "./isHole.ts";
import { withoutTypes } from "../syntax/withoutTypes.ts";
import { printCode } from "../syntax/printModule.ts";

export function checkSites(graph: ModuleGraph, file: string, sites: readonly Origin[], sink: Sink): void {
  const module = graph.module(file);
  if (module === null || sites.length === 0) return;
  const wanted = new Set(sites.map(({ line, column }) => `${line}:${column}`));
  build.traverseFast(module.ast, (node) => {
    if (node.type !== "CallExpression" || !wanted.has(`${node.loc?.start.line}:${node.loc?.start.column}`)) return;
    const [fn, statics] = node.arguments;
    if (node.arguments.length === 3) return; // a context, whose static values come from its roots
    if (fn === undefined || statics === undefined) return misunderstood("there are none", node, file, sink);
    if (fn.type === "SpreadElement" || statics.type === "SpreadElement")
      return misunderstood("they are spread", node, file, sink);
    if (isData(withoutTypes(fn))) {
      sink.report(diagnose("SP1008", { name: printCode(fn) }, locationOf(fn, file)));
      return;
    }
    if (isPrimitive(withoutTypes(statics)))
      return misunderstood("they are neither an object nor an array", statics, file, sink);
    const declaration = functionAt(graph, module, fn);
    if (declaration === null) return;
    const { supplied, complete } = readSupplied(graph, module, statics);
    checkSite(declaration, supplied, complete, locationOf(node, file), sink);
  });
}

function misunderstood(reason: string, node: t.Node, file: string, sink: Sink): void {
  sink.report(diagnose("SP1014", { reason }, locationOf(node, file)));
}

function isPrimitive(node: t.Node): boolean {
  return (
    (build.isLiteral(node) && node.type !== "RegExpLiteral") ||
    build.isFunction(node) ||
    build.isIdentifier(node, { name: "undefined" })
  );
}

/** Written down, and certainly not a function. */
function isData(node: t.Node): boolean {
  return (
    build.isLiteral(node) ||
    build.isObjectExpression(node) ||
    build.isArrayExpression(node) ||
    build.isIdentifier(node, { name: "undefined" })
  );
}

/** The declaration of the function that an expression names. */
export function functionAt(graph: ModuleGraph, module: ProgramModule, fn: t.Node): FunctionDeclaration | null {
  const target = targetOf(graph, module, fn);
  if (target?.kind !== "local") return null;
  return graph.module(target.file)?.declarations.byName.get(target.name) ?? null;
}

/** `f`, or `namespace.f` */
function targetOf(graph: ModuleGraph, module: ProgramModule, fn: t.Node): BindingTarget | null {
  if (fn.type === "Identifier") return graph.resolveBinding(module.file, fn.name);
  if (fn.type !== "MemberExpression" || fn.computed || fn.property.type !== "Identifier") return null;
  const object = targetOf(graph, module, fn.object);
  if (object?.kind === "external" && object.name === "*") return { ...object, name: fn.property.name };
  return object?.kind === "namespace" ? graph.resolveExport(object.file, fn.property.name) : null;
}

/** What the static values of a site supply, as far as their syntax tells. */
export function readSupplied(
  graph: ModuleGraph,
  module: ProgramModule,
  statics: t.Node,
): { supplied: Supplied[]; complete: boolean } {
  const inner = withoutTypes(statics);
  const supplied: Supplied[] = [];
  if (inner.type === "ArrayExpression") {
    let complete = true;
    inner.elements.forEach((element, index) => {
      if (element?.type === "SpreadElement") complete = false;
      if (element === null || !complete) return;
      supplied.push({ key: index, isHole: isHole(graph, module, element), loc: locationOf(element, module.file) });
    });
    return { supplied, complete };
  }
  if (inner.type !== "ObjectExpression") return { supplied, complete: false };
  let complete = true;
  for (const property of inner.properties) {
    const key = property.type === "SpreadElement" || property.computed ? null : nameOf(property.key);
    if (key === null) complete = false;
    else {
      const value = property.type === "ObjectProperty" ? property.value : property;
      supplied.push({ key, isHole: isHole(graph, module, value), loc: locationOf(property, module.file) });
    }
  }
  return { supplied, complete };
}

function nameOf(key: t.Node): string | null {
  if (key.type === "Identifier") return key.name;
  return key.type === "StringLiteral" ? key.value : null;
}

/** The calls of `specialize` and `context` in a file, in the order of the text. */
export function findSiteCalls(graph: ModuleGraph, file: string): t.CallExpression[] {
  const module = graph.module(file);
  const calls: t.CallExpression[] = [];
  if (module === null) return calls;
  build.traverseFast(module.ast, (node) => {
    if (node.type !== "CallExpression") return;
    const target = targetOf(graph, module, node.callee);
    const isOwn = target?.kind === "external" && target.module === packageName;
    if (isOwn && (target.name === "specialize" || target.name === "context")) calls.push(node);
  });
  return calls;
}
