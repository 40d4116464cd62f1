/**
 * Live objects of a context: known by their fields when the residual is made, by identity only at run time. They are found
 * from the roots along static fields; each has a path from there. Reading one of their static fields is relied on, and
 * the binder checks it; reading a dynamic field, or handing the object over, uses the real object.
 */
import type { Declared } from "../declarations/types.ts";
import type { Origin } from "../ir/types.ts";
import type { Address, Cause, Value } from "./values.ts";
import { reference, sameValueRef } from "./values.ts";
import type { World } from "./world.ts";

export interface LiveObject {
  readonly address: Address;
  readonly path: readonly string[];
  /** what was declared about it; null: nothing, and it has no class: all of it is static */
  readonly declared: Declared | null;
}

/** A static field of a live object that the residual was made for. */
export interface Reliance {
  readonly address: Address;
  readonly key: string;
  readonly value: Value;
}

/** A write to a field that is declared static. */
export interface PromiseWritten {
  readonly address: Address;
  readonly key: string;
  readonly origin: Origin | undefined;
  /** what made control dynamic before; null: it is static there */
  readonly control: Cause | null;
  /** on some path the function ends while the field holds something else than at its start */
  isBroken: boolean;
}

/** What declarations say about objects. */
export interface Declarations {
  /** declaration of a class's instances, or null */
  ofClass(file: string, name: string): Declared | null;
  field(declared: Declared, key: string): Declared | null;
  /** it is written down field by field what is static; a static value of any other type is static all through */
  isSpecified(declared: Declared): boolean;
  element(declared: Declared): Declared | null;
}

export class LiveObjects {
  private readonly found = new Map<Address, LiveObject>();
  readonly broken = new Map<string, PromiseWritten>();
  readonly relied = new Map<string, Reliance>();

  constructor(
    private readonly world: World,
    private readonly declarations: Declarations,
    private readonly named: ReadonlySet<Address>,
    root: Address,
  ) {
    this.discover(root);
  }

  get(address: Address): LiveObject | undefined {
    return this.found.get(address);
  }

  /** True: only the run time knows what the field holds. */
  isDynamic(address: Address, key: string): boolean {
    const live = this.found.get(address);
    // what the object itself does not have (methods of its class) is looked for behind it
    if (live === undefined || this.world.get(address)?.properties.has(key) !== true) return false;
    return !this.isStatic(live, key);
  }

  /** True: the field is promised not to change. */
  holdsStatic(address: Address, key: string): boolean {
    const live = this.found.get(address);
    return (
      live !== undefined &&
      live.declared !== null &&
      this.declarations.isSpecified(live.declared) &&
      this.isStatic(live, key)
    );
  }

  /** Static fields that are left with another value than they had: what is declared does not hold. */
  noteBroken(written: Iterable<PromiseWritten>): void {
    for (const one of written) if (one.isBroken) this.broken.set(`${one.address}.${one.key}`, one);
  }

  /** True: a declaration says that the field is static, or that its object is so all through. */
  promises(address: Address, key: string): boolean {
    const live = this.found.get(address);
    if (live?.declared == null) return false;
    if (this.declarations.isSpecified(live.declared)) return this.isStatic(live, key);
    return live.declared.kind === "static";
  }

  /** Declared type of a field of a live object. */
  fieldOf(address: Address, key: string): Declared | null {
    const declared = this.found.get(address)?.declared ?? null;
    return declared === null ? null : this.declarations.field(declared, key);
  }

  /** The residual depends on this field having this value. */
  rely(address: Address, key: string, value: Value): void {
    if (!this.found.has(address)) return;
    const before = this.world.get(address)?.properties.get(key)?.value;
    if (before !== undefined && !sameValueRef(before, value)) return;
    this.relied.set(`${address}.${key}`, { address, key, value });
  }

  /**
   * A field was found behind the objects `passed`. Where the first of them is live and the value has a name, the field
   * itself is checked when binding, whichever object has it; else the prototypes are.
   */
  relyInherited(address: Address, key: string, value: Value, passed: readonly Address[]): void {
    if (passed.length === 0) return;
    const isNamed = value.kind !== "object" || this.named.has(value.address) || this.isBuiltin(value.address);
    if (this.found.has(address) && isNamed && !key.startsWith("@@")) this.rely(address, key, value);
    else this.relyOnPrototypes(passed);
  }

  relyOnPrototypes(passed: readonly Address[]): void {
    for (const at of passed) {
      const prototype = this.world.get(at)?.prototype ?? null;
      if (prototype !== null) this.rely(at, "#proto", reference(prototype));
    }
  }

  private isBuiltin(address: Address): boolean {
    return this.world.intrinsicPath(address) !== null;
  }

  private isStatic(live: LiveObject, key: string): boolean {
    if (live.declared === null || !this.declarations.isSpecified(live.declared)) return true;
    if (/^\d+$/.test(key) || key === "length") return true;
    const field = this.declarations.field(live.declared, key);
    return field?.kind === "static" || field?.kind === "partial";
  }

  private discover(root: Address): void {
    const queue: LiveObject[] = [{ address: root, path: [], declared: null }];
    for (let i = 0; i < queue.length; i++) {
      const live = queue[i];
      if (live === undefined || this.found.has(live.address)) continue;
      const object = this.world.get(live.address);
      if (object === undefined || object.builtin !== null || object.code !== null || this.named.has(live.address))
        continue;
      const declared = this.classOf(object.prototype) ?? live.declared;
      const here: LiveObject = { ...live, declared };
      this.found.set(live.address, here);
      const visit = (key: string, value: Value | null | undefined, child: Declared | null): void => {
        if (value?.kind === "object")
          queue.push({ address: value.address, path: [...live.path, key], declared: child });
      };
      for (const [key, property] of object.properties)
        if (property.get === null && this.isStatic(here, key))
          visit(key, property.value, declared === null ? null : this.declarations.field(declared, key));
      object.elements?.forEach((value, n) =>
        visit(String(n), value, declared === null ? null : this.declarations.element(declared)),
      );
    }
  }

  private classOf(prototype: Address | null): Declared | null {
    const constructor =
      prototype === null ? undefined : this.world.get(prototype)?.properties.get("constructor")?.value;
    const code = constructor?.kind === "object" ? this.world.get(constructor.address)?.code : null;
    return code === null || code === undefined || !code.isClass
      ? null
      : this.declarations.ofClass(code.code.file, code.code.ir.name);
  }
}
