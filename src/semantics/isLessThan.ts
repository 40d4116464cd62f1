import type { Primitive } from "../base/primitive.ts";

/** IsLessThan, 7.2.13, on primitives; undefined where a NaN (or a string that is no bigint) is compared */
export function isLessThan(left: Primitive, right: Primitive): boolean | undefined {
  const a = left as number;
  const b = right as number;
  if (a < b) return true;
  return a >= b ? false : undefined;
}
