/**
 * The binder of a context with its check around each call of what it has bound:
 *
 *   checkBinding("main.ts:5:17", function bindF(roots, otherwise) { ... })
 */
import type * as t from "@babel/types";
import { t as build } from "../syntax/babel.ts";
import type { Names } from "./names.ts";

const CHECKS = { kind: "external", module: "babel-plugin-specialize/checks", name: "checkBinding" } as const;

export function checkedBinder(expression: t.Expression, place: string, names: Names): t.Expression {
  return build.callExpression(build.identifier(names.of("checkBinding of", CHECKS)), [
    build.stringLiteral(place),
    expression,
  ]);
}
