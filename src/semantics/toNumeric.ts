import type { Primitive } from "../base/primitive.ts";
import type { Completion } from "./completion.ts";
import { returning } from "./completion.ts";
import { toNumber } from "./toNumber.ts";

/** ToNumeric, 7.1.3: a number or a bigint */
export function toNumeric(value: Primitive): Completion {
  return typeof value === "bigint" ? returning(value) : toNumber(value);
}
