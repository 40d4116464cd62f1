/**
 * Names of methods that built-ins and the language call by themselves: conversions, iterators, await, and what regular
 * expressions are asked for (`text.replace(expression, …)` calls `expression.exec`).
 *
 * Needs: keys as the heap has them. Promises: all that the standard calls by name on an object it is given, but for what
 * subclasses of collections override and traps of proxies.
 */
const BY_NAME = ["valueOf", "toString", "toJSON", "toISOString", "join", "next", "return", "throw", "then", "exec"];
const BY_SYMBOL = ["asyncIterator", "hasInstance", "iterator", "match", "matchAll", "replace", "search", "species"];

export const CALLED_BY_BUILT_INS: ReadonlySet<string> = new Set([
  ...BY_NAME,
  ...[...BY_SYMBOL, "split", "toPrimitive"].map((name) => `@@Symbol.${name}`),
]);
