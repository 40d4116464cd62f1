import type { Primitive } from "../base/primitive.ts";

/** SameValueZero, 7.2.12: NaN is NaN, 0 is -0 (Map, Set, includes) */
export function sameValueZero(left: Primitive, right: Primitive): boolean {
  return left === right || Object.is(left, right);
}
