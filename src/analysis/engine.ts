/**
 * The fixpoint: divisions, their blocks waiting for a visit, and the objects that live as long as the program.
 *
 * A division is visited block by block in reverse postorder. At a call the callee's division is made and visited first;
 * in a recursion the exit known so far is used, and callers are visited again when it grows. Objects made while modules
 * are evaluated (globals) are one for the whole run: they are abstracted without flow. All orders are determined by the
 * program, so that the same program gives the same result.
 */
import type { IrFunction } from "../ir/types.ts";
import type { CanonicalEntry } from "./entry.ts";
import type { Flow } from "./flow.ts";
import { flowOf } from "./flow.ts";
import type { AbstractObject, Heap } from "./heap.ts";
import { isInternalKey, joinObjects, withField } from "./heap.ts";
import { GLOBAL_MARK, Locations } from "./locations.ts";
import type { Division, JoinPolicy, State } from "./state.ts";
import { cloneState, joinStates } from "./state.ts";
import type { AnalysedProgram, AnalysisLimits, Cause, FunctionRef, Sensitivity } from "./types.ts";
import type { Location, Value } from "./value.ts";
import { causeOf, dynamicValue, joinValues } from "./value.ts";

/** What earlier rounds decided; only ever grows. */
export class Decisions {
  readonly lifts = new Set<string>();
  readonly keeps = new Set<string>();
  /** calls that make a residual function: their result is dynamic */
  readonly shares = new Set<string>();
}

/** Tables that outlive a round, so that the numbers in decisions keep their meaning. */
export class Names {
  readonly locations = new Locations();
  readonly divisions = new Map<string, number>();
  readonly flows = new Map<IrFunction, Flow>();
}

const PHI_DEF = 2 ** 41;
const FIRST: readonly number[] = [0];

export class Engine {
  readonly divisions = new Map<string, Division>();
  readonly globals: Heap = new Map();
  readonly bindings = new Map<string, Value>();
  readonly notes: Cause[] = [];
  readonly locations: Locations;
  /** modules are being evaluated */
  isInit = true;
  exhausted = false;
  /** some function of the program catches exceptions */
  readonly hasHandlers: boolean;
  visits = 0;
  #depth = 0;
  #globalsChanged = false;
  readonly #queue = new Set<Division>();
  readonly #perFunction = new Map<IrFunction, number>();

  constructor(
    readonly program: AnalysedProgram,
    readonly names: Names,
    readonly decisions: Decisions,
    readonly sensitivity: Sensitivity,
    readonly limits: AnalysisLimits,
    /** property names written outside of the evaluation of modules */
    readonly mutableKeys: ReadonlyMap<string, Cause>,
    private readonly execute: (engine: Engine, division: Division, block: number) => void,
  ) {
    this.locations = names.locations;
    this.hasHandlers = [...program.modules.values()].some((m) =>
      m.ir.functions.some((f) => f.regions.some((r) => r.kind === "try")),
    );
  }

  functionOf(code: FunctionRef): IrFunction | null {
    return this.program.modules.get(code.file)?.ir.functions[code.func] ?? null;
  }

  flow(ir: IrFunction): Flow {
    let flow = this.names.flows.get(ir);
    if (flow === undefined) this.names.flows.set(ir, (flow = flowOf(ir)));
    return flow;
  }

  /** How many divisions the function has in this phase. */
  countOf(ir: IrFunction): number {
    return this.#perFunction.get(ir) ?? 0;
  }

  known(code: FunctionRef, key: string): Division | undefined {
    return this.divisions.get(this.keyOf(code, key));
  }

  private keyOf(code: FunctionRef, key: string): string {
    return `${this.isInit ? "i" : "r"}|${code.file}#${code.func}|${key}`;
  }

