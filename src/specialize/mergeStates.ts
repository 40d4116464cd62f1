/**
 * Makes the state of a version from all states that arrive at it.
 *
 * Needs: the arrivals are pairwise comparable (`compareStates`). Promises: the result holds what is static and equal in
 * all arrivals; every other leaf is a parameter of the version. At a loop header every dynamic leaf is a parameter from
 * the start, since the back edge has not arrived yet; parameters that turn out to be the same on all edges are removed
 * when the residual is finished. Only what is reachable from live slots is kept: the rest of the heap is garbage here.
 *
 * Algorithm: one walk over all arrivals at once, object by object, with a table from tuples of addresses (one per
 * arrival) to the merged object and from tuples of leaves to parameters.
 */
import type { TypeFact } from "../semantics/numberFacts.ts";
import { anyFact, joinFacts } from "../semantics/numberFacts.ts";
import { MADE_AT } from "./decisions.ts";
import { freshFact, includesFact } from "./facts.ts";
import { figuresOf } from "./figures.ts";
import { FrameSlots } from "./frameSlots.ts";
import type { HeapObject } from "./heap.ts";
import { Bailout } from "./limits.ts";
import { OWN, passedOn } from "./ownArrays.ts";
import { isLost, lostRecord, mayLose } from "./lostShapes.ts";
import { asResidual } from "./resolve.ts";
import { joinRounds } from "./rounds.ts";
import type { Run } from "./run.ts";
import type { Frame, State, Version } from "./state.ts";
import { LASTING, leaveCalls } from "./state.ts";
import { causeOf, commonType } from "./joinedValue.ts";
import { isTagged, joinTags, liftTags, madeTags, mixedTags, withMade, withMixed } from "./tags.ts";
import type { Address, DynamicValue, Temp, Value } from "./values.ts";
import { NULL, UNDEFINED, dynamic, factOfValue, reference, sameValueRef } from "./values.ts";
import { Restart, escapesAt } from "./versions.ts";
import type { Leaf } from "./walk.ts";
import {
  childKeys,
  childLeaves,
  frameKeys,
  leavesOf,
  liveSlots,
  openLeaves,
  sameShape,
  withChildren,
  withLeaves,
} from "./walk.ts";

/** The merged state and the parameters it introduces. */
export function mergeStates(run: Run, version: Version, states: readonly State[]): State {
  return new Merger(run, version, states).run();
}

/** An object to be merged. Keys of deep structures are long: where a key begins is kept, not read off it. */
interface Queued {
  readonly key: string;
  readonly head: string;
  readonly addresses: readonly Address[];
  readonly to: Address;
}

class Merger {
  /** merged objects by the addresses that they have in the arrivals; by the address where that is one */
  private readonly objects = new Map<string | Address, Address>();
  private readonly taken = new Set<Address>();
  private readonly params = new Map<string, DynamicValue>();
  private readonly slots = new Map<Temp, string>();
  private readonly queue: Queued[] = [];
  private others: ReadonlySet<Temp> | null = null;
  /** merged temporary -> the value of each arrival that it stands for */
  private readonly sources = new Map<Temp, readonly Value[]>();
  /** where the slots are that something has been decided of */
  private readonly heads: ReadonlySet<string>;
  /** the head of the keys in the frame or object that is being merged, and whether it is one of those */
  private head = "";
  private isDecided = false;
  private readonly first: State;
  private readonly merged: State;

  constructor(
    private readonly owner: Run,
    private readonly version: Version,
    private readonly states: readonly State[],
  ) {
    const first = states[0];
    if (first === undefined) throw new Error("nothing to merge");
    this.first = first;
    for (const state of states) state.store.seal();
    this.heads = owner.decisions.headsOf(version.class);
    this.merged = {
      frames: [],
      store: first.store.fresh(),
      region: first.region,
      block: version.block,
      fields: new Map(),
      tests: new Map(),
    };
  }

  run(): State {
    this.merged.frames = this.first.frames.map((frame, level) => this.frame(frame, level));
    leaveCalls(this.merged, this.merged.frames.length);
    const changed = new Set(this.states.flatMap((s) => s.store.changed()));
    for (const address of figuresOf(this.owner).worldObjects(this.version.pointKey)) changed.add(address);
    for (const address of [...changed].sort((a, b) => a - b)) {
      const addresses = this.states.map(() => address);
      this.objects.set(address, address);
      this.queue.push({ key: `w${address}`, head: "w", addresses, to: address });
    }
    for (const next of this.queue) this.object(next);
    this.fields();
    this.version.params = [...this.params.values()].map((p) => p.temp);
    this.version.slots = this.slots;
    return this.merged;
  }

