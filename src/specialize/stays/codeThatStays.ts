/**
 * Generic code that becomes part of a residual, or is called from one, as it is: what it may write of objects that the
 * modules have made is filed, as the writes of specialized code are, so that nobody takes it for known.
 *
 * Needs: the evaluated modules; a function, and what it is handed. Promises: every field, element and entry that the
 * function may assign, itself or in functions that it makes or calls, of an object that its variables lead to or that it is
 * handed, is filed as written. A write to an object that it made itself is none. Where the object is not known, the field
 * counts as written in every object that the code gets hold of. What functions do that only the run time knows is assumed
 * not to matter (docs/ASSUMPTIONS.md, 7).
 *
 *   xs.forEach((x) => { state.n = x; }); return state.n      n of `state` is read at run time
 *
 * After: Banning, "An efficient way to find the side effects of procedure calls", POPL 1979; methods by name as in Dean,
 * Grove, Chambers, "Optimization of object-oriented programs using static class hierarchy analysis", ECOOP 1995.
 */
import type { HeapObject, Store } from "../heap.ts";
import type { Session } from "../session.ts";
import type { Address, Value } from "../values.ts";
import type { World } from "../world.ts";
import { ALL, ELEMENTS, ENTRIES } from "../world.ts";
import { fileWrite } from "./fileWrite.ts";
import { Objects } from "./objects.ts";
import type { Origin } from "./origin.ts";
import { originOf, partsOf } from "./origin.ts";
import { Found, scanFunction } from "./scanFunction.ts";

const done = new WeakMap<World, Set<string>>();

/** Files what a function that stays may write; `given`: its receiver and arguments, where they are known. */
export function noteCodeThatStays(session: Session, store: Store, callee: Address, given: readonly Value[] = []): void {
  if (session.evaluating || !session.knowledge.assume.statics) return;
  const code = store.get(callee).code;
  if (code === null || session.knowledge.isExtern(code.code)) return;
  const handed = given.flatMap((value) =>
    value.kind === "object" && store.isBase(value.address) ? [value.address] : [],
  );
  const captured = code.captures.flatMap((value) => (value?.kind === "object" ? [value.address] : []));
  const key = [code.code.key, ...captured, "handed", ...handed].join();
  let keys = done.get(session.world);
  if (keys === undefined) done.set(session.world, (keys = new Set()));
  if (keys.has(key)) return;
  keys.add(key);
  new Walk(session, store).from(callee, handed);
}

class Walk {
  private readonly objects: Objects;
  private readonly found = new Found();
  private readonly seen = new Set<string>();

  constructor(
    private readonly session: Session,
    private readonly store: Store,
  ) {
    this.objects = new Objects(session, store);
  }

  from(callee: Address, handed: readonly Address[]): void {
    for (const address of handed) this.objects.reached.add(address);
    this.found.functions.push(callee);
    let reached: ReadonlySet<Address>;
    let before: string;
    do {
      before = this.size();
      this.scan();
      reached = this.closure();
      for (const address of reached) this.methodsOf(this.store.get(address));
    } while (this.found.hasWork() || before !== this.size());
    this.file(reached);
  }

  private size(): string {
    return `${this.objects.reached.size} ${this.found.called.size} ${this.seen.size}`;
  }

  private scan(): void {
    for (;;) {
      const address = this.found.functions.pop();
      if (address !== undefined) {
        this.enter(address);
        continue;
      }
      const inner = this.found.closures.pop();
      if (inner === undefined) return;
      const key = `${inner.code.key} ${inner.captures.map(({ known, unknown }) => `${[...known].join("+")}${unknown}`).join()}`;
      if (!this.seen.has(key)) {
        this.seen.add(key);
        scanFunction(this.objects, this.found, inner.code, inner.captures, this.session.program);
      }
    }
  }

  /** A function of the program may run; with a class, what its instances can do, and the classes that it extends. */
  private enter(address: Address): void {
    const key = `@${address}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    const object = this.objects.get(address);
    if (object === null || object.code === null) return;
    const { code, captures, fields, isClass } = object.code;
    if (this.session.knowledge.isExtern(code)) return;
    this.found.closures.push({ code, captures: captures.map((value): Origin => originOf(value)) });
    for (const value of captures) if (value?.kind === "object") this.objects.reached.add(value.address);
    for (const field of fields ?? []) if (field.initializer !== null) this.found.functions.push(field.initializer);
    if (!isClass) return;
    if (object.prototype !== null) this.found.functions.push(object.prototype);
    const prototype = object.properties.get("prototype")?.value;
    if (prototype?.kind !== "object") return;
    for (const { value, get, set } of this.objects.get(prototype.address)?.properties.values() ?? [])
      for (const member of [value, get, set]) if (member?.kind === "object") this.found.functions.push(member.address);
  }

  /** Everything that the objects at hand lead to. */
  private closure(): ReadonlySet<Address> {
    const all = new Set<Address>();
    const pending = [...this.objects.reached];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      const object = all.has(at) ? null : this.objects.get(at);
      if (object === null || object.builtin !== null) continue;
      all.add(at);
      for (const value of partsOf(object)) if (value.kind === "object") pending.push(value.address);
      if (object.prototype !== null) pending.push(object.prototype);
    }
    return all;
  }

  /** Functions of an object that are called by name, and accessors that are used by name. */
  private methodsOf({ properties }: HeapObject): void {
    for (const [key, { value, get, set }] of properties) {
      if (!this.found.called.has(key) && !this.found.callsAny) continue;
      for (const member of [value, get, set])
        if (member?.kind === "object" && !this.seen.has(`@${member.address}`))
          this.found.functions.push(member.address);
    }
  }

  private file(reached: ReadonlySet<Address>): void {
    for (const { address, change } of this.found.writes) fileWrite(this.session, this.store, address, change);
    for (const change of this.found.unknown)
      for (const address of reached)
        for (const one of change.startsWith("\u0000") ? this.privateNames(address, change) : [change])
          if (concerns(this.store.get(address), one)) fileWrite(this.session, this.store, address, one);
  }

  /** Of a class scope that is not known, every private name that is spelled so. */
  private privateNames(address: Address, name: string): string[] {
    return [...this.store.get(address).properties.keys()].filter((key) => key.startsWith(name));
  }
}

/** Whether an object can be changed in this way at all. */
function concerns({ kind, elements, entries, properties }: HeapObject, change: string): boolean {
  if (kind === "function" || kind === "cell" || kind === "iterator") return properties.has(change);
  if (change === ELEMENTS) return kind === "typed" || elements !== null;
  return change === ENTRIES ? entries !== null : kind !== "typed" || change === ALL;
}