  /** The division for this entry, made where it is new. */
  division(
    code: FunctionRef,
    ir: IrFunction,
    entry: CanonicalEntry,
    state: State,
    self: Location | null,
    newTarget: Value | null,
  ): Division {
    const key = this.keyOf(code, entry.key);
    const found = this.divisions.get(key);
    if (found !== undefined) return found;
    let id = this.names.divisions.get(key);
    if (id === undefined) this.names.divisions.set(key, (id = this.names.divisions.size));
    const made: Division = {
      id,
      key,
      code,
      ir,
      flow: this.flow(ir),
      isInit: this.isInit,
      entry: state,
      receiverLocations: [],
      self,
      newTarget,
      blocksIn: new Array<State | undefined>(ir.blocks.length).fill(undefined),
      edges: new Set(),
      pending: new Set([ir.entry]),
      phis: new Map(),
      returned: null,
      thrown: null,
      dependents: new Map(),
      shared: [],
      usedLate: new Set(),
      active: false,
      visits: 0,
    };
    made.blocksIn[ir.entry] = cloneState(state);
    this.divisions.set(key, made);
    this.#perFunction.set(ir, this.countOf(ir) + 1);
    this.#queue.add(made);
    return made;
  }

  /** Visits a division at once, unless it is being visited or the stack is deep; then it waits its turn. */
  visitNow(division: Division): void {
    if (division.pending.size === 0) return;
    if (division.active || this.#depth >= this.limits.depth) {
      this.#queue.add(division);
      return;
    }
    this.#depth++;
    this.visit(division);
    this.#depth--;
  }

  private visit(division: Division): void {
    division.active = true;
    this.#queue.delete(division);
    const { order } = division.flow;
    while (division.pending.size > 0) {
      let next = -1;
      for (const block of division.pending) if (next < 0 || order[block]! < order[next]!) next = block;
      division.pending.delete(next);
      if (++this.visits > this.limits.visits) {
        this.exhausted = true;
        division.pending.clear();
        break;
      }
      division.visits++;
      this.execute(this, division, next);
    }
    division.active = false;
  }

