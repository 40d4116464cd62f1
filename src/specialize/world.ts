/**
 * The program as it is after its modules have been evaluated: the standard built-ins, one environment object per module
 * with its bindings, and everything they lead to. It lies under every store as the base layer. What residual code needs
 * of it is referred to by name and path.
 */
import type { Primitive } from "../ir/types.ts";
import type { IntrinsicObject } from "../semantics/intrinsics.ts";
import type { HeapObject, Meter } from "./heap.ts";
import { HIDDEN, Store, dataProperty, newObject } from "./heap.ts";
import type { BindingTarget, ProgramSource } from "./program.ts";
import type { Address, Value } from "./values.ts";
import { NULL, UNDEFINED, constant, reference } from "./values.ts";
import { writtenCells } from "./writtenCells.ts";
import { writtenPrivates } from "./writtenPrivates.ts";

/**
 * What of an object changes, where it is more than one field: any field; elements and length; entries; which keys it has.
 * They stand where else names of fields do, and begin as no field may (see keyOf).
 */
export const ALL = "\u0001any";
export const ELEMENTS = "\u0001elements";
export const ENTRIES = "\u0001entries";
export const KEYS = "\u0001keys";

/** What a name in residual code stands for; the front turns it into an identifier and imports what is needed. */
export type Reference =
  | { readonly kind: "binding"; readonly file: string; readonly name: string }
  | { readonly kind: "external"; readonly module: string; readonly name: string }
  | { readonly kind: "namespace"; readonly file: string }
  /** a property path from a binding, read once where the residual is defined */
  | { readonly kind: "path"; readonly base: string; readonly path: readonly string[] }
  /** an object that has no name, written down once at module level; the same `id` for the same object */
  | { readonly kind: "data"; readonly id: string; readonly data: Data }
  /** the strings array of a tagged template; null: a text that is none when cooked */
  | {
      readonly kind: "template";
      readonly place: string;
      readonly cooked: readonly (string | null)[];
      readonly raw: readonly string[];
    }
  /** a residual function of the output, by its id there */
  | { readonly kind: "function"; readonly id: number; readonly name: string };

/** Plain data: arrays, objects, regular expressions, and what is in them; what is in them may be needed by itself, then under the name `part`. */
export type Data =
  | { readonly kind: "constant"; readonly value: Primitive }
  | { readonly kind: "regexp"; readonly part: string; readonly pattern: string; readonly flags: string }
  | { readonly kind: "array"; readonly part: string; readonly elements: readonly Data[] }
  | {
      readonly kind: "object";
      readonly part: string;
      readonly hasPrototype: boolean;
      readonly properties: readonly (readonly [string, Data])[];
    };

/** How the paths of the `require` functions begin, one for each cjs module; the file follows. */
export const REQUIRE = "%require% ";

/** How the variables begin that keep what sites mention; no name of the program does. */
export const SITE_PROPERTY = "\u0000site ";

/** The texts of a tagged template. */
export interface TemplateTexts {
  readonly cooked: readonly (string | undefined)[];
  readonly raw: readonly string[];
}
/** The same, and where its two arrays are in every store. */
export interface Template extends TemplateTexts {
  readonly strings: Address;
  readonly rawStrings: Address;
}

export class World {
  private readonly templates = new Map<string, Template>();
  private readonly base = new Map<Address, HeapObject>();
  private readonly intrinsicAt = new Map<string, Address>();
  private readonly environments = new Map<string, Address>();
  private readonly mutable = new Set<string>();
  /** by address: fields that were taken for not written since `beginRound` */
  private readonly asked = new Map<Address, Set<string>>();
  private readonly handedOut = new Set<Address>();
  /** functions that evaluation has put, under a name that built-ins call, into objects of which it knows nothing */
  readonly calledUnseen = new Set<Address>();
  private assignedCells: ReadonlySet<Address> | null = null;
  private privates: ReadonlySet<string> | null = null;
  private readonly reassignedIn = new Map<string, Set<string>>();
  private next = 1;
  readonly meter: Meter = { used: 0 };

  constructor(
    readonly source: ProgramSource,
    intrinsics: ReadonlyMap<string, IntrinsicObject>,
  ) {
    this.loadIntrinsics(intrinsics);
    for (const file of source.order) {
      const environment = newObject("plain", null, `module ${file}`);
      const address = this.newAddress();
      this.base.set(address, environment);
      this.environments.set(file, address);
    }
  }

  newAddress(): Address {
    return this.next++;
  }
  /** The template at a place of the source; null: it has been asked for before. */
  template(place: string, texts: TemplateTexts | null): Template {
    let found = this.templates.get(place);
    if (found === undefined) {
      if (texts === null) throw new Error(`no template at ${place}`);
      found = { ...texts, strings: this.newAddress(), rawStrings: this.newAddress() };
      this.templates.set(place, found);
    }
    return found;
  }
  store(): Store {
    return new Store(this.base, this.meter);
  }
  /** for evaluation, whose outcome is adopted */
  storeToAdopt(): Store {
    return new Store(this.base, this.meter, new Map(), true);
  }

