/**
 * Calls between divisions. The callee sees its arguments by shape: every object that it can reach is renamed to `e0`,
 * `e1`, ... in the order of a walk from the parameters, so that two calls with the same binding times share one division
 * whatever objects they pass; aliases among the arguments stay aliases. At return the names are changed back.
 *
 * After: Thiemann, "Cogen in six lines" for polyvariance by shape; Chase, Wegman & Zadeck 1990 for storage shape graphs.
 */
import type { Primitive } from "../ir/types.ts";
import type { AbstractObject, Heap } from "./heap.ts";
import { abstractObject, joinObjects } from "./heap.ts";
import type { Locations } from "./locations.ts";
import type { Location, Value } from "./value.ts";
import { causeOf, constantValue } from "./value.ts";

/** Arguments of a call: known ones, then `more` for any number of further ones. */
export interface ArgumentList {
  readonly list: readonly Value[];
  readonly more: Value | null;
}

export interface CanonicalEntry {
  readonly key: string;
  readonly roots: readonly Value[];
  readonly heap: Heap;
  /** callee's location -> caller's */
  readonly toCaller: ReadonlyMap<Location, Location>;
  /** definition in the callee -> value in the caller */
  readonly definitions: ReadonlyMap<number, Value>;
}

const ENTRY_DEF = 2 ** 40;

/** A value that the function was called with, unchanged. */
export function isEntryDef(def: number): boolean {
  return def >= ENTRY_DEF && def < 2 * ENTRY_DEF;
}

/** Renames what is reachable from `roots`. `constants`: string and singleton constants are part of the key. */
export function canonicalEntry(
  locations: Locations,
  heap: Heap,
  roots: readonly Value[],
  names: readonly string[],
  constants: boolean,
): CanonicalEntry {
  return new Canonizer(locations, heap, constants).run(roots, names);
}

class Canonizer {
  readonly #toCallee = new Map<Location, Location>();
  readonly #toCaller = new Map<Location, Location>();
  readonly #definitions = new Map<number, Value>();
  readonly #queue: Location[] = [];
  #nextDef = ENTRY_DEF;

  constructor(
    private readonly locations: Locations,
    private readonly heap: Heap,
    private readonly constants: boolean,
  ) {}

