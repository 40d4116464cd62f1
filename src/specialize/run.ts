/**
 * One residual function in the making: its blocks, temporaries, versions and the queue of places where specialization
 * has to go on. Holds data and the few operations on them; what instructions do stands in the step files.
 *
 * A work item can be taken back, with all that came after it: whatever an item changes that is older than itself is
 * recorded in the trail first (`touch`, `touchActivation`, `record`), and what it makes anew is cut off.
 */
import { operandsOf } from "../ir/operands.ts";
import { keepTime } from "../base/exhausted.ts";
import type { Instruction, Operand, Origin, Primitive } from "../ir/types.ts";
import type { Limits } from "./limits.ts";
import { Bailout } from "./limits.ts";
import type { PromiseWritten } from "./live.ts";
import { noteUses } from "./ownArrays.ts";
import type { Program } from "./program.ts";
import type { Session } from "./session.ts";
import type { Activation, Call, Flow, ResidualBlock, ResidualRegion, State, Version } from "./state.ts";
import type { Address, Cause, DynamicValue, LiftTag, LiftTags, Temp, Value } from "./values.ts";
import type { Decisions } from "./decisions.ts";
import { tagsOf } from "./tags.ts";
import { Trail } from "./trail.ts";
import { isBehindLoop } from "./rounds.ts";
import { compareOrder, restart } from "./versions.ts";

/** What is remembered of a temporary. */
export interface TempInfo {
  name: string | undefined;
  /** path of the built-in it holds, when it was read off a value of known type */
  builtin: string | null;
  /** the known object that it was read off, and what stands for that in the residual */
  readOff: { readonly address: Address; readonly operand: Operand } | null;
  /** it is the outcome of comparing a value with a constant: known on either side of a branch */
  test: Test | null;
  /** the comparison that it is the outcome of, as `State.tests` has it; `negated` in `test` tells which way */
  comparison: string | null;
  isInequality: boolean;
  /** it is what typeof gives for this */
  typeOf: DynamicValue | null;
  /** it is the outcome of a test of types */
  typeTest: TypeTest | null;
  /** it is one of known values, by a key */
  pick: Pick | null;
  /** the path by which it was read off a global of the host */
  host: string | null;
  /** known objects that have been asked whether they have it for a key, and where to tell it apart */
  readonly asked: Map<Address, LiftTag>;
}

/** Slots of tags that tell keys apart (`keyedChoice`): those of records and Maps, and those of arrays. */
export const BY_NAME = "key by name";
export const BY_INDEX = "key by index";

function isKey({ slot }: LiftTag): boolean {
  return slot === BY_NAME || slot === BY_INDEX;
}

/** What a dynamic key chooses from: by the constants that the key is compared with. */
export interface Pick {
  readonly key: DynamicValue;
  readonly options: ReadonlyMap<Primitive, Value>;
}

/** A comparison with a constant (null: with null and undefined alike); `negated`: it holds where they differ. */
export interface Test {
  readonly value: Value;
  readonly constant: Value | null;
  readonly negated: boolean;
}

/** A test of types: which ones the value may have where it holds, and where not. */
export interface TypeTest {
  readonly value: DynamicValue;
  readonly then: number;
  readonly else: number;
  readonly isArray: boolean;
  readonly negated: boolean;
}

export interface WorkItem {
  readonly order: readonly number[];
  readonly sequence: number;
  readonly go: () => void;
  readonly version: Version | null;
}

/** Lengths and counters at the start of a work item. */
interface Mark {
  readonly blocks: number;
  readonly temps: number;
  readonly returns: number;
  readonly exits: number;
  readonly sequence: number;
  readonly regions: number;
  readonly activations: number;
  readonly emitted: number;
  readonly steps: number;
  readonly forks: number;
  readonly heap: number;
}

/** What steps need of each other, handed in so that no two of their files import each other. */
export interface Machine {
  step(run: Run, state: State): Flow;
  callFunction(run: Run, state: State, call: Call): Flow;
}

function newInfo(name: string | undefined): TempInfo {
  return {
    name,
    builtin: null,
    readOff: null,
    test: null,
    comparison: null,
    isInequality: false,
    typeOf: null,
    typeTest: null,
    pick: null,
    host: null,
    asked: new Map(),
  };
}

