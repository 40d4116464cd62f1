import type { Primitive } from "../base/primitive.ts";
import { attempt } from "./attempt.ts";
import type { Completion } from "./completion.ts";

/** ToNumber, 7.1.4: throws on bigints */
export function toNumber(value: Primitive): Completion {
  return attempt(() => +(value as number));
}
