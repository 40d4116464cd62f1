/**
 * What residual code took for granted of the program's objects: a field that held a value, a key that was not there, the
 * keys there were, the entries of a Map or Set. Written down while specializing, in the words of the target file, so that a
 * build that checks its assumptions can compare (src/runtime/checkAssumptions.ts).
 *
 * Promises: whatever a residual relies on of objects that have a name is in the list; of objects without one, which no
 * code of the program can name either, nothing is. What was looked at on the way and not needed may be in it too.
 */
import type { Primitive } from "../ir/types.ts";
import type { HeapObject, Property } from "./heap.ts";
import type { Address, Value } from "./values.ts";
import type { Reference } from "./world.ts";
import { ENTRIES } from "./world.ts";

/** Where an object is found at run time. */
export interface Named {
  readonly binding: Reference;
  readonly path: readonly string[];
}

export type Expected =
  | { readonly kind: "value"; readonly value: Primitive }
  | { readonly kind: "named"; readonly object: Named }
  | { readonly kind: "absent" }
  | { readonly kind: "keys"; readonly keys: readonly string[] }
  /** keys and values in order, of those that are primitives */
  | { readonly kind: "entries"; readonly entries: readonly (readonly [Primitive, Primitive])[] };

export interface ReliedOn {
  readonly object: Named;
  readonly key: string;
  readonly expected: Expected;
}

/** What is asked for at run time by itself, and what it was at build time. */
export type Probe =
  | { readonly kind: "variable"; readonly object: Named; readonly value: Primitive }
  /** a global that Node does not have, which a CommonJS module has asked for */
  | { readonly kind: "none"; readonly global: string }
  /** a built-in whose result the standard leaves to the engine; the receiver of a method of texts is a text */
  | {
      readonly kind: "call";
      readonly path: string;
      readonly receiver: Primitive;
      readonly args: readonly Primitive[];
      readonly value: Primitive;
    };

interface Note {
  readonly address: Address;
  readonly key: string;
  readonly object: HeapObject;
  readonly found: Property | null;
}

/** `key`: a property, "" for which keys there are, ENTRIES for the content of a Map or Set. */
export class Relied {
  private readonly notes = new Map<string, Note>();
  private readonly probed = new Map<string, Probe>();

  note(address: Address, key: string, object: HeapObject, found: Property | null): void {
    const id = `${address}.${key}`;
    if (!this.notes.has(id)) this.notes.set(id, { address, key, object, found });
  }

  /** A variable of a module: it has its last value as soon as the modules have run, and not before. */
  noteVariable(binding: Reference & { readonly kind: "binding" }, value: Primitive): void {
    const id = `${binding.file}#${binding.name}`;
    this.probed.set(id, { kind: "variable", object: { binding, path: [] }, value });
  }

  noteNone(global: string): void {
    this.probed.set(`none ${global}`, { kind: "none", global });
  }

  noteCall(path: string, receiver: Primitive, args: readonly Value[], value: Primitive): void {
    const given = args.map((arg) => (arg.kind === "const" ? arg.value : undefined));
    const id = `${path} ${[receiver, ...given].map((one) => `${typeof one} ${String(one)}`).join()}`;
    this.probed.set(id, { kind: "call", path, receiver, args: given, value });
  }

  probes(): readonly Probe[] {
    return [...this.probed.values()];
  }

  /** In the order in which it was relied on. */
  list(names: ReadonlyMap<Address, Named>): ReliedOn[] {
    return [...this.notes.values()].flatMap((note): ReliedOn[] => {
      const object = names.get(note.address);
      const expected = object === undefined ? null : expectedOf(note, names);
      return object === undefined || expected === null ? [] : [{ object, key: note.key, expected }];
    });
  }
}

function expectedOf({ key, object, found }: Note, names: ReadonlyMap<Address, Named>): Expected | null {
  // functions, errors and typed arrays have keys of their own that are in no table here
  if (key === "" && found === null)
    return object.kind === "plain" || object.kind === "array" ? { kind: "keys", keys: keysOf(object) } : null;
  if (key === ENTRIES && object.entries !== null) return entriesOf(object.entries);
  if (key.startsWith("@@") || key.startsWith("\u0000")) return null;
  if (found === null) return { kind: "absent" };
  if (found.get !== null || found.set !== null) return null;
  return valueOf(found.value, names);
}

function valueOf(value: Value, names: ReadonlyMap<Address, Named>): Expected | null {
  if (value.kind === "const") return { kind: "value", value: value.value };
  const object = value.kind === "object" ? names.get(value.address) : undefined;
  return object === undefined ? null : { kind: "named", object };
}

/** In the order that objects have them, which an object says best. */
function keysOf({ elements, properties }: HeapObject): string[] {
  const indices = (elements ?? []).flatMap((element, i) =>
    element === null || element === undefined ? [] : String(i),
  );
  const names = [...properties.keys()].filter((key) => !key.startsWith("@@") && !key.startsWith("\u0000"));
  return Object.keys(Object.fromEntries([...indices, ...names].map((key) => [key, null])));
}

function entriesOf(entries: readonly (readonly [Value, Value])[]): Expected | null {
  const known: [Primitive, Primitive][] = [];
  for (const [key, value] of entries) {
    if (key.kind !== "const" || value.kind !== "const") return null;
    known.push([key.value, value.value]);
  }
  return { kind: "entries", entries: known };
}
