import type { Primitive } from "../base/primitive.ts";

/** IsStrictlyEqual, 7.2.15: NaN differs from itself, 0 equals -0 */
export function isStrictlyEqual(left: Primitive, right: Primitive): boolean {
  return left === right;
}
