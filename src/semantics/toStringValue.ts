import type { Primitive } from "../base/primitive.ts";
import type { Completion } from "./completion.ts";
import { returning, unknown } from "./completion.ts";
import { bitsOf, MAX_BIGINT_BITS } from "./limits.ts";

/** ToString, 7.1.17 */
export function toStringValue(value: Primitive): Completion {
  if (typeof value === "bigint" && bitsOf(value) > MAX_BIGINT_BITS) return unknown("the digits of a very large bigint");
  return returning(String(value));
}
