import type { Primitive } from "../base/primitive.ts";
import type { Completion } from "./completion.ts";
import { toStringValue } from "./toStringValue.ts";

/** ToPropertyKey, 7.1.19: a string, as no symbol comes in */
export function toPropertyKey(value: Primitive): Completion {
  return toStringValue(value);
}
