/** What a build with `checkAssumptions` imports. Apart from the runtime: no other build carries it. */
export { AssumptionViolated, checkAssumptions } from "./runtime/checkAssumptions.ts";
export { checkBinding } from "./runtime/checkBinding.ts";
export { callExtern } from "./runtime/checkExtern.ts";
export { deleteProperty, writeProperty } from "./runtime/checkStrict.ts";
