import type { Primitive } from "../base/primitive.ts";

/** SameValue, 7.2.11: NaN is NaN, 0 is not -0 */
export function sameValue(left: Primitive, right: Primitive): boolean {
  return Object.is(left, right);
}
