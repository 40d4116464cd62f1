/**
 * The static heap. Objects made during specialization are *virtual*: they exist here only, until something dynamic needs
 * them; then they are rebuilt once in the residual and from there on known by their temporary alone. Objects of the
 * program's modules (`world`) are known by address and referred to by a path, never copied.
 *
 * A store is copied when control forks. Copies share everything until one side writes: the map is copied at the first
 * write, an object when its owner differs from the store's token.
 */
import type { Code } from "./program.ts";
import type { Address, LiftTags, Temp, Value } from "./values.ts";

export type Residence =
  | { readonly kind: "virtual" }
  /** rebuilt in the residual; its fields are read there */
  | { readonly kind: "residual"; readonly temp: Temp }
  /** a record whose fields were lost where paths joined (`lostShapes`); who needs them asks for them */
  | { readonly kind: "lost"; readonly tags: LiftTags; readonly demand: () => never }
  /** an object of the evaluated modules */
  | { readonly kind: "world" }
  /** a standard built-in; `HeapObject.builtin` is its path */
  | { readonly kind: "intrinsic" };

export const WRITABLE = 1;
export const ENUMERABLE = 2;
export const CONFIGURABLE = 4;
export const PLAIN = WRITABLE | ENUMERABLE | CONFIGURABLE;
export const HIDDEN = WRITABLE | CONFIGURABLE;

export interface Property {
  readonly value: Value;
  readonly get: Value | null;
  readonly set: Value | null;
  readonly flags: number;
}

export type ObjectKind =
  | "plain"
  | "array"
  | "function"
  | "map"
  | "set"
  | "cell"
  | "iterator"
  | "typed"
  | "buffer"
  | "regexp"
  | "box"
  | "error";

/** What a function object runs. */
/** Marks an `arguments` object, which has a `callee`. */
export const OF_ARGUMENTS = "\u0000arguments";

export interface FunctionCode {
  readonly code: Code;
  readonly captures: readonly (Value | undefined)[];
  readonly home: Address | null;
  readonly fields: readonly FieldDefinition[] | null;
  readonly isClass: boolean;
}
export interface FieldDefinition {
  readonly key: string;
  readonly initializer: Address | null;
}

export interface HeapObject {
  readonly kind: ObjectKind;
  owner: object | null;
  residence: Residence;
  /** null: no prototype */
  prototype: Address | null;
  extensible: boolean;
  /** of the elements of an array; those of one that is frozen are not writable */
  elementFlags: number;
  properties: Map<string, Property>;
  /** arrays: the elements, null for a hole; lists of iterators; boxed and cell content at 0 (undefined: dead zone) */
  elements: (Value | null | undefined)[] | null;
  /** Map and Set: key (or canonical key value) and value, in insertion order */
  entries: (readonly [Value, Value])[] | null;
  /** Map and Set: there may be iterators over it */
  iterated: boolean;
  code: FunctionCode | null;
  /** path of a standard built-in, for functions and objects alike */
  builtin: string | null;
  /** typed arrays and buffers */
  bytes: TypedView | null;
  /** where it was made: names temporaries and explains */
  readonly site: string;
}
export interface TypedView {
  readonly constructorName: string;
  /** the elements, in a typed array of the kind */
  readonly content: TypedContent;
  /** bytes of an element */
  readonly size: number;
  /** the object record that may change the content in place */
  readonly owner: HeapObject | null;
}
export interface TypedContent {
  [index: number]: number | bigint;
  readonly length: number;
  slice(): TypedContent;
}

/** A fresh object with nothing in it. */
export function newObject(kind: ObjectKind, prototype: Address | null, site: string): HeapObject {
  return {
    kind,
    owner: null,
    residence: { kind: "virtual" },
    prototype,
    extensible: true,
    elementFlags: PLAIN,
    properties: new Map(),
    elements: kind === "array" || kind === "cell" || kind === "iterator" || kind === "box" ? [] : null,
    entries: kind === "map" || kind === "set" ? [] : null,
    iterated: false,
    code: null,
    builtin: null,
    bytes: null,
    site,
  };
}

/** An own data property as an assignment makes it. */
export function dataProperty(value: Value, flags: number = PLAIN): Property {
  return { value, get: null, set: null, flags };
}

/** How much room the objects of all stores have taken; counted where objects are made and copied. */
export interface Meter {
  used: number;
}

