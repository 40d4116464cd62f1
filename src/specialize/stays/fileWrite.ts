/** Files a write of an object of the evaluated modules, by a field or by what of it changes, and that it may have another key. */
import type { Store } from "../heap.ts";
import type { Session } from "../session.ts";
import type { Address } from "../values.ts";
import { ALL, ELEMENTS, ENTRIES, KEYS } from "../world.ts";

/** Nothing is filed of built-ins, of objects made on the way, and of fields that are declared static. */
export function fileWrite(session: Session, store: Store, address: Address, change: string): void {
  if (!store.isBase(address) || session.live?.holdsStatic(address, change) === true) return;
  const object = store.get(address);
  if (object.builtin !== null) return;
  session.mutates(address, change);
  const isNew = change !== ALL && change !== ELEMENTS && change !== ENTRIES && !object.properties.has(change);
  if (isNew && !change.startsWith("\u0000")) session.mutates(address, KEYS);
}
