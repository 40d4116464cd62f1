/**
 * What sloppy code writes and deletes, in its residual, which is strict code: where sloppy code would ignore that it cannot be
 * done, the assumption does not hold. For development.
 */
import { AssumptionViolated } from "./checkAssumptions.ts";

/** object[key] = value */
export function writeProperty(place: string, object: unknown, key: PropertyKey, value: unknown): void {
  // what has no properties is an error in sloppy code too, with the engine's own words
  if (object === undefined || object === null) (object as never as Record<PropertyKey, unknown>)[key] = value;
  else if (!Reflect.set(Object(object) as object, key, value, object))
    refuse(place, `this property cannot be written: ${String(key)}`);
}

/** delete object[key] */
export function deleteProperty(place: string, object: unknown, key: PropertyKey): boolean {
  if (object === undefined || object === null) return delete (object as never as Record<PropertyKey, unknown>)[key];
  if (!Reflect.deleteProperty(Object(object) as object, key))
    refuse(place, `this property cannot be deleted: ${String(key)}`);
  return true;
}

function refuse(place: string, what: string): never {
  throw new AssumptionViolated(
    `${place}: assumption 17 (residual functions are strict code): ${what}; the generic function ignores that, the residual throws`,
  );
}
