/**
 * What CommonJS modules export. While its evaluation goes on a module's `module` object is in its environment; once it is
 * through, its `module.exports` is bound to `*exports*`, as the module graph calls it.
 *
 * Promises: a name `*exports*.x` is known where the exports are a known object, x is plain data there, and no residual writes it.
 */
import type { Store } from "./heap.ts";
import { HIDDEN, dataProperty } from "./heap.ts";
import { Bailout } from "./limits.ts";
import type { Address, Value } from "./values.ts";
import { dynamic } from "./values.ts";
import type { World } from "./world.ts";

/** The variables of a cjs module's environment that hold its `module` object and its exports. */
export const MODULE = "\u0000module";
const EXPORTS = "*exports*";

/** Binds the exports of the cjs modules that have been evaluated. */
export function bindExports(world: World, store: Store): void {
  const { order, module } = world.source;
  for (const file of order) {
    const exports = module(file)?.kind === "cjs" ? exportsOf(world, store, file) : null;
    if (exports !== null) store.edit(environmentOf(world, file)).properties.set(EXPORTS, dataProperty(exports, HIDDEN));
  }
}

/** What a name `*exports*.x` stands for; null: it is not known. */
export function exportedBy(world: World, store: Store, file: string, name: string, evaluating: boolean): Value | null {
  const exports = bindingOf(world, store, file, EXPORTS);
  if (name === EXPORTS) return exports;
  const key = name.slice(EXPORTS.length + 1);
  if (exports.kind !== "object" || (!evaluating && world.isMutable(exports.address, key))) return null;
  const property = store.get(exports.address).properties.get(key);
  return property === undefined || property.get !== null ? null : property.value;
}

/** Its evaluation has begun. */
export function isStarted(world: World, store: Store, file: string): boolean {
  return exportsOf(world, store, file) !== null;
}

/** `module.exports` as it is now; null: the module has not been started. */
export function exportsOf(world: World, store: Store, file: string): Value | null {
  const module = store.get(environmentOf(world, file)).properties.get(MODULE)?.value;
  if (module?.kind !== "object") return null;
  const object = store.get(module.address);
  const exports = object.residence.kind === "residual" ? undefined : object.properties.get("exports");
  return exports === undefined || exports.get !== null
    ? dynamic(-1, { what: `the exports of ${file}` })
    : exports.value;
}

export function bindingOf(world: World, store: Store, file: string, name: string): Value {
  return (
    store.get(environmentOf(world, file)).properties.get(name)?.value ??
    dynamic(-1, { what: `the exports of ${file}, which have not been evaluated` })
  );
}

export function environmentOf(world: World, file: string): Address {
  const environment = world.environment(file);
  if (environment === null) throw new Bailout(`module ${file} is not evaluated`);
  return environment;
}
