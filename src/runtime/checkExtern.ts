/**
 * A call of a function that is declared `Extern` with what it changes: throws if it changes anything else of what its arguments
 * lead to. Fields are looked at as they are, without running code of the objects; entries of Maps and Sets and elements of typed arrays
 * are not looked at. For development.
 */
import { AssumptionViolated } from "./checkAssumptions.ts";

type Callable = (this: unknown, ...args: unknown[]) => unknown;
type Fields = ReadonlyMap<PropertyKey, unknown>;

interface Seen {
  readonly name: string;
  readonly fields: Fields;
}

/** `listed`: paths from arguments by position, or from `this`, with spaces between them: `"0.lines this.sent"`. */
export function callExtern(
  place: string,
  listed: string,
  callee: Callable,
  receiver: unknown,
  ...args: unknown[]
): unknown {
  const roots = new Map<string, unknown>([["this", receiver], ...args.map((arg, n) => [String(n), arg] as const)]);
  const before = reach(roots);
  const isListed = listedFields(listed.split(" ").filter(Boolean), roots);
  try {
    return Reflect.apply(callee, receiver, args);
  } finally {
    const changed = changedField(before, isListed);
    if (changed !== null) refuse(place, callee, changed);
  }
}

function refuse(place: string, callee: Callable, changed: string): never {
  const name = callee.name === "" ? "the function" : callee.name;
  throw new AssumptionViolated(
    `${place}: assumption 15 (declarations aside): ${name} changes ${changed}, which its Extern does not list`,
  );
}

/** All objects that the roots lead to by fields, and what each holds. */
function reach(roots: ReadonlyMap<string, unknown>): Map<object, Seen> {
  const found = new Map<object, Seen>();
  const open = [...roots].map(
    ([name, value]) => [name === "this" ? name : `argument ${Number(name) + 1}`, value] as const,
  );
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [name, value] = next;
    if (typeof value !== "object" || value === null || found.has(value)) continue;
    const fields = ArrayBuffer.isView(value) ? new Map<PropertyKey, unknown>() : fieldsOf(value);
    found.set(value, { name, fields });
    for (const [key, inner] of fields) open.push([`${name}.${String(key)}`, inner]);
  }
  return found;
}

/** A getter or setter stands for itself. */
function fieldsOf(object: object): Fields {
  const fields = new Map<PropertyKey, unknown>();
  for (const key of Reflect.ownKeys(object)) {
    const property = Object.getOwnPropertyDescriptor(object, key);
    if (property !== undefined) fields.set(key, "value" in property ? property.value : (property.get ?? property.set));
  }
  return fields;
}

/** Which fields the paths lead to, before the call; a path that is only a parameter stands for all that is behind it. */
function listedFields(
  paths: readonly string[],
  roots: ReadonlyMap<string, unknown>,
): (object: object, key: PropertyKey) => boolean {
  const fields = new Map<unknown, Set<PropertyKey>>();
  const whole = new Set<object>();
  for (const path of paths) {
    const [root = "", ...keys] = path.split(".");
    const last = keys.pop();
    if (last === undefined) {
      for (const object of reach(new Map([[root, roots.get(root)]])).keys()) whole.add(object);
      continue;
    }
    let holder = roots.get(root);
    for (const key of keys)
      if (typeof holder === "object" && holder !== null)
        holder = Object.getOwnPropertyDescriptor(holder, key)?.value as unknown;
    fields.set(holder, (fields.get(holder) ?? new Set()).add(last));
  }
  return (object, key) => whole.has(object) || fields.get(object)?.has(key) === true;
}

function changedField(
  before: ReadonlyMap<object, Seen>,
  isListed: (object: object, key: PropertyKey) => boolean,
): string | null {
  for (const [object, { name, fields }] of before) {
    if (ArrayBuffer.isView(object)) continue;
    const now = fieldsOf(object);
    for (const key of new Set([...fields.keys(), ...now.keys()])) {
      const isSame = fields.has(key) === now.has(key) && Object.is(fields.get(key), now.get(key));
      if (!isSame && !isListed(object, key)) return `${name}.${String(key)}`;
    }
  }
  return null;
}
