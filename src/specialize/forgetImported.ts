/**
 * A module that cannot be evaluated may have changed what it imports, and nobody knows how: the data that it can reach
 * there is read at run time, by the modules that are evaluated after it too.
 *
 * Needs: the ES modules that it imports have been evaluated. Promises: no field of a plain object, array or collection that
 * their bindings lead to is taken for known, nor a variable that one of their functions assigns; a cjs module that only
 * this one may have loaded is not evaluated any more. Functions, classes and their prototypes are taken for known: what
 * changes those is not looked for.
 */
import { isStarted } from "./commonJs.ts";
import type { HeapObject } from "./heap.ts";
import { dataProperty } from "./heap.ts";
import type { Session } from "./session.ts";
import type { Value } from "./values.ts";
import { dynamic } from "./values.ts";

export function forgetImported(session: Session, file: string): void {
  const { world } = session;
  const store = world.storeToAdopt();
  const unknown = dynamic(-1, { what: "what a module that could not be evaluated may have changed" });
  const pending: Value[] = [];
  for (const imported of importedBy(session, file)) {
    if (world.source.module(imported)?.kind === "cjs" && !isStarted(world, store, imported))
      session.unfollowed.add(imported);
    const environment = world.environment(imported);
    const object = environment === null ? undefined : world.get(environment);
    for (const [name, { value }] of object?.properties ?? []) {
      pending.push(value);
      if (environment !== null && world.isReassigned(imported, name))
        store.edit(environment).properties.set(name, dataProperty(unknown));
    }
  }
  const seen = new Set<number>();
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (value.kind !== "object" || seen.has(value.address)) continue;
    seen.add(value.address);
    const object = world.get(value.address);
    if (object === undefined || object.builtin !== null) continue;
    if (isData(object)) world.handOut(value.address);
    else if (object.kind === "cell" && world.isCellAssigned(value.address))
      store.edit(value.address).elements = [unknown];
    pending.push(...partsOf(object));
  }
  world.adopt(store);
}

/** The files that a module imports, and those that they import. */
function importedBy(session: Session, file: string): ReadonlySet<string> {
  const found = new Set<string>();
  const pending = [file];
  for (let at = pending.pop(); at !== undefined; at = pending.pop())
    for (const imported of session.world.source.module(at)?.dependencies ?? []) {
      if (imported === file || found.has(imported)) continue;
      found.add(imported);
      pending.push(imported);
    }
  return found;
}

function isData({ kind, properties }: HeapObject): boolean {
  return kind !== "function" && kind !== "cell" && !properties.has("constructor");
}

function partsOf({ properties, elements, entries, code }: HeapObject): Value[] {
  return [
    ...[...properties.values()].map(({ value }) => value),
    ...(elements ?? []).flatMap((element) => element ?? []),
    ...(entries ?? []).flat(),
    ...(code?.captures ?? []).flatMap((captured) => captured ?? []),
  ];
}
