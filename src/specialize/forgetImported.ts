/**
 * A module that cannot be evaluated may have changed what it imports, and nobody knows how: the data that it can reach
 * there is read at run time.
 *
 * Needs: the modules that it imports have been evaluated. Promises: no field of a plain object, array or collection that
 * their bindings lead to is taken for known. Functions, classes and their prototypes are: what changes those is not looked for.
 */
import type { HeapObject } from "./heap.ts";
import type { Session } from "./session.ts";
import type { Value } from "./values.ts";
import { ALL } from "./world.ts";

export function forgetImported(session: Session, file: string): void {
  const pending: Value[] = [];
  for (const imported of importedBy(session, file)) {
    const environment = session.world.environment(imported);
    const object = environment === null ? undefined : session.world.get(environment);
    for (const { value } of object?.properties.values() ?? []) pending.push(value);
  }
  const seen = new Set<number>();
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (value.kind !== "object" || seen.has(value.address)) continue;
    seen.add(value.address);
    const object = session.world.get(value.address);
    if (object === undefined || object.builtin !== null) continue;
    if (isData(object)) session.world.markMutable(value.address, ALL);
    pending.push(...partsOf(object));
  }
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