  private enter(head: string): void {
    this.head = head;
    this.isDecided = this.heads.has(head);
  }

  private frame(frame: Frame, level: number): Frame {
    const depth = this.first.frames.length - 1 - level;
    this.enter(String(depth));
    if (this.states.every((s) => s.frames[level] === frame)) return this.sharedFrame(frame, depth);
    const slots = new FrameSlots(frame.slots.length);
    const at = (i: number): Leaf[] => this.states.map((s) => s.frames[level]?.slots.get(i));
    for (const slot of liveSlots(frame)) slots.set(slot, this.leaf(`${depth}:${slot}`, at(slot)) ?? undefined);
    for (let i = frame.code.ir.slots.length; i < frame.slots.length; i++)
      if (frame.slots.get(i) !== undefined) slots.set(i, this.leaf(`${depth}:${i}`, at(i)) ?? undefined);
    const self = this.address(
      `${depth}:self`,
      this.states.map((s) => s.frames[level]?.self ?? null),
    );
    const newTarget =
      this.leaf(
        `${depth}:target`,
        this.states.map((s) => s.frames[level]?.newTarget),
      ) ?? UNDEFINED;
    let result = frame.result;
    if (result.kind === "construct" || result.kind === "super") {
      const instances = this.states.map((s) => {
        const r = s.frames[level]?.result;
        return r !== undefined && (r.kind === "construct" || r.kind === "super") ? r.instance : null;
      });
      result = { ...result, instance: this.address(`${depth}:instance`, instances) };
    } else if (result.kind === "field") {
      const objects = this.states.map((s) => {
        const r = s.frames[level]?.result;
        return r?.kind === "field" ? r.object : null;
      });
      result = { ...result, object: this.address(`${depth}:fieldOf`, objects) ?? result.object };
    }
    const rounds = joinRounds(this.states.map((s) => s.frames[level]));
    return { ...frame, slots, self, newTarget, result, rounds, isShared: false, leaves: null };
  }

  /** A frame that all arrivals share: it itself, unless something in it is another thing now. */
  private sharedFrame(frame: Frame, depth: number): Frame {
    frame.isShared = true;
    const { all, open, isTidy } = leavesOf(frame);
    const merged = this.sameLeaves(all, open, () => frameKeys(frame, depth));
    if (merged === null && isTidy) return frame;
    // objects that only slots hold that are not read any more are not in the merged store
    const made = withLeaves(frame, merged ?? all);
    if ((made.self === null) !== (frame.self === null) || made.result === null)
      throw new Bailout("the object under construction is dynamic at a merge");
    return { ...made, result: made.result };
  }

  /** A leaf that is the same in all arrivals is the same in the merged state. */
  private staysAsItIs(leaf: Leaf): boolean {
    if (leaf?.kind === "object") return this.first.store.isFixed(leaf.address);
    if (leaf?.kind !== "dynamic" || this.version.isLoopHeader || isTagged(leaf)) return false;
    this.sources.set(leaf.temp, new Array<Value>(this.states.length).fill(leaf));
    return true;
  }

  /**
   * What becomes of leaves that are the same in all arrivals; null: all stay as they are. If nothing has been decided of
   * them, only objects and what is dynamic (`open`) can become something else.
   */
  private sameLeaves(all: readonly Leaf[], open: readonly number[], keysOf: () => readonly string[]): Leaf[] | null {
    let merged: Leaf[] | null = null;
    let keys: readonly string[] | null = null;
    const { isDecided } = this;
    for (let n = 0; n < (isDecided ? all.length : open.length); n++) {
      const i = isDecided ? n : (open[n] ?? n);
      const leaf = all[i];
      if (!isDecided && this.staysAsItIs(leaf)) continue;
      keys ??= keysOf();
      const to = this.leaf(
        keys[i] ?? "",
        this.states.map(() => leaf),
      );
      if (isSameLeaf(to, leaf)) continue;
      merged ??= [...all];
      merged[i] = to;
    }
    return merged;
  }

  private address(key: string, addresses: readonly (Address | null)[]): Address | null {
    const known = addresses.filter((a): a is Address => a !== null);
    if (known.length !== addresses.length) {
      if (known.length === 0) return null;
      throw new Bailout("states differ in what a call returns to");
    }
    const value = this.leaf(key, known.map(reference));
    if (value === null || value === undefined || value.kind !== "object")
      throw new Bailout("the object under construction is dynamic at a merge");
    return value.address;
  }

