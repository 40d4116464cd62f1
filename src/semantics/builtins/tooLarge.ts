/**
 * What keeps a call of a pure built-in from being evaluated at build time: a result that is too large, or that is not the
 * same on every machine. Null: nothing does.
 */
import type { Primitive } from "../../base/primitive.ts";
import { bitsOf, MAX_BIGINT_BITS, MAX_STRING_LENGTH } from "../limits.ts";

export function tooLarge(path: string, receiver: Primitive, args: readonly Primitive[]): string | null {
  if ([receiver, ...args].some((value) => typeof value === "bigint" && bitsOf(value) > MAX_BIGINT_BITS))
    return "a very large bigint";
  switch (path) {
    case "String.prototype.repeat":
      return tooLong(sizeOf(receiver) * Math.max(numberOf(args[0]), 0));
    case "String.prototype.padStart":
    case "String.prototype.padEnd":
      return tooLong(numberOf(args[0]));
    case "String.prototype.concat":
      return tooLong([receiver, ...args].reduce((sum: number, value) => sum + sizeOf(value), 0));
    case "String.prototype.replace":
    case "String.prototype.replaceAll":
      return tooLong(replacedSize(path, receiver, args));
    case "String.prototype.normalize":
    case "String.prototype.toLowerCase":
    case "String.prototype.toUpperCase":
      return ofThisUnicode(String(receiver));
    case "BigInt.asIntN":
    case "BigInt.asUintN":
      return numberOf(args[0]) > MAX_BIGINT_BITS ? "a very large bigint" : null;
    case "BigInt":
      return typeof args[0] === "string" && args[0].length * 4 > MAX_BIGINT_BITS ? "a very large bigint" : null;
    default:
      return null;
  }
}

function tooLong(length: number): string | null {
  return length > MAX_STRING_LENGTH ? "a very long string" : null;
}

function sizeOf(value: Primitive): number {
  return typeof value === "string" ? value.length : String(value).length;
}

/** The number that ToNumber would give; 0 where it throws or gives NaN, for then there is no large result. */
function numberOf(value: Primitive): number {
  return typeof value === "bigint" ? 0 : Number(value) || 0;
}

/** An upper bound: every match is replaced, and `$&` and the like stand for the whole string. */
function replacedSize(path: string, receiver: Primitive, args: readonly Primitive[]): number {
  const [length, pattern, replacement] = [sizeOf(receiver), sizeOf(args[0]), sizeOf(args[1])];
  const matches = path.endsWith("All") ? Math.floor(length / Math.max(pattern, 1)) + 1 : 1;
  const inserted = String(args[1]).includes("$") ? replacement * Math.max(length, 1) : replacement;
  return length + matches * inserted;
}

/** Characters that this engine does not know yet may have a case or a decomposition in another one. */
function ofThisUnicode(text: string): string | null {
  return /\p{Unassigned}/u.test(text) ? "characters that this version of Unicode does not know" : null;
}
