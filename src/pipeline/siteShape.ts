/**
 * What a site supplies for a parameter, as a shape for the analysis: literals field by field, objects of modules by the
 * bindings that lead to them, holes as dynamic. What is neither is static through and through.
 *
 * Example: of `{ type: 2, peer: { mode: 1, sent: dynamic() }, table }` the field `sent` of `peer` is dynamic, and `table`
 * is what the module has made of it.
 */
import type * as t from "@babel/types";
import type { EntryShape } from "../analysis/types.ts";
import type { ModuleGraph, ProgramModule } from "../modules/types.ts";
import { t as build } from "../syntax/babel.ts";
import { locationOf } from "../syntax/location.ts";
import { withoutTypes } from "../syntax/withoutTypes.ts";
import { isHole } from "./isHole.ts";

export function siteShape(graph: ModuleGraph, module: ProgramModule, given: t.Node): EntryShape {
  return shapeOf(graph, module, given, !hasHole(graph, module, given));
}

/** `isShared`: there is no hole anywhere, so that the literals are made once, for all calls. */
function shapeOf(graph: ModuleGraph, module: ProgramModule, given: t.Node, isShared: boolean): EntryShape {
  const node = withoutTypes(given);
  if (build.isNumericLiteral(node) || build.isStringLiteral(node) || build.isBooleanLiteral(node))
    return { kind: "constant", value: node.value };
  if (build.isNullLiteral(node)) return { kind: "constant", value: null };
  if (build.isIdentifier(node)) return bindingShape(graph, module, node.name);
  const literal = build.isArrayExpression(node)
    ? arrayShape(graph, module, node, isShared)
    : build.isObjectExpression(node)
      ? objectShape(graph, module, node, isShared)
      : null;
  if (literal !== null) return literal;
  if (!hasHole(graph, module, node)) return { kind: "static" };
  return { kind: "dynamic", cause: { what: "a hole at the site", origin: locationOf(node, module.file), from: null } };
}

function hasHole(graph: ModuleGraph, module: ProgramModule, node: t.Node): boolean {
  let found = false;
  build.traverseFast(node, (inner) => {
    found ||= isHole(graph, module, inner);
  });
  return found;
}

function bindingShape(graph: ModuleGraph, module: ProgramModule, name: string): EntryShape {
  const target = graph.resolveBinding(module.file, name);
  return target?.kind === "local" ? { kind: "binding", file: target.file, name: target.name } : { kind: "static" };
}

function arrayShape(
  graph: ModuleGraph,
  module: ProgramModule,
  node: t.ArrayExpression,
  isShared: boolean,
): EntryShape | null {
  const fields = new Map<string, EntryShape>([["%length", { kind: "constant", value: node.elements.length }]]);
  for (const [i, element] of node.elements.entries()) {
    if (element === null || element.type === "SpreadElement") return null;
    fields.set(String(i), shapeOf(graph, module, element, isShared));
  }
  return { kind: "object", isArray: true, fields, rest: null, isShared };
}

function objectShape(
  graph: ModuleGraph,
  module: ProgramModule,
  node: t.ObjectExpression,
  isShared: boolean,
): EntryShape | null {
  const fields = new Map<string, EntryShape>();
  for (const property of node.properties) {
    if (property.type !== "ObjectProperty" || property.computed) return null;
    const { key } = property;
    const name = key.type === "Identifier" ? key.name : key.type === "StringLiteral" ? key.value : null;
    if (name === null || name === "__proto__") return null;
    fields.set(name, shapeOf(graph, module, property.value, isShared));
  }
  return { kind: "object", isArray: false, fields, rest: null, isShared };
}
