/**
 * Runs a native operation on primitives. The engine that compiles is one of those that the residual will run on, and on
 * primitives its operations are the specification's, down to the text of its messages; no user code can run in them.
 */
import type { Primitive } from "../base/primitive.ts";
import type { Completion, ErrorName } from "./completion.ts";
import { returning, throwing, unknown } from "./completion.ts";

const ERRORS: ReadonlySet<string> = new Set<ErrorName>([
  "TypeError",
  "RangeError",
  "SyntaxError",
  "ReferenceError",
  "URIError",
]);

/** The completion of `operation`; results that are no primitives are unknown. */
export function attempt(operation: () => unknown): Completion {
  let result: unknown;
  try {
    result = operation();
  } catch (error) {
    return completionOfError(error);
  }
  return isPrimitive(result) ? returning(result) : unknown("the result is an object or a symbol");
}

/** True for the values that can be known at build time without an identity. */
export function isPrimitive(value: unknown): value is Primitive {
  return value === null || (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol");
}

function completionOfError(error: unknown): Completion {
  // By name: the error may be of another realm than this module.
  const { name, message } = error as { readonly name?: unknown; readonly message?: unknown };
  if (typeof name !== "string" || typeof message !== "string" || !ERRORS.has(name))
    return unknown("an unusual exception");
  // A limit of this engine (length of strings, size of bigints, stack) says nothing of another one.
  if (name === "RangeError" && /^(Invalid string length|Maximum )/.test(message)) return unknown(message);
  return throwing(name as ErrorName, message);
}