  private leaf(key: string, leaves: readonly Leaf[]): Leaf {
    const head = leaves[0];
    const isKnown =
      (head?.kind === "const" || head?.kind === "symbol") &&
      leaves.every((l) => l === head || (l?.kind === head.kind && sameValueRef(l, head)));
    if (isKnown && !(this.isDecided && this.owner.decisions.lifts(this.version.class, key, this.version.apart)))
      return head;
    if (leaves.some((l) => l === null || l === undefined)) {
      if (leaves.every((l) => l === head)) return head;
      throw new Bailout("a variable may or may not be initialized where control joins");
    }
    const values = leaves.map((l, i) => asResidual(this.state(i), l ?? UNDEFINED));
    const escape =
      (this.isDecided && this.owner.decisions.has(this.version.class, key, "escape")) ||
      (this.heads.has(MADE_AT) &&
        values.some((v, i) => escapesAt(this.owner.decisions, this.version.point, this.state(i), v)));
    if (values.every((v) => v.kind === "object") && !escape) {
      const merged = this.reference(
        key,
        values.map((v) => (v.kind === "object" ? v.address : -1)),
      );
      if (merged !== null) return merged;
    }
    const value = values[0] ?? UNDEFINED;
    const same = values.every((v) => sameValueRef(v, value));
    if (same && value.kind === "dynamic" && !this.forces(key)) {
      this.sources.set(value.temp, values);
      return this.passes(key, value, values);
    }
    // rebuilt on each of the ways, they are temporaries now
    if (!same) this.refuseCells(leaves);
    return this.param(key, values);
  }

  /** A value that was static but for merging comes by: once it is kept apart where it was merged, it differs here too. */
  private passes(key: string, first: DynamicValue, values: readonly Value[]): DynamicValue {
    const value = this.asFarAsAllKnow(key, first, values);
    if (this.version.isHandler || !isTagged(value)) return value;
    const own = { point: this.version.point, slot: key };
    const lifted = liftTags(values, own);
    if (lifted !== null) return { ...value, lifted };
    return withMade(withMixed({ ...value, lifted }, mixedTags(values, own)), madeTags(values, own, false));
  }

  /** The arrivals may have learnt different things about it: `x ?? y` that it is null, and that it is not. */
  private asFarAsAllKnow(key: string, value: DynamicValue, values: readonly Value[]): DynamicValue {
    const joined = values.map(factOfValue).reduce(joinFacts);
    const fact = this.widened(key, joined);
    return includesFact(value.fact, fact) ? value : { ...value, fact };
  }

  /** With what came later and did not fit; that it was widened twice means that ranges may go on growing. */
  private widened(key: string, fact: TypeFact): TypeFact {
    const widened = this.owner.decisions.widenedTo(this.version.class, key);
    if (widened === undefined) return fact;
    return this.owner.decisions.has(this.version.class, key, "widen") ? anyFact : joinFacts(fact, widened);
  }

  private forces(key: string): boolean {
    return this.version.isLoopHeader || (this.isDecided && this.owner.decisions.has(this.version.class, key, "param"));
  }

  private reference(key: string, addresses: readonly Address[]): Value | null {
    const first = addresses[0] ?? -1;
    const equal = addresses.every((a) => a === first);
    const id = equal ? first : addresses.join();
    let to = this.objects.get(id);
    if (to === undefined) {
      const base = this.first.store.isBase(first);
      if (base && equal) return reference(first);
      if (base || addresses.some((a, i) => this.state(i).store.isBase(a))) return null;
      to = equal && !this.taken.has(first) ? first : this.owner.newAddress();
      const place = this.owner.cellPlaces.get(first);
      if (place !== undefined) this.owner.cellPlaces.set(to, place);
      this.taken.add(to);
      this.objects.set(id, to);
      this.queue.push({ key, head: this.head, addresses, to });
    }
    return reference(to);
  }

  private object({ key, head, addresses, to }: Queued): void {
    const all = addresses.map((a, i) => this.state(i).store.peek(a));
    this.enter(head);
    const model = all[0];
    if (model === undefined) return;
    if (all.some((o) => isLost(o) || !sameShape(model, o))) return this.lose(key, all, to);
    if (to === addresses[0] && all.every((o) => o === model)) return this.sameObject(model, key, to);
    const columns = all.map((o) => childLeaves(o));
    const leaves = childKeys(model).map((child, n): Leaf =>
      this.leaf(
        key + child,
        columns.map((c) => c[n]),
      ),
    );
    const object: HeapObject = withChildren(model, leaves);
    this.merged.store.put(to, object);
  }

