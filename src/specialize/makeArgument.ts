/**
 * What an object is in a shared residual function that gets it as its parts: one of its own, of the parameters that stand for
 * them. Parts have the name of their property, or that of the array and their place in it.
 */
import { dataProperty, newObject } from "./heap.ts";
import type { Run } from "./run.ts";
import type { MadeArgument, SharedArgument } from "./sharedArgument.ts";
import type { State } from "./state.ts";
import type { Value } from "./values.ts";
import { reference } from "./values.ts";

export function makeArgument(
  run: Run,
  state: State,
  { id, object: kind, prototype, site, properties, elements }: MadeArgument,
  to: {
    readonly name: string | undefined;
    /** those that have been made, by number; an object may lead to itself */
    readonly objects: Map<number, Value>;
    readonly given: (argument: SharedArgument, name: string | undefined) => Value;
  },
): Value {
  const address = run.newAddress();
  const value = reference(address);
  to.objects.set(id, value);
  const object = newObject(kind, prototype, site);
  for (const { key, flags, value: part } of properties)
    object.properties.set(key, dataProperty(to.given(part, key), flags));
  if (elements !== null)
    object.elements = elements.map((part, i) => (part === null ? null : to.given(part, `${to.name ?? "item"}${i}`)));
  state.store.put(address, object);
  return value;
}
