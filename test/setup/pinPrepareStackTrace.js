/**
 * @babel/core replaces Error.prepareStackTrace when it runs, and jest then cannot find the place of an inline snapshot.
 * The accessor below keeps what jest had installed and ignores every later assignment.
 */
const original = Error.prepareStackTrace;
Object.defineProperty(Error, "prepareStackTrace", { configurable: true, get: () => original, set() {} });
