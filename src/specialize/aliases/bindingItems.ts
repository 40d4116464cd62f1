/** Which known objects variables of modules, and names in residual code, stand for. */
import type { Session } from "../session.ts";
import type { Reference } from "../world.ts";
import type { HeapFlow, Items } from "./heapFlow.ts";
import { UNKNOWN, itemsOf } from "./heapFlow.ts";

const UNKNOWN_ONLY: Items = new Set([UNKNOWN]);

/** What a variable of a module holds; a namespace holds its exports under their names. */
export function bindingItems(session: Session, flow: HeapFlow, file: string, name: string): Items {
  const { world } = session;
  const target = world.resolve(file, name);
  if (target?.kind === "namespace") return namespaceItems(session, flow, target.file);
  if (target?.kind !== "local") return UNKNOWN_ONLY;
  const environment = world.environment(target.file);
  const value = environment === null ? undefined : world.get(environment)?.properties.get(target.name)?.value;
  const isAssigned = value === undefined || world.isReassigned(target.file, target.name);
  return isAssigned ? new Set([...itemsOf(value), UNKNOWN]) : itemsOf(value);
}

function namespaceItems(session: Session, flow: HeapFlow, file: string): Items {
  for (const name of session.world.source.exportsOf(file)) {
    const target = session.world.source.resolveExport(file, name);
    if (target?.kind === "local") flow.store(name, bindingItems(session, flow, target.file, target.name));
  }
  return UNKNOWN_ONLY;
}

/** What a name in residual code stands for. */
export function referenceItems(session: Session, flow: HeapFlow, reference: Reference): Items {
  switch (reference.kind) {
    case "binding":
      return bindingItems(session, flow, reference.file, reference.name);
    case "namespace":
      return namespaceItems(session, flow, reference.file);
    case "path": {
      const base = session.references.get(reference.base);
      const from = base === undefined ? UNKNOWN_ONLY : referenceItems(session, flow, base);
      return reference.path.reduce((items: Items, key) => flow.read(items, flow.nameOf(key)), from);
    }
    case "data": {
      const literal = reference.data.kind === "constant" ? null : /^literal (\d+)$/.exec(reference.data.part);
      return literal === null ? new Set() : new Set([Number(literal[1])]);
    }
    case "function":
      return new Set([`f${reference.id}`]);
    case "template":
      return new Set();
    case "external":
      return UNKNOWN_ONLY;
  }
}