  /** Records of several shapes; here too it is remembered that they are. */
  private lose(key: string, all: readonly HeapObject[], to: Address): void {
    const [model] = all;
    const from = all.flatMap(({ residence }) => (residence.kind === "lost" ? [residence.tags] : []));
    const tags = joinTags({ point: this.version.point, slot: key }, from) ?? { own: null, from };
    const prototype = this.leaf(
      `${key}proto`,
      all.map((o) => (o.prototype === null ? NULL : reference(o.prototype))),
    );
    const isRecord = all.every((o, i) => mayLose(this.state(i).store, o)) && prototype?.kind !== "dynamic";
    if (!isRecord || model === undefined) return this.owner.demandShape(tags);
    this.merged.store.put(to, lostRecord(this.owner, model, prototype ?? NULL, tags));
  }

  /** An object that has not been changed since the arrivals' paths parted: it itself, unless something in it is another thing now. */
  private sameObject(object: HeapObject, key: string, to: Address): void {
    const leaves = childLeaves(object);
    const merged = this.sameLeaves(leaves, openLeaves(leaves), () => childKeys(object).map((child) => key + child));
    if (merged === null) this.merged.store.share(to, object);
    else this.merged.store.put(to, withChildren(object, merged));
  }

  private param(key: string, values: readonly Value[]): DynamicValue {
    // what is lifted here is demanded slot by slot: two slots that happen to hold the same constants stay apart; if one
    // of the values is dynamic, they hold one thing, of which a test on one of the ways has told which constant it is
    const shared = values.some((v) => v.kind === "dynamic");
    const id = shared ? values.map(identity).join() : `${values.map(identity).join()}/${key}`;
    // one that has to be a parameter of its own is shared with no other slot, whichever is looked at first
    const isOwn = this.owner.decisions.has(this.version.class, key, "param");
    const made = isOwn ? undefined : this.params.get(id);
    if (made !== undefined) return made;
    const value = this.newParam(key, values);
    this.params.set(isOwn ? `${id}/${key}` : id, value);
    this.sources.set(value.temp, values);
    return value;
  }

  /**
   * A captured variable is no value: two of them cannot join in a parameter. It has to exist before the paths part.
   */
  private refuseCells(values: readonly Leaf[]): void {
    let isCell = false;
    let news = false;
    values.forEach((value, i) => {
      if (value?.kind !== "object" || this.state(i).store.peek(value.address).kind !== "cell") return;
      isCell = true;
      const place = this.owner.cellPlaces.get(value.address);
      if (place === undefined || this.owner.session.learned.joinedCells.has(place)) return;
      this.owner.session.learned.joinedCells.add(place);
      news = true;
    });
    if (news) throw new Restart("paths join that captured a variable of their own");
    if (isCell) throw new Bailout("a captured variable comes from several places");
  }

  private newParam(key: string, values: readonly Value[]): DynamicValue {
    this.refuseCells(values);
    const name = values
      .map((v) => (v.kind === "dynamic" ? this.owner.nameOf(v.temp) : undefined))
      .find((n) => n !== undefined);
    const temp = this.owner.newTemp(this.slotName(key) ?? name);
    this.slots.set(temp, key);
    const { point } = this.version;
    const here = this.version.class;
    const general = this.owner.decisions.has(point, key, "general");
    const widened = this.owner.decisions.widenedTo(here, key);
    const open = general || this.version.isLoopHeader;
    const seen = open ? freshFact(values) : values.map(factOfValue).reduce(joinFacts);
    // twice widened: ranges may go on growing
    const fact =
      widened === undefined
        ? seen
        : this.owner.decisions.has(here, key, "widen")
          ? anyFact
          : open
            ? { types: seen.types | widened.types }
            : joinFacts(seen, widened);
    const lifted = general || this.version.isHandler ? null : liftTags(values, { point, slot: key });
    const declared = this.owner.decisions.has(here, key, "untyped") ? null : commonType(values);
    const value = dynamic(temp, causeOf(values, this.slotName(key) ?? key), fact, lifted, declared);
    if (general || lifted !== null || this.version.isLoopHeader || this.version.isHandler) {
      if (lifted !== null) figuresOf(this.owner).noteDifference(this.version.pointKey, key);
      return value;
    }
    const own = { point, slot: key };
    const mixed = mixedTags(values, own, (i, address) => isList(this.state(i).store.peek(address)));
    const isMade = values.some((v, i) => v.kind === "object" && isVirtual(this.state(i).store.peek(v.address)));
    const made = madeTags(values, own, isMade);
    if (mixed !== null || made !== null) figuresOf(this.owner).noteDifference(this.version.pointKey, key);
    return withMade(withMixed(value, mixed), made);
  }

