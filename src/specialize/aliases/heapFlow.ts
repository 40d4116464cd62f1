/**
 * Which known objects are where: in slots, and behind properties of objects that exist at run time only. Field-based: what
 * is stored under a name may be read under that name from any object.
 *
 * Needs: the evaluated modules. Promises: answers only grow; `changed` says that one did.
 */
import { keepTime } from "../../base/exhausted.ts";
import type { Operand } from "../../ir/types.ts";
import { isSlot } from "../program.ts";
import { arrayIndex } from "../lookup.ts";
import type { HeapObject, Property } from "../heap.ts";
import type { Session } from "../session.ts";
import { partsOf } from "../stays/origin.ts";
import type { Address, Value } from "../values.ts";
import { ALL, ELEMENTS, ENTRIES } from "../world.ts";

/**
 * An object of the evaluated modules (its address), a function or captured variable that residual code makes, an instance
 * that it makes of a class of the modules, the bytes behind a typed array of theirs, or an object nobody knows.
 */
export type Item = Address | string;
export type Items = ReadonlySet<Item>;

export const UNKNOWN = "?";
const NONE: Items = new Set();
const NAMED_IN_LIST = "named in a list";
const JUST_UNKNOWN: Items = new Set([UNKNOWN]);

export class HeapFlow {
  changed = false;
  /** objects that have been iterated over, or may have been */
  readonly iterated = new Set<Item>([UNKNOWN]);
  /** getters that have been called, or may have been, each with what it was called on */
  readonly getters = new Map<Address, Set<Item>>();
  private readonly sets = new Map<string, Set<Item>>();

  constructor(private readonly session: Session) {}

  /** What may be at a place: a slot, a name under which something was stored, a function's result. */
  at(place: string): Items {
    return this.sets.get(place) ?? NONE;
  }

  add(place: string, items: Items): void {
    if (items.size === 0) return;
    keepTime();
    let set = this.sets.get(place);
    if (set === undefined) this.sets.set(place, (set = new Set()));
    const before = set.size;
    for (const item of items) set.add(item);
    if (set.size > before) this.changed = true;
  }

  get(address: Address): HeapObject | undefined {
    return this.session.world.get(address);
  }

  /** Something is stored in an object; no key: under a name that is not known. */
  store(key: string | null, items: Items): void {
    if (items.size === 0) return;
    this.add(`.${key ?? ALL}`, items);
    this.add(".", items);
  }

  /** Something is stored in one of these. Under an unknown key of an array it is an element, or has a name that only arrays are asked for. */
  storeIn(objects: Items, key: string | null, items: Items): void {
    if (key !== null || !this.areLists(objects)) return this.store(key, items);
    this.store(ELEMENTS, items);
    this.add(NAMED_IN_LIST, items);
  }

  private areLists(objects: Items): boolean {
    return objects.size > 0 && [...objects].every((one) => this.isList(one));
  }

  private isList(item: Item): boolean {
    const kind = typeof item === "number" ? this.get(item)?.kind : undefined;
    return kind === "array" || kind === "typed";
  }

  /** What reading a property of one of these may give; no key: any property. */
  read(objects: Items, key: string | null): Items {
    if (objects.size === 0 && !this.sets.has(".")) return NONE;
    const isInList = key === null && this.areLists(objects);
    const stored = isInList ? [ELEMENTS, ALL] : key === null ? [""] : [key, ALL];
    const found = new Set(stored.flatMap((name) => [...this.at(`.${name}`)]));
    if (key !== ELEMENTS && [...objects].some((one) => this.isList(one)))
      for (const item of this.at(NAMED_IN_LIST)) found.add(item);
    for (const object of objects) {
      const holder = typeof object === "number" ? object : prototypeOf(object);
      if (holder === null) found.add(UNKNOWN);
      else for (const item of this.held(object, holder, key)) found.add(item);
    }
    return found;
  }

  /** What `super.key` may give in a method that is called on one of these: what any object above has under the key. */
  readAbove(objects: Items, key: string | null): Items {
    const all = new Set<Item>(objects);
    for (const object of objects)
      for (let at = typeof object === "number" ? object : prototypeOf(object); at !== null;) {
        all.add(at);
        at = this.get(at)?.prototype ?? null;
      }
    return this.read(all, key);
  }