export class Run {
  readonly blocks: ResidualBlock[] = [];
  readonly temps: TempInfo[] = [];
  readonly versions = new Map<string, Version[]>();
  private readonly queue: WorkItem[] = [];
  private readonly trail = new Trail();
  private readonly marks: Mark[] = [];
  /** points, places and classes that have been reached, and in which work item: its mark, -1 for the start of the function */
  private readonly reached = new Map<string, number>();
  private sequence = 0;
  private regions = 0;
  private activations = 0;
  private emitted = 0;
  steps = 0;
  forks = 0;
  /** why control became dynamic for the first time */
  firstFork: Cause | null = null;
  /** what the heap took when this function was begun */
  private readonly heapBefore: number;
  /** what the function returns, path by path */
  readonly returns: Value[] = [];
  /** states in which the outermost frame has returned, where somebody wants them */
  readonly exits: State[] = [];
  /** where captured variables were made */
  readonly cellPlaces = new Map<Address, string>();
  /** live objects that the residual refers to, and the temporary that holds each */
  readonly captured = new Map<Address, Temp>();
  /** static fields of live objects that are written, and where; by address and key */
  readonly promisesWritten = new Map<string, PromiseWritten>();
  onExit: ((state: State) => void) | null = null;
  /** a module outside of the program is loaded by `require` */
  requiresOutside = false;

  constructor(
    readonly session: Session,
    readonly machine: Machine,
    readonly decisions: Decisions,
    /** name of the residual function, for messages */
    readonly label: string,
  ) {
    this.heapBefore = session.world.meter.used;
  }

  get program(): Program {
    return this.session.program;
  }
  get limits(): Limits {
    return this.session.limits;
  }

  /** Counts what is kept against the limit of room. */
  private takeRoom(room: number): void {
    this.session.world.meter.used += room;
  }

  /** A fresh residual temporary. */
  newTemp(name?: string): Temp {
    this.takeRoom(8);
    this.temps.push(newInfo(name));
    return this.temps.length - 1;
  }
  nameOf(temp: Temp): string | undefined {
    return this.temps[temp]?.name;
  }
  /** Temporary -1 stands for what modules leave unknown; nothing is remembered of it. */
  info(temp: Temp): TempInfo {
    if (temp < 0) return newInfo(undefined);
    const info = this.temps[temp];
    if (info === undefined) throw new Error(`no temporary ${temp}`);
    return info;
  }
  newBlock(region: ResidualRegion | null): ResidualBlock {
    this.takeRoom(32);
    const block: ResidualBlock = {
      id: this.blocks.length,
      region,
      instructions: [],
      terminator: null,
      exceptional: [],
      params: [],
      savedAt: this.trail.depth,
    };
    this.blocks.push(block);
    return block;
  }
  newRegion(init: Omit<ResidualRegion, "id" | "handler">): ResidualRegion {
    this.takeRoom(16);
    return { ...init, id: this.regions++, handler: null };
  }
  newAddress(): Address {
    return this.session.newAddress();
  }
  newActivation(key: string, parts: readonly string[]): Activation {
    this.takeRoom(4);
    return {
      id: this.activations++,
      key,
      parts,
      forked: false,
      forkedBy: null,
      visits: new Map(),
      forks: 0,
      savedAt: this.trail.depth,
    };
  }

  /** Writes an instruction to the state's block. */
  write(state: State, instruction: Instruction): void {
    keepTime(instruction.origin);
    if (!this.session.evaluating && operandsOf(instruction).some((at) => typeof at === "number" && at < 0))
      throw new Bailout("a value that modules have left unknown is needed, and has no name", instruction.origin);
    if (++this.emitted > this.limits.residual) throw new Bailout("the residual code is too large", instruction.origin);
    noteUses(state, instruction);
    state.block.instructions.push({ serial: this.emitted, instruction, exceptional: null });
  }