  run(roots: readonly Value[], names: readonly string[]): CanonicalEntry {
    const key: string[] = [];
    const renamed = roots.map((value, i) => this.value(value, key, names[i] ?? "an argument"));
    const heap: Heap = new Map();
    for (let i = 0; i < this.#queue.length; i++) {
      const location = this.#queue[i]!;
      const object = this.heap.get(location)!;
      heap.set(this.#toCallee.get(location)!, this.object(object, key));
    }
    return { key: key.join(" "), roots: renamed, heap, toCaller: this.#toCaller, definitions: this.#definitions };
  }

  private location(location: Location): Location {
    if (!this.heap.has(location)) return location;
    const known = this.#toCallee.get(location);
    if (known !== undefined) return known;
    const made = this.locations.intern(`e${this.#queue.length}`);
    this.#toCallee.set(location, made);
    this.#toCaller.set(made, location);
    this.#queue.push(location);
    return made;
  }

  private value(value: Value, key: string[], name: string | null): Value {
    const kept =
      value.cause === null ? value.locations : value.locations.filter((l) => this.heap.get(l)?.existing === true);
    const locations = kept.map((l) => this.location(l));
    const sorted = locations.length > 1 ? [...locations].sort((a, b) => a - b) : locations;
    const def = this.#nextDef++;
    if (value.cause !== null) {
      key.push(`D${sorted.join()}`);
      return {
        ...value,
        cause: name === null ? value.cause : causeOf(name, null, value.cause),
        locations: sorted,
        def: -1,
      };
    }
    this.#definitions.set(def, value);
    const constants = this.keyConstants(value.constants);
    key.push(
      `S${value.varies ? "v" : ""}${constants === null ? "?" : JSON.stringify(constants.map(constantText))}${sorted.join()}`,
    );
    const single = constants !== null && constants.length === 1 && sorted.length === 0;
    return single
      ? constantValue(constants[0])
      : { cause: null, locations: sorted, constants, def, varies: value.varies };
  }

  private keyConstants(constants: readonly Primitive[] | null): readonly Primitive[] | null {
    if (constants === null || constants.length === 0) return constants;
    if (constants.length === 1 && (constants[0] === undefined || constants[0] === null)) return constants;
    if (!this.constants) return null;
    if (constants.length > 1) return constants.every((c) => c === undefined || c === null) ? constants : null;
    return typeof constants[0] === "number" || typeof constants[0] === "bigint" ? null : constants;
  }

  private object(object: AbstractObject, key: string[]): AbstractObject {
    key.push(
      `{${object.kind}${object.existing ? "x" : ""}${object.multiple ? "m" : ""}${object.escaped === null ? "" : "D"}`,
    );
    if (object.code !== null) key.push(`${object.code.file}#${object.code.func}`);
    key.push(object.prototype.map((l) => this.location(l)).join());
    const fields = new Map<string, Value>();
    for (const name of [...object.fields.keys()].sort()) {
      key.push(name);
      fields.set(name, this.value(object.fields.get(name)!, key, null));
    }
    key.push("*");
    const rest = object.rest === null ? null : this.value(object.rest, key, null);
    key.push("}");
    return abstractObject(object.kind, {
      existing: object.existing,
      multiple: object.multiple,
      escaped: object.escaped,
      code: object.code,
      written: object.written,
      prototype: object.prototype.map((l) => this.location(l)),
      fields,
      rest,
    });
  }
}

function constantText(constant: Primitive): string {
  return typeof constant === "string" ? `"${constant}` : String(constant);
}

const CONTEXT_DEPTH = 3;

/** Name in the caller of an object that the callee made: by the place of the call, so that two calls make two objects. */
export function nameAtCall(name: string, site: string): string {
  const parts = name.split("@");
  return [parts[0]!, ...parts.slice(1).slice(-(CONTEXT_DEPTH - 1)), site].join("@");
}

/** Puts the effects of a callee into the caller's heap and gives the value it returned or threw, in the caller's names. */
export function applyExit(
  locations: Locations,
  heap: Heap,
  exit: { readonly value: Value; readonly heap: Heap },
  entry: CanonicalEntry,
  entryHeap: Heap,
  site: string,
  newDef: (place: string) => number,
): Value {
  const fresh = new Map<Location, Location>();
  const queue: Location[] = [];
  const rename = (location: Location): Location => {
    const back = entry.toCaller.get(location);
    if (back !== undefined) return back;
    if (!exit.heap.has(location)) return location;
    const known = fresh.get(location);
    if (known !== undefined) return known;
    const made = locations.intern(nameAtCall(locations.nameOf(location), site));
    fresh.set(location, made);
    queue.push(location);
    return made;
  };
  const mapValue = (value: Value, place: string): Value => {
    const original = value.cause === null ? entry.definitions.get(value.def) : undefined;
    if (original !== undefined) return value.varies && !original.varies ? { ...original, varies: true } : original;
    const renamed =
      value.locations.length === 0 ? value.locations : [...new Set(value.locations.map(rename))].sort((a, b) => a - b);
    if (value.cause !== null) return renamed === value.locations ? value : { ...value, locations: renamed };
    return { ...value, locations: renamed, def: value.def === 0 ? 0 : newDef(place) };
  };
  const mapObject = (object: AbstractObject, name: Location): AbstractObject => {
    const fields = new Map<string, Value>();
    for (const [key, value] of object.fields) fields.set(key, mapValue(value, `${name}.${key}`));
    const rest = object.rest === null ? null : mapValue(object.rest, `${name}.*`);
    return { ...object, fields, rest, prototype: object.prototype.map(rename) };
  };
  const result = mapValue(exit.value, "result");
  for (const [callee, caller] of entry.toCaller) {
    const after = exit.heap.get(callee);
    if (after === undefined || after === entryHeap.get(callee)) continue;
    heap.set(caller, mapObject(after, caller));
  }
  for (let i = 0; i < queue.length; i++) {
    const location = queue[i]!;
    const name = fresh.get(location)!;
    const made = mapObject(exit.heap.get(location)!, name);
    const before = heap.get(name);
    heap.set(
      name,
      before === undefined
        ? made
        : { ...joinObjects(before, made, (field) => newDef(`${name}.${field}`)), multiple: true },
    );
  }
  return result;
}
