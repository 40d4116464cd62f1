/** `base.key["other key"][0]` */
import type * as t from "@babel/types";
import { t as build } from "../syntax/babel.ts";

export function pathExpression(base: string, path: readonly string[]): t.Expression {
  let expression: t.Expression = build.identifier(base);
  for (const key of path) {
    const plain = build.isValidIdentifier(key, false);
    const index = /^(0|[1-9]\d*)$/.test(key);
    const property = plain
      ? build.identifier(key)
      : index
        ? build.numericLiteral(Number(key))
        : build.stringLiteral(key);
    expression = build.memberExpression(expression, property, !plain);
  }
  return expression;
}