  /** Files work for later; work nearest to the entry is done first, so that joins see all their states. */
  enqueue(order: readonly number[], version: Version | null, go: () => void): void {
    const item: WorkItem = { order, sequence: this.sequence++, go, version };
    // kept with the nearest item last
    let at = 0;
    for (let end = this.queue.length; at < end;) {
      const middle = (at + end) >> 1;
      if (compareOrder(this.queue[middle]!.order, order) > 0) at = middle + 1;
      else end = middle;
    }
    this.queue.splice(at, 0, item);
    this.record(() => this.queue.splice(this.queue.lastIndexOf(item), 1));
  }
  /** The next piece of work; it may be taken back later. */
  next(): WorkItem | undefined {
    this.mark();
    const item = this.queue.pop();
    if (item !== undefined) this.record(() => this.queue.push(item));
    return item;
  }

  /** Nothing is left to be done but what is being done. */
  get isIdle(): boolean {
    return this.queue.length === 0;
  }

  private mark(): void {
    this.trail.mark();
    this.marks.push({
      blocks: this.blocks.length,
      temps: this.temps.length,
      returns: this.returns.length,
      exits: this.exits.length,
      sequence: this.sequence,
      regions: this.regions,
      activations: this.activations,
      emitted: this.emitted,
      steps: this.steps,
      forks: this.forks,
      heap: this.session.world.meter.used,
    });
  }

  /** Files how to take back a change of something that is older than the current work item. */
  record(undo: () => void): void {
    this.takeRoom(8);
    this.trail.record(undo);
  }

  /** The work item is about to write to the block. */
  touch(block: ResidualBlock): void {
    if (block.savedAt === this.trail.depth) return;
    const { terminator, exceptional, params, savedAt } = block;
    const instructions = [...block.instructions];
    block.savedAt = this.trail.depth;
    this.record(() => {
      block.instructions.splice(0, block.instructions.length, ...instructions);
      Object.assign(block, { terminator, exceptional, params, savedAt });
    });
  }

  /** The work item is about to change what is counted of an unfolded call. */
  touchActivation(activation: Activation): void {
    if (activation.savedAt === this.trail.depth) return;
    const { forked, forkedBy, forks, savedAt } = activation;
    const visits = [...activation.visits];
    activation.savedAt = this.trail.depth;
    this.record(() => {
      Object.assign(activation, { forked, forkedBy, forks, savedAt });
      activation.visits.clear();
      for (const [block, count] of visits) activation.visits.set(block, count);
    });
  }

  /** Control reaches a point, place or class for the first time: decisions about it are looked at from here on. */
  reach(key: string): void {
    if (this.reached.has(key)) return;
    this.reached.set(key, this.trail.depth - 1);
    this.record(() => this.reached.delete(key));
  }

  /** Goes back to before any of them was reached; false: that is before the first work item. */
  rewind(about: readonly string[] | null): boolean {
    if (about === null) return false;
    const reached = about.map((key) => this.reached.get(key) ?? Infinity);
    const target = Math.min(this.trail.depth - 1, ...reached);
    const mark = this.marks[target];
    if (mark === undefined) return false;
    this.trail.rewindTo(target);
    this.marks.length = target;
    this.blocks.length = mark.blocks;
    this.temps.length = mark.temps;
    this.returns.length = mark.returns;
    this.exits.length = mark.exits;
    this.sequence = mark.sequence;
    this.regions = mark.regions;
    this.activations = mark.activations;
    this.emitted = mark.emitted;
    this.steps = mark.steps;
    this.forks = mark.forks;
    this.session.world.meter.used = mark.heap;
    return true;
  }

  /** Control becomes dynamic: everything the state is inside of has forked. */
  markFork(state: State, cause: Cause | null = null): void {
    this.forks++;
    this.firstFork ??= cause;
    if (this.session.evaluating && this.forks > this.limits.versions)
      throw new Bailout(`evaluation depends on too much: ${cause?.what ?? "an exception"}`, cause?.origin);
    for (const frame of state.frames) {
      this.touchActivation(frame.activation);
      frame.activation.forked = true;
      frame.activation.forkedBy ??= cause;
      frame.activation.forks++;
    }
  }

  /** A lifted value chooses what of a static object is read or called: it selects from now on. Start again. */
  demand(tags: LiftTags | null): void {
    this.keepApart(tagsOf(tags), () => "select", "a lifted value decides control");
  }

  /** A lifted value names what is written of an object that is being made: it is kept apart from now on. Start again. */
  demandName(tags: LiftTags | null): void {
    this.keepApart(tagsOf(tags), () => "aside", "a lifted value names what is written");
  }

