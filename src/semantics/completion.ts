/**
 * What an operation on known values gives: a value, an exception, or the answer that this is not to be computed at build
 * time (it would be too large, or it is not the same on every machine). Unknown is always a right answer: the operation
 * then stays in the residual.
 */
import type { Primitive } from "../base/primitive.ts";

export type ErrorName = "TypeError" | "RangeError" | "SyntaxError" | "ReferenceError" | "URIError";

export type Completion =
  | { readonly kind: "value"; readonly value: Primitive }
  | { readonly kind: "throw"; readonly error: ErrorName; readonly message: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** A normal completion. */
export function returning(value: Primitive): Completion {
  return { kind: "value", value };
}

/** An abrupt completion. */
export function throwing(error: ErrorName, message: string): Completion {
  return { kind: "throw", error, message };
}

/** No answer at build time. */
export function unknown(reason: string): Completion {
  return { kind: "unknown", reason };
}

/** The value on, an exception or unknown back as it is. */
export function andThen(completion: Completion, next: (value: Primitive) => Completion): Completion {
  return completion.kind === "value" ? next(completion.value) : completion;
}
