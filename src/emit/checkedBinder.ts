/**
 * The binder of a context with its check around each call of what it has bound:
 *
 *   checkBinding("main.ts:5:17", function bindF(roots, otherwise) { ... }, () => [["table.k", table, "=", "k", 2]])
 */
import type * as t from "@babel/types";
import { t as build } from "../syntax/babel.ts";
import { reliedRows, type ReliedRows } from "./checkedSite.ts";
import type { Names } from "./names.ts";

const CHECKS = { kind: "external", module: "babel-plugin-specialize/checks", name: "checkBinding" } as const;

export function checkedBinder(expression: t.Expression, place: string, relied: ReliedRows, names: Names): t.Expression {
  return build.callExpression(build.identifier(names.of("checkBinding of", CHECKS)), [
    build.stringLiteral(place),
    expression,
    reliedRows(relied, names),
  ]);
}
