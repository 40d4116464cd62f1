/** One instruction at work: access to slots and the heap, escapes, and notes of when the operation is done. */
import type { Operand, Origin, Slot } from "../ir/types.ts";
import type { ArgumentList } from "./entry.ts";
import type { Engine } from "./engine.ts";
import { phiOf } from "./engine.ts";
import type { AbstractObject } from "./heap.ts";
import { abstractObject, escapedObject, isInternalKey, joinObjects } from "./heap.ts";
import type { Division, State } from "./state.ts";
import type { BindingTime, CallFact, Cause } from "./types.ts";
import type { Location, Value } from "./value.ts";
import { CONSTANT_DEF, causeOf, constantValue, dynamicValue, joinValues, objectValue, staticValue } from "./value.ts";

/** A call as the instruction means it. `null` result: it does not return. */
export interface CallRequest {
  readonly callee: Value;
  readonly receiver: Value;
  readonly args: ArgumentList;
  /** `new`: the new target */
  readonly newTarget: Value | null;
}
export type Caller = (step: Step, request: CallRequest) => Value | null;

export class Step {
  /** done late, and why */
  late: Cause | null = null;
  readonly lifts: number[] = [];
  call: CallFact | null = null;
  varyingAfter: string[] = [];
  #allocations = 0;

  constructor(
    readonly engine: Engine,
    readonly division: Division,
    readonly state: State,
    readonly block: number,
    readonly index: number,
    readonly origin: Origin | undefined,
    readonly perform: Caller,
    /** an exception of this kind may leave the instruction */
    readonly throwOut: (value: Value, heap: State["heap"]) => void,
  ) {}

  get def(): number {
    return 1 + this.block * 65536 + this.index + 1;
  }

  get site(): string {
    return `${this.division.id}.${this.block}.${this.index}`;
  }

  cause(what: string, from: Cause | null = null): Cause {
    return causeOf(what, this.origin, from);
  }

  /** The value of an operand. */
  read(operand: Operand): Value {
    if (typeof operand !== "number") return constantValue(operand.value);
    if (!this.engine.sensitivity.flow) {
      const shared = this.division.shared[operand];
      if (shared !== undefined) return shared;
    }
    return this.state.slots[operand] ?? dynamicValue(this.cause("a variable read before it has a value"));
  }

  write(slot: Slot, value: Value): void {
    const { division, engine } = this;
    let written = value;
    if (!engine.sensitivity.use && value.cause === null && division.usedLate.has(value.def))
      written = dynamicValue(this.cause("used dynamically elsewhere"), value.locations);
    this.state.slots[slot] = written;
    if (engine.sensitivity.flow) return;
    const known = division.shared[slot];
    const joined = known === undefined ? written : joinValues(known, written, () => phiOf(division, `flow:${slot}`));
    if (joined === known) return;
    division.shared[slot] = joined;
    engine.revisit(division);
  }

  /** Gives `value` this instruction's own definition. */
  fresh(value: Value): Value {
    if (value.cause !== null || value.def === CONSTANT_DEF) return value;
    return value.def === this.def ? value : { ...value, def: this.def };
  }

  static(...from: readonly Value[]): Value {
    return staticValue(
      this.def,
      from.some((v) => v.varies),
    );
  }

  dynamic(what: string, from: Cause | null = null): Value {
    return dynamicValue(this.cause(what, from));
  }

  join(a: Value | null, b: Value | null): Value | null {
    if (a === null) return b;
    if (b === null) return a;
    return joinValues(a, b, () => this.def);
  }

  /** The operation is left to the residual. */
  markLate(cause: Cause): void {
    this.late ??= cause;
  }

  object(location: Location): AbstractObject | undefined {
    const found = this.state.heap.get(location) ?? this.engine.global(location);
    if (found !== undefined) return found;
    return this.engine.locations.builtinOf(location) === null
      ? undefined
      : abstractObject("builtin", { existing: true });
  }

  isGlobal(location: Location): boolean {
    return !this.state.heap.has(location);
  }

  /** Replaces the object at a virtual or existing location of the state. */
  put(location: Location, object: AbstractObject): void {
    this.state.heap.set(location, object);
  }