/** what an object takes besides what is in it */
const OBJECT = 16;

export class Store {
  private overlay: Map<Address, HeapObject>;
  private shared = false;
  private token: object = {};

  constructor(
    private readonly base: ReadonlyMap<Address, HeapObject>,
    private readonly meter: Meter,
    overlay: Map<Address, HeapObject> = new Map(),
    /** evaluation goes on changing what modules before have made; it is not there yet */
    private readonly ownsBase = false,
  ) {
    this.overlay = overlay;
  }

  /** The object at an address, to read. */
  get(address: Address): HeapObject {
    const found = this.peek(address);
    return found.residence.kind === "lost" ? found.residence.demand() : found;
  }

  /** The same, for those who go through what there is: its fields may be lost. */
  peek(address: Address): HeapObject {
    const found = this.overlay.get(address) ?? this.base.get(address);
    if (found === undefined) throw new Error(`no object at address ${address}`);
    return found;
  }

  /** The object at an address, to change: this store's own copy. */
  edit(address: Address): HeapObject {
    const found = this.get(address);
    // it may be edited to have one thing more in it
    this.meter.used++;
    if (found.owner === this.token && !this.shared) return found;
    if (found.owner === this.token && this.overlay.get(address) === found) {
      this.own();
      return found;
    }
    this.own();
    this.meter.used += roomOf(found);
    const copy: HeapObject = {
      ...found,
      owner: this.token,
      properties: new Map(found.properties),
      elements: found.elements === null ? null : [...found.elements],
      entries: found.entries === null ? null : [...found.entries],
    };
    this.overlay.set(address, copy);
    return copy;
  }

  /** Puts a new object at an address. */
  put(address: Address, object: HeapObject): void {
    this.meter.used += roomOf(object);
    this.own();
    object.owner = this.token;
    this.overlay.set(address, object);
  }

  /** Puts an object of another store at an address; that store has to be sealed. */
  share(address: Address, object: HeapObject): void {
    this.own();
    this.overlay.set(address, object);
  }

  /** From here on this store changes copies of its objects, so that others may hold them too. */
  seal(): void {
    this.token = {};
  }

  has(address: Address): boolean {
    return this.overlay.has(address) || this.base.has(address);
  }

  /** True when this store, not the base, holds the object. */
  isOverlaid(address: Address): boolean {
    return this.overlay.has(address);
  }

  /** An independent copy; both go on from the same contents. */
  fork(): Store {
    const copy = new Store(this.base, this.meter, this.overlay, this.ownsBase);
    this.shared = true;
    copy.shared = true;
    this.token = {};
    return copy;
  }

  /** An empty store over the same base. */
  fresh(): Store {
    return new Store(this.base, this.meter, new Map(), this.ownsBase);
  }

  /** Base addresses that this store has changed, and its own objects, in order of address. */
  overlaid(): Address[] {
    return [...this.overlay.keys()].sort((a, b) => a - b);
  }

  /** Base addresses that this store has changed, in order of address. */
  changed(): Address[] {
    const found: Address[] = [];
    for (const address of this.overlay.keys()) if (this.base.has(address)) found.push(address);
    return found.sort((a, b) => a - b);
  }

  /** True for an object of the base layer that is there when this store's code runs: changing it is left to that code. */
  isFixed(address: Address): boolean {
    const object = this.base.get(address);
    return object !== undefined && (!this.ownsBase || object.residence.kind === "intrinsic");
  }

  /** True for a known object that this store's code makes or goes on making. */
  isOwn(address: Address): boolean {
    return !this.isFixed(address) && this.peek(address).residence.kind !== "residual";
  }

  /** Evaluation keeps all that it makes. */
  get keepsShapes(): boolean {
    return this.ownsBase;
  }

  /** True for an address of the base layer. */
  isBase(address: Address): boolean {
    return this.base.has(address);
  }

  private own(): void {
    if (!this.shared) return;
    this.meter.used += this.overlay.size >> 3;
    this.overlay = new Map(this.overlay);
    this.shared = false;
  }
}

function roomOf({ properties, elements, entries, bytes }: HeapObject): number {
  const bytesRoom = bytes === null ? 0 : (bytes.content.length * bytes.size) >>> 4;
  return OBJECT + 2 * properties.size + (elements?.length ?? 0) + 2 * (entries?.length ?? 0) + bytesRoom;
}
