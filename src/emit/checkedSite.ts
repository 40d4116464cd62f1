/**
 * A residual with the checks of its assumptions around it:
 *
 *   checkAssumptions("main.ts:5:17", x => x * 2, () => [["table.k", table, "=", "k", 2]], [["number"]])
 *
 * Needs: the residual's expression, what it relied on, the types of its arguments. Promises: the names it uses are given by
 * `names`, so that they are imported; no node is shared.
 */
import type * as t from "@babel/types";
import type { Named, ReliedOn } from "../specialize/relied.ts";
import { t as build } from "../syntax/babel.ts";
import type { Names } from "./names.ts";
import { pathExpression } from "./pathExpression.ts";

const CHECKS = { kind: "external", module: "babel-plugin-specialize/checks", name: "checkAssumptions" } as const;

export function checkedSite(
  expression: t.Expression,
  place: string,
  relied: readonly ReliedOn[],
  types: readonly (readonly string[] | null)[],
  names: Names,
): t.Expression {
  const rows = build.arrayExpression(relied.map((one) => row(one, names)));
  const declared = types.map((one) => build.valueToNode(one));
  return build.callExpression(build.identifier(names.of("checkAssumptions of", CHECKS)), [
    build.stringLiteral(place),
    expression,
    build.arrowFunctionExpression([], rows),
    build.arrayExpression(declared),
  ]);
}

function row({ object, key, expected }: ReliedOn, names: Names): t.Expression {
  const isWhole = expected.kind === "keys" || expected.kind === "entries";
  const name = textOf(object, isWhole ? [] : [key]);
  const about = (kind: string, ...rest: t.Expression[]): t.Expression =>
    build.arrayExpression([build.stringLiteral(name), expressionOf(object, names), build.stringLiteral(kind), ...rest]);
  switch (expected.kind) {
    case "value":
      return about("=", build.stringLiteral(key), build.valueToNode(expected.value));
    case "named":
      return about("=", build.stringLiteral(key), expressionOf(expected.object, names));
    case "absent":
      return about("-", build.stringLiteral(key));
    case "keys":
      return about("keys", build.valueToNode([...expected.keys]));
    case "entries":
      return about("entries", build.valueToNode(expected.entries.map((entry) => [...entry])));
  }
}

function expressionOf({ binding, path }: Named, names: Names): t.Expression {
  return pathExpression(names.of(`$ref:${JSON.stringify(binding)}`, binding), path);
}

function textOf({ binding, path }: Named, last: readonly string[]): string {
  return [binding.kind === "binding" ? binding.name : "an object", ...path, ...last].join(".");
}