  /** the source's name of a slot at the top of a key */
  private slotName(key: string): string | undefined {
    const match = /^(\d+):(\d+)$/.exec(key);
    if (match === null) return /[.^]([A-Za-z_$][\w$]*)$/.exec(key)?.[1];
    const frame = this.first.frames[this.first.frames.length - 1 - Number(match[1])];
    return frame?.code.ir.slots[Number(match[2])]?.name;
  }

  /** fields of dynamic objects that all arrivals know and agree on, and of the objects that those fields hold */
  private fields(): void {
    const keys = new Map<Temp, string[]>();
    for (const name of this.first.fields.keys()) {
      const dot = name.indexOf(".");
      const temp = Number(name.slice(0, dot));
      const known = keys.get(temp);
      if (known === undefined) keys.set(temp, [name.slice(dot)]);
      else known.push(name.slice(dot));
    }
    const queue = [...this.sources.keys()];
    const seen = new Set(queue);
    for (let i = 0; i < queue.length; i++) {
      const temp = queue[i];
      const from = temp === undefined ? undefined : this.sources.get(temp)?.[0];
      if (temp === undefined || from?.kind !== "dynamic") continue;
      for (const key of keys.get(from.temp) ?? []) {
        const held = this.field(temp, key);
        if (held === null || seen.has(held)) continue;
        seen.add(held);
        queue.push(held);
      }
    }
  }

  /** Keeps one field; the temporary it holds, if it does. */
  private field(temp: Temp, key: string): Temp | null {
    if (this.owner.decisions.has(this.version.class, `field ${key}`, "drop")) return null;
    if (key === OWN && (this.others ??= passedOn(this.sources, this.states)).has(temp)) return null;
    const sources = this.sources.get(temp) ?? [];
    const values = sources.map((v, i) =>
      v.kind === "dynamic" ? this.state(i).fields.get(`${v.temp}${key}`) : undefined,
    );
    if (values.some((v) => v === undefined)) return null;
    if (values.some((v) => v?.kind === "object") && !this.isSameOfWorld(values)) return null;
    const all = values.map((v) => v ?? UNDEFINED);
    const [head = UNDEFINED] = all;
    const same = all.every((v) => sameValueRef(v, head));
    if (!same && key.endsWith(LASTING)) return null;
    const renamed = all.every((v) => v.kind === "dynamic") ? this.params.get(all.map(identity).join()) : undefined;
    const kept = same && head.kind === "dynamic" ? this.asFarAsAllKnow(`field ${key}`, head, all) : head;
    const value = renamed ?? (same ? kept : this.param(`${temp}${key}`, all));
    this.merged.fields.set(`${temp}${key}`, value);
    if (value.kind !== "dynamic") return null;
    if (!this.sources.has(value.temp)) this.sources.set(value.temp, all);
    return value.temp;
  }

  private isSameOfWorld(values: readonly (Value | undefined)[]): boolean {
    const [head] = values;
    return (
      head?.kind === "object" &&
      this.first.store.isBase(head.address) &&
      values.every((v) => v?.kind === "object" && v.address === head.address)
    );
  }

  private state(i: number): State {
    const state = this.states[i];
    if (state === undefined) throw new Error("no such arrival");
    return state;
  }
}

function isSameLeaf(a: Leaf, b: Leaf): boolean {
  if (a === b) return true;
  if (a === null || a === undefined || b === null || b === undefined) return false;
  return sameValueRef(a, b) && !(a.kind === "dynamic" && isTagged(a));
}

function identity(value: Value): string {
  if (value.kind === "const") return `${typeof value.value}:${Object.is(value.value, -0) ? "-0" : String(value.value)}`;
  if (value.kind === "symbol") return value.key;
  return value.kind === "object" ? `@${value.address}` : `$${value.temp}`;
}

/** What a loop that goes through it is unrolled for. */
function isList(object: HeapObject): boolean {
  return object.kind === "array" && isVirtual(object);
}

function isVirtual({ residence }: HeapObject): boolean {
  return residence.kind === "virtual";
}
