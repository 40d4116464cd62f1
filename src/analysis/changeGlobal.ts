/**
 * Code that runs later changes an object of a module: what the change may reach is dynamic from then on, in the whole
 * division, for an object of a module is one for all calls.
 *
 * Promises: a field written by name is dynamic, and where it was not there, so is which fields the object has (`%keys`);
 * under a key that is not known all of them are; a Map or Set changes as a whole, and so does an array that is cut.
 *
 *   byName[key] = 1      `byName.a`, `"b" in byName` and `Object.keys(byName)` are dynamic
 */
import type { Engine } from "./engine.ts";
import { isInternalKey } from "./heap.ts";
import type { Cause } from "./types.ts";
import type { Location } from "./value.ts";
import { dynamicValue } from "./value.ts";

/** `key` null: any of its fields. */
export function changeGlobal(engine: Engine, location: Location, key: string | null, cause: Cause): void {
  const object = engine.global(location);
  if (object === undefined || object.kind === "builtin") return;
  const { kind, fields } = object;
  const change = (name: string | null): void => engine.writeGlobal(location, name, dynamicValue(cause));
  if (key !== null && kind !== "map" && !(kind === "array" && key === "length")) {
    if (!fields.has(key)) {
      change("%keys");
      if (kind === "array" && /^\d+$/.test(key)) change("%length");
    }
    return change(key);
  }
  change(null);
  change("%keys");
  if (kind === "array") change("%length");
  for (const name of fields.keys()) if (!isInternalKey(name)) change(name);
}