  /** A fresh object made by this instruction. */
  allocate(object: AbstractObject): Value {
    const place = `${this.block}.${this.index}${this.#allocations === 0 ? "" : `.${this.#allocations}`}`;
    this.#allocations++;
    const { engine, division } = this;
    const location = engine.allocate(division, place);
    if (division.isInit) {
      engine.addGlobal(location, object);
      return objectValue(location, this.def);
    }
    const before = this.state.heap.get(location);
    const made =
      before === undefined
        ? object
        : { ...joinObjects(before, object, (field) => phiOf(division, `a${location}.${field}`)), multiple: true };
    this.put(location, made);
    return objectValue(location, this.def);
  }

  /** Values that a late operation needs in the residual: primitives become constants, objects made here are rebuilt. */
  lift(values: readonly Value[], cause: Cause): void {
    for (const value of values) {
      if (
        value.cause === null &&
        value.def > 0 &&
        !this.engine.sensitivity.use &&
        !this.division.usedLate.has(value.def)
      ) {
        this.division.usedLate.add(value.def);
        this.engine.revisit(this.division);
      }
      this.escape(value.locations, cause);
    }
  }

  /** Objects made during specialization that are reachable from here become dynamic. */
  escape(from: readonly Location[], cause: Cause): void {
    const queue = [...from];
    for (let location = queue.pop(); location !== undefined; location = queue.pop()) {
      const object = this.state.heap.get(location);
      if (object === undefined || object.existing || object.escaped !== null) continue;
      this.put(location, escapedObject(object, cause));
      for (const [key, value] of object.fields)
        if (!isInternalKey(key) || object.kind !== "function" || value.locations.length > 0)
          queue.push(...value.locations);
      if (object.rest !== null) queue.push(...object.rest.locations);
      queue.push(...object.prototype);
    }
  }

  /** Code that is not known runs: what it may reach and change is dynamic after. */
  unknownCode(values: readonly Value[], cause: Cause): void {
    this.markLate(cause);
    this.lift(values, cause);
    for (const [location, object] of this.state.heap) {
      if (!object.existing || object.written.size === 0) continue;
      const fields = new Map(object.fields);
      for (const key of object.written) {
        const value = fields.get(key);
        if (value !== undefined && value.cause === null) fields.set(key, dynamicValue(cause, value.locations));
      }
      this.put(location, {
        ...object,
        fields,
        rest:
          object.written.has("*") && object.rest !== null ? dynamicValue(cause, object.rest.locations) : object.rest,
      });
    }
  }

  /** Where paths have met, an object that is one of several dynamic things has been rebuilt: nothing of it is static any more. */
  settle(): void {
    const { slots, heap } = this.state;
    const escaping: { locations: readonly Location[]; cause: Cause }[] = [];
    const see = (value: Value | undefined | null): void => {
      if (value === undefined || value === null || value.locations.length === 0) return;
      // one of several objects was rebuilt: the reference is dynamic, so the others are rebuilt where paths meet
      const cause = value.cause ?? (value.locations.length > 1 ? seen(this, value).cause : null);
      if (cause !== null) escaping.push({ locations: value.locations, cause });
    };
    slots.forEach(see);
    for (const [location, object] of heap) {
      const length = object.fields.get("%length");
      if (length !== undefined && length.cause !== null) escaping.push({ locations: [location], cause: length.cause });
      for (const value of object.fields.values()) see(value);
      see(object.rest);
    }
    for (const { locations, cause } of escaping) this.escape(locations, cause);
  }

  timeOf(value: Value): BindingTime {
    return timeOfValue(value, (l) => this.object(l));
  }
}

/** static, or partially static when a field next to hand is dynamic. */
export function timeOfValue(value: Value, object: (location: Location) => AbstractObject | undefined): BindingTime {
  if (value.cause !== null) return "dynamic";
  for (const location of value.locations) {
    const found = object(location);
    if (found === undefined) continue;
    if (found.escaped !== null && found.kind !== "function") return "dynamic";
    if (found.rest !== null && found.rest.cause !== null) return "partially static";
    for (const field of found.fields.values()) if (field.cause !== null) return "partially static";
  }
  return "static";
}

/** An object that was rebuilt in the residual reads as dynamic; functions stay known. */
export function seen(step: Step, value: Value): Value {
  if (value.cause !== null || value.locations.length === 0) return value;
  for (const location of value.locations) {
    const object = step.object(location);
    if (object !== undefined && object.escaped !== null && object.kind !== "function")
      return dynamicValue(object.escaped, value.locations);
  }
  return value;
}
