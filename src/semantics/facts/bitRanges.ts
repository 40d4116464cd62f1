/** Ranges of the bitwise operators on numbers (Number::bitwiseAND and the like, 6.1.6.1.17 to 6.1.6.1.20, and the shifts). */
import type { IntRange, TypeFact } from "./typeFact.ts";
import { INT32, UINT32 } from "./typeFact.ts";

/** ToInt32 of the number part: the range itself where it lies within int32, else all of int32. */
export function int32Range({ int }: TypeFact): IntRange {
  return int !== undefined && int.min >= INT32.min && int.max <= INT32.max ? int : INT32;
}

/** ToUint32 of the number part. */
export function uint32Range({ int }: TypeFact): IntRange {
  return int !== undefined && int.min >= 0 && int.max <= UINT32.max ? int : UINT32;
}

/** The least number of bits, sign apart, that hold every value of the range. */
function bits({ min, max }: IntRange): number {
  return Math.max(32 - Math.clz32(max < 0 ? ~max : max), 32 - Math.clz32(min < 0 ? ~min : min));
}

/** The range of `a operator b`, for int32 ranges. */
export function bitwiseRange(operator: "&" | "|" | "^", a: IntRange, b: IntRange): IntRange {
  const width = Math.max(bits(a), bits(b));
  const top = 2 ** width - 1;
  const bothNatural = a.min >= 0 && b.min >= 0;
  if (operator === "&") {
    // a natural operand clears the sign and every bit above its own
    if (bothNatural) return { min: 0, max: Math.min(a.max, b.max) };
    if (a.min >= 0) return { min: 0, max: a.max };
    if (b.min >= 0) return { min: 0, max: b.max };
    return { min: -(2 ** width), max: top };
  }
  if (bothNatural) return { min: operator === "|" ? Math.max(a.min, b.min) : 0, max: top };
  if (operator === "|" && (a.max < 0 || b.max < 0)) return { min: -(2 ** width), max: -1 };
  return { min: -(2 ** width), max: top };
}

/** The range of a shift of `a` (int32 for << and >>, uint32 for >>>) by `b` (as uint32). */
export function shiftRange(operator: "<<" | ">>" | ">>>", a: IntRange, b: IntRange): IntRange {
  // only the low five bits count, so a range of counts is of use only below 32
  const [low, high] = b.max <= 31 ? [b.min, b.max] : [0, 31];
  if (operator === "<<") {
    const min = Math.min(a.min * 2 ** low, a.min * 2 ** high);
    const max = Math.max(a.max * 2 ** low, a.max * 2 ** high);
    return min >= INT32.min && max <= INT32.max ? { min, max } : INT32;
  }
  if (operator === ">>>") return { min: Math.floor(a.min / 2 ** high), max: Math.floor(a.max / 2 ** low) };
  return { min: a.min >> (a.min < 0 ? low : high), max: a.max >> (a.max < 0 ? high : low) };
}
