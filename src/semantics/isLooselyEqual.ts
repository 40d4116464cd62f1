import type { Primitive } from "../base/primitive.ts";

/** IsLooselyEqual, 7.2.14, on primitives: no exception is possible */
export function isLooselyEqual(left: Primitive, right: Primitive): boolean {
  return left == right;
}
