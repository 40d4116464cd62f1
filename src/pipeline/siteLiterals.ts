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
  for (const { origin, statics, setup } of sites) {
    const node = setup === null ? staticsAt(graph, origin) : null;
    if (node !== null)
      for (const [inner, value] of partsOf(session, origin.file, node, statics)) {
        if (staticParts(session, value) === null) collect(session, origin.file, inner, value, found);
      }
  }
  return found;
}

/** the second argument of the call at a place */
function staticsAt(graph: ModuleGraph, { file, line, column }: Origin): t.Node | null {
  let found: t.Node | null = null;
  const ast = graph.module(file)?.ast;
  if (ast === undefined) return null;
  build.traverseFast(ast, (node) => {
    const start = node.loc?.start;
    if (node.type !== "CallExpression" || start?.line !== line || start.column !== column) return;
    if (node.arguments.length === 2) found = node.arguments[1] ?? null;
  });
  return found;
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
