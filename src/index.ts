/** What users import: the plugin itself, the form it replaces, and the types of declarations. */
export { specialize } from "./api/specialize.ts";
export { context } from "./api/context.ts";
export { dynamic } from "./api/dynamic.ts";
export type { S, D, Spec, Intern, Extern } from "./api/declarationTypes.ts";
