/**
 * A promise of the product to itself that was broken: always our bug, never the user's. It is thrown where it is found
 * and caught only at the doors, which report it with the code SP9001.
 */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation";
}

/** Throws an InvariantViolation unless `condition` holds. A message that is dear to build is passed as a function. */
export function invariant(condition: unknown, message: string | (() => string)): asserts condition {
  if (!condition) throw new InvariantViolation(typeof message === "string" ? message : message());
}

/** The value, which the caller knows to be there. */
export function definitely<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new InvariantViolation(`${what} is missing`);
  return value;
}
