/** The door of facts/: what is known of dynamic values, and what follows from it. */
export { binaryFact } from "./facts/binaryFact.ts";
export { canThrow, hasEffect, type Operator, runsUserCode } from "./facts/effects.ts";
export { elementFact } from "./facts/elementFact.ts";
export { type Known, type Simplified, simplifyBinary } from "./facts/simplifyBinary.ts";
export { unaryFact } from "./facts/unaryFact.ts";
export {
  allows,
  anyFact,
  factOf,
  intFact,
  type IntRange,
  joinFacts,
  TYPE,
  type TypeFact,
  typeofFact,
  typesOfName,
} from "./facts/typeFact.ts";
