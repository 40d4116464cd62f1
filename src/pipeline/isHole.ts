/** `dynamic()`, whatever it is called in the module: a place in static values for what the caller passes. */
import type * as t from "@babel/types";
import type { ModuleGraph, ProgramModule } from "../modules/types.ts";
import { t as build } from "../syntax/babel.ts";
import { withoutTypes } from "../syntax/withoutTypes.ts";

export function isHole(graph: ModuleGraph, module: ProgramModule, node: t.Node): boolean {
  const inner = withoutTypes(node);
  if (inner.type !== "CallExpression") return false;
  const { callee } = inner;
  if (callee.type === "Identifier") {
    const target = graph.resolveBinding(module.file, callee.name);
    return target?.kind === "external" && target.name === "dynamic";
  }
  return callee.type === "MemberExpression" && build.isIdentifier(callee.property, { name: "dynamic" });
}