  /** Makes the objects of a finished evaluation part of the base. */
  adopt(store: Store): void {
    this.assignedCells = null;
    for (const address of store.overlaid()) {
      const object = store.get(address);
      if (object.residence.kind === "virtual") object.residence = { kind: "world" };
      this.base.set(address, object);
    }
  }
  get(address: Address): HeapObject | undefined {
    return this.base.get(address);
  }

  /** path of a built-in at an address; null: none is there */
  intrinsicPath(address: Address): string | null {
    return this.base.get(address)?.builtin ?? null;
  }
  /** assigned by some function other than the module's own top-level code */
  isReassigned(file: string, name: string): boolean {
    let names = this.reassignedIn.get(file);
    if (names === undefined) {
      names = new Set();
      const ir = this.source.module(file)?.ir;
      for (const fn of ir?.functions ?? [])
        if (fn.kind !== "module")
          for (const block of fn.blocks)
            for (const at of block.instructions) if (at.op === "setBinding" && !at.init) names.add(at.name);
      // what an opaque function does nobody has looked at
      if (ir?.functions.some(({ opaque }) => opaque !== null) === true)
        for (const [name, { reassigned }] of ir.bindings) if (reassigned) names.add(name);
      this.reassignedIn.set(file, names);
    }
    return names.has(name);
  }
  intrinsic(path: string): Address {
    const address = this.intrinsicAt.get(path);
    if (address === undefined) throw new Error(`no built-in ${path}`);
    return address;
  }
  hasIntrinsic(path: string): boolean {
    return this.intrinsicAt.has(path);
  }
  environment(file: string): Address | null {
    return this.environments.get(file) ?? null;
  }

  /** Fields that this program is known to write at run time. */
  isMutable(address: Address, key: string): boolean {
    const has = (what: string): boolean => this.mutable.has(`${address}.${what}`);
    if (has(key) || has(ALL)) return true;
    if (isOfElements(key) ? has(ELEMENTS) : key === "size" && has(ENTRIES)) return true;
    this.noteAsked(address, key);
    return false;
  }
  /** It may have other keys at run time. */
  changesKeys(address: Address): boolean {
    if ([KEYS, ELEMENTS, ALL].some((what) => this.mutable.has(`${address}.${what}`))) return true;
    this.noteAsked(address, KEYS);
    return false;
  }
  /** Files a field as written at run time. */
  markMutable(address: Address, key: string): "known" | "new" | "taken otherwise" {
    const id = `${address}.${key}`;
    if (this.mutable.has(id)) return "known";
    this.mutable.add(id);
    return this.isTakenOtherwise(this.asked.get(address) ?? new Set(), key) ? "taken otherwise" : "new";
  }
  /** Something that has been asked in this round would be answered otherwise now. */
  private isTakenOtherwise(asked: ReadonlySet<string>, key: string): boolean {
    if (key === ALL || asked.has(key)) return asked.size > 0;
    if (key === ELEMENTS) return asked.has(KEYS) || [...asked].some(isOfElements);
    return key === ENTRIES && asked.has("size");
  }
  /** From here on it counts what is asked of fields: nothing has been specialized yet. */
  beginRound(): void {
    this.asked.clear();
  }
  private noteAsked(address: Address, key: string): void {
    const asked = this.asked.get(address);
    if (asked === undefined) this.asked.set(address, new Set([key]));
    else asked.add(key);
  }
  /** Evaluation gave the object to code outside of the program: nothing of it is known from there on. */
  handOut(address: Address): void {
    this.handedOut.add(address);
    this.markMutable(address, ALL);
  }
  isHandedOut(address: Address): boolean {
    return this.handedOut.has(address);
  }
  /** A captured variable that a function of the world may assign. */
  isCellAssigned(cell: Address): boolean {
    this.assignedCells ??= writtenCells(this.source, this.base.values());
    return this.assignedCells.has(cell);
  }

  /** A private property that is assigned after construction. */
  isPrivateAssigned(key: string): boolean {
    this.privates ??= writtenPrivates(this.source);
    return this.privates.has(key) || this.privates.has(key.slice(0, key.indexOf("@") + 1));
  }

  /** Where a name at module scope leads; names the module does not bind: null. */
  resolve(file: string, name: string): BindingTarget | null {
    return this.source.resolveBinding(file, name);
  }

  /** Objects that can be named from `target`, with the name: bindings of the file itself and exports of others. */
  names(target: string): ReadonlyMap<Address, { readonly binding: Reference; readonly path: readonly string[] }> {
    const found = new Map<Address, { binding: Reference; path: readonly string[] }>();
    const queue: { value: Value; binding: Reference; path: readonly string[] }[] = [];
    for (const [binding, value] of this.variables(target)) queue.push({ value, binding, path: [] });
    for (let i = 0; i < queue.length; i++) {
      const item = queue[i];
      if (item?.value.kind !== "object" || found.has(item.value.address)) continue;
      const object = this.base.get(item.value.address);
      if (object === undefined || object.builtin !== null) continue;
      found.set(item.value.address, { binding: item.binding, path: item.path });
      if (item.path.length > 8) continue;
      for (const [key, property] of object.properties)
        if (!key.startsWith("@@") && !key.startsWith("\u0000") && property.get === null)
          queue.push({ value: property.value, binding: item.binding, path: [...item.path, key] });
      if (object.kind === "array")
        object.elements?.forEach((value, n) => {
          if (value !== null && value !== undefined)
            queue.push({ value, binding: item.binding, path: [...item.path, String(n)] });
        });
    }
    return found;
  }