  /** Visits everything that waits, until nothing changes. */
  run(): void {
    do {
      this.#globalsChanged = false;
      for (let next = this.#queue.values().next(); next.done !== true; next = this.#queue.values().next()) {
        const division = next.value;
        this.#queue.delete(division);
        this.visit(division);
        if (this.exhausted) return;
      }
      if (this.#globalsChanged)
        for (const division of this.divisions.values()) if (division.isInit === this.isInit) this.revisit(division);
    } while (this.#globalsChanged);
  }

  /** All reached blocks again. */
  revisit(division: Division): void {
    division.blocksIn.forEach((state, block) => {
      if (state !== undefined) division.pending.add(block);
    });
    this.#queue.add(division);
  }

  wake(division: Division, blocks: Iterable<number>): void {
    for (const block of blocks) division.pending.add(block);
    this.#queue.add(division);
  }

  policy(division: Division, point: string): JoinPolicy {
    return {
      phi: (place) => phiOf(division, `${point}:${place}`),
      decide: (place, value) => {
        if (value.cause !== null || value.def !== phiOf(division, `${point}:${place}`)) return value;
        const key = decisionKey(division, point, place);
        if (this.decisions.lifts.has(key))
          return dynamicValue(
            causeOf(
              `${placeName(division, place, this.locations)}: made dynamic where paths meet on which it differs`,
              division.ir.blocks[Number(point)]?.instructions[0]?.origin ?? division.ir.origin,
              null,
            ),
            value.locations,
          );
        return this.decisions.keeps.has(key) && !value.varies ? { ...value, varies: true } : value;
      },
    };
  }

  /** A state flows into a block. */
  flowInto(division: Division, from: number, to: number, state: State): void {
    division.edges.add(from * division.ir.blocks.length + to);
    const known = division.blocksIn[to];
    const live = division.flow.liveSlots[to]!;
    if (known === undefined) {
      const slots = new Array<Value | undefined>(state.slots.length).fill(undefined);
      for (const slot of live) slots[slot] = state.slots[slot];
      division.blocksIn[to] = { slots, heap: new Map(state.heap) };
      division.pending.add(to);
      return;
    }
    if (joinStates(known, state, this.policy(division, String(to)), live)) division.pending.add(to);
  }

  /** Brings what earlier visits found at a point in line with new decisions: values only ever become more dynamic. */
  redecide(division: Division, point: string): void {
    const dot = point.indexOf(".");
    const block = Number(dot < 0 ? point : point.slice(0, dot));
    this.wake(division, [block]);
    const state = division.blocksIn[block];
    if (dot >= 0 || state === undefined) return;
    const policy = this.policy(division, point);
    state.slots.forEach((value, slot) => {
      if (value !== undefined) state.slots[slot] = policy.decide(`s${slot}`, value);
    });
    for (const [location, object] of state.heap) {
      let changed = object;
      for (const [key, value] of object.fields) {
        const decided = policy.decide(`h${location}.${key}`, value);
        if (decided !== value) changed = { ...changed, fields: new Map(changed.fields).set(key, decided) };
      }
      if (changed !== object) state.heap.set(location, changed);
    }
  }

  /** A way out of the division. */
  flowOut(division: Division, how: "returned" | "thrown", value: Value, heap: Heap): void {
    const known = division[how];
    if (known === null) division[how] = { value, heap: new Map(heap) };
    else {
      const state: State = { slots: [known.value], heap: known.heap };
      if (
        !joinStates(
          state,
          { slots: [value], heap },
          this.policy(division, how === "returned" ? "exit" : "thrown"),
          FIRST,
        )
      )
        return;
      division[how] = { value: state.slots[0]!, heap: state.heap };
    }
    for (const [caller, blocks] of division.dependents) this.wake(caller, blocks);
  }

  /** The object at a location of the whole program. */
  global(location: Location): AbstractObject | undefined {
    return this.globals.get(location);
  }

  addGlobal(location: Location, object: AbstractObject): void {
    const known = this.globals.get(location);
    const joined =
      known === undefined
        ? { ...object, existing: true }
        : joinObjects(known, { ...object, existing: true }, (field) => this.globalDef(location, field));
    if (joined === known) return;
    this.globals.set(location, joined);
    this.#globalsChanged = true;
  }

  /** Adds to what a field of a global may hold. Initialization adds; what runs later makes it dynamic. */
  writeGlobal(location: Location, key: string | null, value: Value): void {
    const object = this.globals.get(location);
    if (object === undefined) return;
    const known = key === null ? object.rest : (object.fields.get(key) ?? (isInternalKey(key) ? null : object.rest));
    const joined =
      known === null || known === undefined
        ? value
        : joinValues(known, value, () => this.globalDef(location, key ?? "*"));
    if (joined === known) return;
    const next = key === null ? { ...object, rest: joined } : withField(object, key, joined);
    this.globals.set(location, next);
    this.#globalsChanged = true;
  }

  bind(file: string, name: string, value: Value): void {
    const key = `${file}\0${name}`;
    const known = this.bindings.get(key);
    const joined = known === undefined ? value : joinValues(known, value, () => this.globalDef(-1, key));
    if (joined === known) return;
    this.bindings.set(key, joined);
    this.#globalsChanged = true;
  }

  readonly #globalDefs = new Map<string, number>();
  globalDef(location: Location, field: string): number {
    const key = `${location}.${field}`;
    let def = this.#globalDefs.get(key);
    if (def === undefined) this.#globalDefs.set(key, (def = PHI_DEF * 2 + this.#globalDefs.size));
    return def;
  }

  /** Location of an object made at this place. */
  allocate(division: Division, place: string): Location {
    return this.locations.intern(`${division.isInit ? GLOBAL_MARK : ""}${division.id}.${place}`);
  }
}

/** The number of a join in a division. */
export function phiOf(division: Division, place: string): number {
  let phi = division.phis.get(place);
  if (phi === undefined) division.phis.set(place, (phi = PHI_DEF + division.phis.size));
  return phi;
}

/** How decisions are filed. */
export function decisionKey(division: Division, point: string, place: string): string {
  return `${division.id}|${point}|${place}`;
}

/** A place as a person would name it. */
export function placeName(division: Division, place: string, locations: Locations): string {
  if (place.startsWith("s")) return division.ir.slots[Number(place.slice(1))]?.name ?? "a temporary";
  const dot = place.indexOf(".");
  void locations;
  return `field ${place.slice(dot + 1)}`;
}
