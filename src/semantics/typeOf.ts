import type { Primitive } from "../base/primitive.ts";

/** The typeof operator, 13.5.3 */
export function typeOf(value: Primitive): string {
  return value === null ? "object" : typeof value;
}