  /** What a key chooses goes round a recursion: the key is told apart from now on. Start again. */
  demandKey(tags: LiftTags | null): void {
    this.keepApart(tagsOf(tags).filter(isKey), () => "select", "what a key chooses goes round a recursion");
  }

  /** A lifted value is tested, in the state where one is given: keep its slots apart from now on and start again. */
  demandTest(tags: LiftTags | null, state: State | null = null): void {
    const all = tagsOf(tags);
    if (all.some(isKey)) return;
    const isAside = ({ point }: LiftTag): boolean => {
      const [version] = this.versions.get(this.decisions.pointOf(point)) ?? [];
      return state !== null && version !== undefined && isBehindLoop(version, state);
    };
    this.keepApart(all, (tag) => (isAside(tag) ? "aside" : "keep"), "a lifted value decides control");
  }

  /** A value that came together with constants is tested: keep the constants apart from now on and start again. */
  demandSplit(value: Value): void {
    if (value.kind !== "dynamic" || value.mixed === undefined) return;
    const others = tagsOf(value.mixed).filter((tag) => !isKey(tag));
    this.keepApart(others, () => "split", "a value that is constant on some paths decides control");
  }

  /**
   * Both are, on some paths, objects made while specializing, and it is asked whether they are one: keep those paths apart from
   * now on, where the answer is known, and start again.
   */
  demandIdentity(left: Value, right: Value): void {
    const sides = [left, right].map((v) => (v.kind === "dynamic" ? tagsOf(v.made) : v.kind === "object" ? null : []));
    if (sides.some((tags) => tags?.length === 0)) return;
    const wanted = sides
      .flatMap((tags) => tags ?? [])
      .filter((tag) => !this.decisions.has(tag.point, tag.slot, "general"));
    restart(
      "what an object made while specializing is identical to decides control",
      wanted.map(({ point, slot }) => this.decisions.tellMade(point, slot)),
    );
  }

  /** Something is asked of a record whose fields were lost at these joins: they are kept apart there from now on. Start again. */
  demandShape(tags: LiftTags): never {
    restart(
      "fields that were lost are needed",
      tagsOf(tags).map(({ point, slot }) => this.decisions.add(point, slot, "shape")),
    );
    throw new Bailout("fields that were lost are needed");
  }

  private keepApart(
    tags: readonly LiftTag[],
    decisionOf: (tag: LiftTag) => "select" | "keep" | "aside" | "split",
    why: string,
  ): void {
    const { decisions } = this;
    const wanted = tags
      .filter(({ point, slot }) => !decisions.has(point, slot, "general"))
      .map((tag) => ({ ...tag, decision: decisionOf(tag) }));
    // what keys choose is told apart where it is walked on into, or comes round a loop to where that is done
    if (wanted.every(({ slot, decision }) => slot === BY_INDEX && (decision === "select" || decision === "aside")))
      return;
    restart(
      why,
      wanted.map(({ point, slot, decision }) =>
        decision === "select" ? decisions.select(point, slot) : decisions.add(point, slot, decision),
      ),
    );
  }

  /** Files the write of a field that is declared static. */
  notePromise(state: State, address: Address, key: string, origin: Origin | undefined): void {
    const id = `${address}.${key}`;
    const before = this.promisesWritten.get(id);
    if (before?.isBroken === true) return;
    const control = state.frames.map((frame) => frame.activation.forkedBy).find((cause) => cause !== null) ?? null;
    this.promisesWritten.set(id, { address, key, origin, control, isBroken: false });
    this.record(() => (before === undefined ? this.promisesWritten.delete(id) : this.promisesWritten.set(id, before)));
  }

  /** The field is left with another value than it was promised to have. */
  breakPromise(promise: PromiseWritten): void {
    if (promise.isBroken) return;
    promise.isBroken = true;
    this.record(() => (promise.isBroken = false));
  }

  /** Counts evaluated instructions against the limit. */
  tick(origin: Origin | undefined): void {
    keepTime(origin);
    if (++this.steps > this.limits.steps) throw new Bailout("specialization takes too many steps", origin);
    if (this.session.world.meter.used - this.heapBefore > this.limits.heap)
      throw new Bailout("the objects that it makes at build time are too many or too large (limits.heap)", origin);
  }
}
