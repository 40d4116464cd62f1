import type { Primitive } from "../base/primitive.ts";
import { attempt } from "./attempt.ts";

/**
 * String.prototype.split, 22.1.3.23, by a string (or what becomes one): the parts of the array that it gives. Null: it
 * throws, or is not to be evaluated at build time; no pattern of a regular expression can come in.
 */
export function splitText(receiver: Primitive, separator: Primitive, limit: Primitive): readonly string[] | null {
  let parts: readonly string[] | null = null;
  attempt(() => {
    parts = Reflect.apply(String.prototype.split, receiver, [separator, limit]);
    return undefined;
  });
  return parts !== null && (parts as readonly string[]).length <= MAX_PARTS ? parts : null;
}

const MAX_PARTS = 100_000;
