/** How large a value may be to be computed at build time. What is larger stays in the residual as the code that makes it. */

/** code units of a string */
export const MAX_STRING_LENGTH = 1_000_000;
/** bits of a bigint */
export const MAX_BIGINT_BITS = 65_536;

/** Bits of the magnitude of `value`, rounded up to whole hexadecimal digits; counting them is linear. */
export function bitsOf(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}
