import type * as t from "@babel/types";
import { t as build } from "./babel.ts";

/** An expression without `as`, `satisfies` and `!` around it. */
export function withoutTypes(node: t.Node): t.Node {
  const isWrapped =
    build.isTSAsExpression(node) || build.isTSSatisfiesExpression(node) || build.isTSNonNullExpression(node);
  return isWrapped ? withoutTypes(node.expression) : node;
}