  /** What iterating over one of these may give, or a built-in that hands out what is in it. */
  contents(objects: Items): Items {
    const found = new Set([...this.read(objects, ELEMENTS), ...this.read(objects, ENTRIES)]);
    // what is made at run time is no item, and may be iterated over, too
    for (const object of objects.size === 0 ? JUST_UNKNOWN : objects) {
      this.iterated.add(object);
      for (const item of this.at(iteratedPlace(object))) found.add(item);
    }
    return found;
  }

  private *held(receiver: Item, from: Address, key: string | null): Iterable<Item> {
    for (let at: Address | null = from; at !== null;) {
      const object = this.get(at);
      if (object === undefined) return;
      if (this.session.world.isHandedOut(at)) yield UNKNOWN;
      if (key === null) {
        if (object.builtin === null) for (const value of partsOf(object)) yield* itemsOf(value);
        for (const property of object.properties.values())
          if (property.get?.kind === "object" && this.get(property.get.address)?.code != null)
            yield* this.property(receiver, "", property);
        if (object.kind === "typed") yield bytesOf(at);
      } else if (key === ELEMENTS) {
        for (const value of object.elements ?? []) yield* itemsOf(value);
        for (const [name, property] of object.properties)
          if (arrayIndex(name) !== null) yield* this.property(receiver, name, property);
        return;
      } else if (key === ENTRIES) {
        for (const value of (object.entries ?? []).flat()) yield* itemsOf(value);
        return;
      } else if (key === "__proto__" && !object.properties.has(key)) {
        if (object.prototype !== null) yield object.prototype;
        return;
      } else {
        const own = object.properties.get(key);
        if (own !== undefined) yield* this.property(receiver, key, own);
        if (own !== undefined) return;
      }
      at = object.prototype;
    }
  }

  /** An accessor gives what its function gives; one of the language the object itself, at most, or its bytes. */
  private *property(receiver: Item, key: string, { value, get }: Property): Iterable<Item> {
    if (get === null) return yield* itemsOf(value);
    if (get.kind !== "object") return;
    if (this.get(get.address)?.code === null) {
      const isTyped = typeof receiver === "number" && this.get(receiver)?.kind === "typed";
      yield isTyped && key === "buffer" ? bytesOf(receiver) : receiver;
      return;
    }
    const receivers = this.getters.get(get.address);
    if (receivers === undefined) this.getters.set(get.address, new Set([receiver]));
    else receivers.add(receiver);
    yield* this.at(resultPlace(get.address));
  }

  /** The name under which a property is kept: that of elements for an index. */
  nameOf(key: string): string {
    return arrayIndex(key) === null ? key : ELEMENTS;
  }

  /** A slot's place in a function; constants hold nothing. */
  operand(fn: string, operand: Operand): Items {
    return isSlot(operand) ? this.at(slotPlace(fn, operand)) : NONE;
  }
}

export function slotPlace(fn: string, slot: number): string {
  return `${fn}:${slot}`;
}

/** Where the results of a function are. */
export function resultPlace(fn: Item): string {
  return `result ${fn}`;
}

/** An instance that code makes of a class of the modules: it has what its prototype has. */
export function instanceOf(prototype: Address): Item {
  return `instance ${prototype}`;
}

function prototypeOf(item: string): Address | null {
  const [, prototype] = /^instance (\d+)$/.exec(item) ?? [];
  return prototype === undefined ? null : Number(prototype);
}

/** The buffer of a typed array. */
function bytesOf(typed: Address): Item {
  return `bytes ${typed}`;
}

/** The typed array whose buffer this is. */
export function shownBy(item: Item): Address | null {
  const [, typed] = /^bytes (\d+)$/.exec(String(item)) ?? [];
  return typed === undefined ? null : Number(typed);
}

/** Where what an iterator of the program gives is. */
export function iteratedPlace(over: Item): string {
  return `iterated ${over}`;
}

/** The object that a value is. */
export function itemsOf(value: Value | null | undefined): Items {
  if (value?.kind === "object") return new Set([value.address]);
  return value?.kind === "dynamic" ? JUST_UNKNOWN : NONE;
}
