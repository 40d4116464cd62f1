import type { Primitive } from "../base/primitive.ts";

/** ToBoolean, 7.1.2 */
export function toBoolean(value: Primitive): boolean {
  return Boolean(value);
}
