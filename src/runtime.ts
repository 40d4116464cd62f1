/**
 * What residual modules import: the check of a binder, and the forms that a context falls back to. Nothing of the plugin
 * comes with it.
 */
export { differs } from "./runtime/differs.ts";
export { at, instance, is, isFunction, method } from "./runtime/demands.ts";
export { specialize } from "./api/specialize.ts";
