/** What users import: the plugin itself, the form it replaces, and the types of declarations. */
export { specializePlugin as default } from "./plugin/specializePlugin.ts";
export { specialize } from "./api/specialize.ts";
export { context } from "./api/context.ts";
export { dynamic } from "./api/dynamic.ts";
export type { S, D, Spec, Intern, Extern } from "./api/declarationTypes.ts";
export type { SpecializeMetadata } from "./plugin/plugin.ts";
