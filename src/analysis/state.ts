/** The abstract state at a program point: values of slots and the abstract heap; and its least upper bound. */
import type { IrFunction } from "../ir/types.ts";
import type { FunctionRef } from "./types.ts";
import type { Flow } from "./flow.ts";
import type { AbstractObject, Heap } from "./heap.ts";
import { joinObjects } from "./heap.ts";
import type { Location, Value } from "./value.ts";
import { joinValues } from "./value.ts";

export interface State {
  /** slots of the function, then one place per region: what a loop iterates */
  readonly slots: (Value | undefined)[];
  readonly heap: Heap;
}

/** How a call of a division ends, in the division's own names of locations. */
export interface Exit {
  value: Value;
  heap: Heap;
}

export interface CalleeUse {
  readonly division: Division;
  readonly key: string;
}

/** One function under one combination of binding times. */
export interface Division {
  readonly id: number;
  readonly key: string;
  readonly code: FunctionRef;
  readonly ir: IrFunction;
  readonly flow: Flow;
  /** modules are being evaluated: writes to their objects are initialization */
  readonly isInit: boolean;
  readonly entry: State;
  readonly receiverLocations: readonly Location[];
  readonly self: Location | null;
  readonly newTarget: Value | null;
  readonly blocksIn: (State | undefined)[];
  readonly edges: Set<number>;
  readonly pending: Set<number>;
  readonly phis: Map<string, number>;
  returned: Exit | null;
  thrown: Exit | null;
  /** blocks of callers to visit again when an exit changes, as caller -> blocks */
  readonly dependents: Map<Division, Set<number>>;
  /** flow insensitivity (tests): the one value of each slot */
  readonly shared: (Value | undefined)[];
  /** use insensitivity (tests): definitions with a late use */
  readonly usedLate: Set<number>;
  active: boolean;
  /** how often a block of it has been visited: tells whether a record is up to date */
  visits: number;
}

export function cloneState(state: State): State {
  return { slots: [...state.slots], heap: new Map(state.heap) };
}

/** Numbers the joins of a place at a program point, and lets decisions change what a join gives. */
export interface JoinPolicy {
  /** the definition number of the join at this place */
  phi(place: string): number;
  /** the joined value as decided: kept (varies) or lifted (dynamic) */
  decide(place: string, value: Value): Value;
}

/** Adds `incoming` to `into`, for the slots that may still be read; true if anything changed. */
export function joinStates(into: State, incoming: State, policy: JoinPolicy, live: readonly number[]): boolean {
  let changed = false;
  for (const slot of live) {
    const value = incoming.slots[slot];
    const known = into.slots[slot];
    if (value === undefined) continue;
    const joined = known === undefined ? value : joinAt(known, value, policy, `s${slot}`);
    if (joined !== known) {
      into.slots[slot] = joined;
      changed = true;
    }
  }
  return joinHeaps(into.heap, incoming.heap, policy) || changed;
}

/** Adds `incoming` to `into`; objects that exist on one side only are taken as they are. */
export function joinHeaps(into: Heap, incoming: ReadonlyMap<Location, AbstractObject>, policy: JoinPolicy): boolean {
  let changed = false;
  for (const [location, object] of incoming) {
    const known = into.get(location);
    if (known === undefined) {
      into.set(location, object);
      changed = true;
      continue;
    }
    const joined = decideFields(
      known,
      joinObjects(known, object, (field) => policy.phi(`h${location}.${field}`)),
      policy,
      location,
    );
    if (joined !== known) {
      into.set(location, joined);
      changed = true;
    }
  }
  return changed;
}

function joinAt(known: Value, value: Value, policy: JoinPolicy, place: string): Value {
  if (known === value) return known;
  const joined = joinValues(known, value, () => policy.phi(place));
  if (joined === known) return known;
  return policy.decide(place, joined);
}

function decideFields(
  known: AbstractObject,
  joined: AbstractObject,
  policy: JoinPolicy,
  location: Location,
): AbstractObject {
  if (joined === known || joined.fields === known.fields) return joined;
  let fields: Map<string, Value> | null = null;
  for (const [key, value] of joined.fields) {
    if (known.fields.get(key) === value) continue;
    const decided = policy.decide(`h${location}.${key}`, value);
    if (decided === value) continue;
    fields ??= new Map(joined.fields);
    fields.set(key, decided);
  }
  return fields === null ? joined : { ...joined, fields };
}
