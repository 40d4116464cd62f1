/** The name of the function of the program that code comes from, by where it stands; null: it has none. */
import type * as t from "@babel/types";
import type { Location } from "../diagnostics/types.ts";
import type { Origin } from "../ir/types.ts";
import type { ModuleGraph } from "../modules/types.ts";
import { t as build } from "../syntax/babel.ts";
import { locationOf } from "../syntax/location.ts";

export function functionAt(graph: ModuleGraph, code: t.Node): string | null {
  let place: Location | null = null;
  build.traverseFast(code, (node) => {
    place ??= locationOf(node);
  });
  return place === null ? null : nameAt(graph, place);
}

function nameAt(graph: ModuleGraph, place: Location): string | null {
  let found: { readonly name: string; readonly origin: Origin } | null = null;
  for (const { name, origin } of graph.module(place.file)?.ir.functions ?? [])
    if (origin !== undefined && contains(origin, place) && (found === null || contains(found.origin, origin)))
      found = { name, origin };
  return found === null || found.name === "" ? null : found.name;
}

function contains(outer: Location, inner: Location): boolean {
  const startsBefore = outer.line < inner.line || (outer.line === inner.line && outer.column <= inner.column);
  const endsBehind =
    outer.endLine > inner.endLine || (outer.endLine === inner.endLine && outer.endColumn >= inner.endColumn);
  return startsBefore && endsBehind;
}