  nameOfSymbol(target: string, key: string): Reference | null {
    for (const [binding, value] of this.variables(target))
      if (value.kind === "symbol" && value.key === key) return binding;
    return null;
  }

  /** Variables that code of `target` can name. */
  private *variables(target: string): Generator<readonly [Reference, Value]> {
    for (const file of [target, ...this.source.order.filter((f) => f !== target)]) {
      const environment = this.environments.get(file);
      const properties = environment === undefined ? undefined : this.base.get(environment)?.properties;
      const exported = new Set(file === target ? [] : this.source.exportsOf(file).map((n) => this.localOf(file, n)));
      for (const [name, { value }] of properties ?? [])
        if (!name.startsWith("\u0000") && (file === target || exported.has(name)))
          yield [{ kind: "binding", file, name }, value];
    }
  }

  /** Everything that the modules' variables lead to; static values that are only written down at a site are not among it. */
  reachable(): ReadonlySet<Address> {
    const found = new Set<Address>();
    const queue: Address[] = [];
    const visit = (value: Value | null | undefined): void => {
      if (value?.kind !== "object" || found.has(value.address)) return;
      found.add(value.address);
      queue.push(value.address);
    };
    for (const environment of this.environments.values())
      for (const [name, { value }] of this.base.get(environment)?.properties ?? [])
        if (!name.startsWith(SITE_PROPERTY)) visit(value);
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      const object = this.base.get(at);
      if (object === undefined || object.builtin !== null) continue;
      for (const { value, get, set } of object.properties.values()) [value, get, set].forEach(visit);
      object.elements?.forEach(visit);
      object.entries?.forEach((entry) => entry.forEach(visit));
      object.code?.captures.forEach(visit);
      const { fields = null, home = null } = object.code ?? {};
      const behind = [object.prototype, home, ...(fields ?? []).map(({ initializer }) => initializer)];
      for (const address of behind) if (address !== null) visit(reference(address));
    }
    return found;
  }

  private localOf(file: string, name: string): string | null {
    const target = this.source.resolveExport(file, name);
    return target?.kind === "local" && target.file === file ? target.name : null;
  }

  /** the package's own functions, known by path like built-ins */
  private addOwn(path: string): void {
    const address = this.newAddress();
    this.intrinsicAt.set(path, address);
    const object = newObject("function", this.intrinsicAt.get("Function.prototype") ?? null, path);
    object.builtin = path;
    object.residence = { kind: "intrinsic" };
    object.properties.set("\u0000open", dataProperty(UNDEFINED, 0));
    this.base.set(address, object);
  }

  private loadIntrinsics(intrinsics: ReadonlyMap<string, IntrinsicObject>): void {
    for (const path of intrinsics.keys()) this.intrinsicAt.set(path, this.newAddress());
    for (const name of ["specialize", "dynamic", "context"]) this.addOwn(`%${name}%`);
    for (const file of this.source.order)
      if (this.source.module(file)?.kind === "cjs") this.addOwn(`${REQUIRE}${file}`);
    for (const [path, info] of intrinsics) {
      const prototype = info.prototype === null ? null : (this.intrinsicAt.get(info.prototype) ?? null);
      const object = newObject(info.kind === "function" ? "function" : "plain", prototype, path);
      object.builtin = path;
      object.residence = { kind: "intrinsic" };
      for (const [key, property] of info.properties) {
        const value = (p: { path: string } | { value: Primitive } | null | undefined): Value => {
          if (p === null || p === undefined) return UNDEFINED;
          if ("value" in p) return constant(p.value);
          if (!this.intrinsicAt.has(p.path) && p.path.startsWith("Symbol.")) return { kind: "symbol", key: p.path };
          const at = this.intrinsicAt.get(p.path);
          return at === undefined ? NULL : reference(at);
        };
        if ("getter" in property)
          object.properties.set(key, {
            value: UNDEFINED,
            get: value({ path: property.getter }),
            set: property.setter === null ? null : value({ path: property.setter }),
            flags: 4,
          });
        else object.properties.set(key, dataProperty(value(property), property.writable ? HIDDEN : 0));
      }
      if (info.open) object.properties.set("\u0000open", dataProperty(UNDEFINED, 0));
      this.base.set(this.intrinsicAt.get(path) ?? -1, object);
    }
  }
}

function isOfElements(key: string): boolean {
  return key === "length" || /^\d+$/.test(key);
}
