/**
 * Objects and arrays that are written down in the static values of a site, literal inside literal. The site evaluates them
 * once and hands them to nobody but the residual, which may therefore have them as constants of its module.
 *
 * Needs: the site's syntax and its evaluated static values. Promises: no variable and no other object leads to what is
 * listed, except the literal around it; so these are trees. What a spread, a call or a variable puts there is not listed,
 * nor is anything of a value with holes, which the caller passes.
 *
 * Example: of `specialize(f, { rule: { if: [1, x] }, all })` the literal behind `rule` and the array in it.
 */
import type * as t from "@babel/types";
import type { Origin } from "../ir/types.ts";
import type { ModuleGraph } from "../modules/types.ts";
import type { Session, Site } from "../specialize/session.ts";
import type { Address, Value } from "../specialize/values.ts";
import { t as build } from "../syntax/babel.ts";
import { withoutTypes } from "../syntax/withoutTypes.ts";
import { staticParts } from "./staticParts.ts";

export function siteLiterals(session: Session, graph: ModuleGraph, sites: readonly Site[]): ReadonlySet<Address> {
  const found = new Set<Address>();
  const plain = sites.filter(({ setup }) => setup === null);
  const nodes = staticsAt(
    graph,
    plain.map(({ origin }) => origin),
  );
  for (const { origin, statics } of plain) {
    const node = nodes.get(placeOf(origin));
    if (node !== undefined)
      for (const [inner, value] of partsOf(session, origin.file, node, statics)) {
        if (staticParts(session, value) === null) collect(session, origin.file, inner, value, found);
      }
  }
  return found;
}

/** The second arguments of the calls at these places; each file is gone through once, however many they are. */
function staticsAt(graph: ModuleGraph, origins: readonly Origin[]): ReadonlyMap<string, t.Node> {
  const places = new Set(origins.map(placeOf));
  const found = new Map<string, t.Node>();
  for (const file of new Set(origins.map((origin) => origin.file))) {
    const ast = graph.module(file)?.ast;
    if (ast === undefined) continue;
    build.traverseFast(ast, (node) => {
      if (node.type !== "CallExpression" || node.arguments.length !== 2 || !node.loc) return;
      const place = placeOf({ file, line: node.loc.start.line, column: node.loc.start.column });
      if (places.has(place)) found.set(place, node.arguments[1]!);
    });
  }
  return found;
}

function placeOf({ file, line, column }: Pick<Origin, "file" | "line" | "column">): string {
  return `${file}:${line}:${column}`;
}

function collect(session: Session, file: string, node: t.Node, value: Value, found: Set<Address>): void {
  if (value.kind !== "object" || !isMadeBy(session, file, node, value.address)) return;
  found.add(value.address);
  for (const [inner, part] of partsOf(session, file, node, value)) collect(session, file, inner, part, found);
}

/** The object is the one that this literal has made. */
function isMadeBy(session: Session, file: string, node: t.Node, address: Address): boolean {
  const literal = withoutTypes(node);
  const { line, column } = literal.loc?.start ?? {};
  const at = `at ${line}:${column} of ${session.program.code(file, 0).key}`;
  const site = session.world.get(address)?.site;
  if (literal.type === "ObjectExpression") return site === `object ${at}`;
  return literal.type === "ArrayExpression" && site === `array ${at}`;
}

/** Of a literal the nodes in it, each with its value. */
function partsOf(session: Session, file: string, node: t.Node, value: Value): [t.Node, Value][] {
  if (value.kind !== "object" || !isMadeBy(session, file, node, value.address)) return [];
  const object = session.world.get(value.address);
  const literal = withoutTypes(node);
  const parts: [t.Node, Value | null | undefined][] = [];
  if (literal.type === "ArrayExpression" && !literal.elements.some((inner) => inner?.type === "SpreadElement"))
    literal.elements.forEach((inner, i) => {
      if (inner !== null) parts.push([inner, object?.elements?.[i]]);
    });
  if (literal.type === "ObjectExpression")
    for (const property of literal.properties) {
      if (property.type !== "ObjectProperty") continue;
      const key = keyOf(property.key, property.computed);
      if (key !== null) parts.push([property.value, object?.properties.get(key)?.value]);
    }
  return parts.flatMap(([inner, part]): [t.Node, Value][] =>
    part === null || part === undefined ? [] : [[inner, part]],
  );
}

function keyOf(key: t.Node, computed: boolean): string | null {
  if (key.type === "Identifier") return computed ? null : key.name;
  return key.type === "StringLiteral" || key.type === "NumericLiteral" ? String(key.value) : null;
}
