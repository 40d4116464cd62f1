/** What is known of the objects of the evaluated modules, for code that stays: what their variables and fields lead to. */
import type { HeapObject, Store } from "../heap.ts";
import { arrayIndex } from "../lookup.ts";
import type { Session } from "../session.ts";
import type { Address, Value } from "../values.ts";
import type { Origin } from "./origin.ts";
import { MADE, UNKNOWN, joinOrigins, originOf } from "./origin.ts";

export class Objects {
  /** objects that the code which was looked at gets hold of by itself */
  readonly reached = new Set<Address>();

  constructor(
    readonly session: Session,
    readonly store: Store,
  ) {}

  get(address: Address): HeapObject | null {
    return this.store.has(address) ? this.store.get(address) : null;
  }

  /** What a variable of a module holds. */
  binding(file: string, name: string): Origin {
    const { world } = this.session;
    const target = world.resolve(file, name);
    if (target?.kind === "namespace") {
      const parts = this.session.world.source
        .exportsOf(target.file)
        .map((exported) => this.binding(target.file, exported));
      return parts.reduce(joinOrigins, UNKNOWN);
    }
    if (target?.kind !== "local") return UNKNOWN;
    const environment = world.environment(target.file);
    const value = environment === null ? undefined : this.get(environment)?.properties.get(target.name)?.value;
    const found = this.reach(originOf(value));
    return world.isReassigned(target.file, target.name) || value === undefined ? joinOrigins(found, UNKNOWN) : found;
  }

  /** A standard global. */
  global(name: string): Origin {
    const value = this.session.global(name);
    return value === null ? UNKNOWN : originOf(value);
  }

  /** A property of any of these; null: whichever. */
  property(holders: Origin, key: string | null): Origin {
    let found: Origin = holders.unknown || holders.known.size === 0 ? UNKNOWN : MADE;
    for (const address of holders.known) {
      const value = key === null ? null : this.field(address, key);
      if (value === null) {
        this.reached.add(address);
        found = joinOrigins(found, UNKNOWN);
      } else found = joinOrigins(found, this.reach(originOf(value)));
    }
    return found;
  }

  /** The value of a data property, inherited ones too; null: there is none, or it is computed or changes. */
  private field(address: Address, key: string): Value | null {
    for (let at: Address | null = address; at !== null;) {
      const object = this.get(at);
      if (object === null || object.residence.kind === "residual" || this.session.isMutable(at, key)) return null;
      const index = object.elements === null || object.kind !== "array" ? null : arrayIndex(key);
      const element = index === null ? undefined : object.elements?.[index];
      if (element !== null && element !== undefined) return element;
      const own = object.properties.get(key);
      if (own !== undefined) return own.get === null && own.set === null ? own.value : null;
      at = object.prototype;
    }
    return null;
  }

  /** The content of a captured variable. */
  cell(cells: Origin): Origin {
    let found: Origin = UNKNOWN;
    for (const address of cells.known)
      found = joinOrigins(found, this.reach(originOf(this.get(address)?.elements?.[0])));
    return found;
  }

  /** What `new` of one of these gives: an object of its own, unless the constructor may return another. */
  instance(callees: Origin): Origin {
    if (callees.unknown || callees.known.size === 0) return UNKNOWN;
    return [...callees.known].every((address) => this.givesInstance(address)) ? MADE : UNKNOWN;
  }

  private givesInstance(address: Address): boolean {
    const object = this.get(address);
    if (object === null) return false;
    if (object.builtin !== null) return true;
    const ir = object.code?.code.ir;
    return (
      ir?.opaque === null &&
      ir.kind === "constructor" &&
      ir.blocks.every(
        ({ terminator: end }) =>
          end.op !== "return" || (typeof end.value === "object" && end.value.value === undefined),
      )
    );
  }

  private reach(origin: Origin): Origin {
    for (const address of origin.known) this.reached.add(address);
    return origin;
  }
}
