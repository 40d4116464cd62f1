/**
 * Can a state enter a version?
 *
 * Needs: both stand at the same point. Promises: reads only. Walks both side by side from their roots, with a bijection
 * between the virtual objects of the two. Against a *pending* version (not yet specialized) static primitives may differ
 * unless their slot is kept apart; against a *finished* one everything static must be equal, and each parameter is bound
 * to what the state has there; what would have to be dynamic in the version first is returned as decisions to file before
 * starting again.
 *
 * Example: at a loop header with `i = 0` specialized, a state with `i = 1` asks for the decision (header, i, lift).
 */
import type { Primitive } from "../ir/types.ts";
import type { TypeFact } from "../semantics/numberFacts.ts";
import { includesFact } from "./facts.ts";
import type { HeapObject } from "./heap.ts";
import { OWN, heldBy } from "./ownArrays.ts";
import { isLost, losesAlike, mayLose, withoutFields } from "./lostShapes.ts";
import { asResidual } from "./resolve.ts";
import type { Frame, State, Version } from "./state.ts";
import type { Address, DynamicValue, Temp, Value } from "./values.ts";
import { factOfValue, sameValueRef } from "./values.ts";
import type { Decision, Decisions } from "./decisions.ts";
import { headOf, MADE_AT } from "./decisions.ts";
import { escapesAt } from "./versions.ts";
import type { Leaf } from "./walk.ts";
import { childKeys, childLeaves, frameKeys, leavesOf, sameShape } from "./walk.ts";

export type Comparison =
  | {
      readonly kind: "match";
      readonly bindings: ReadonlyMap<Temp, Value>;
      readonly objects: ReadonlyMap<Address, Address>;
    }
  | { readonly kind: "other"; readonly slot: string; readonly reason: "value" | "object" }
  | { readonly kind: "widen"; readonly decisions: readonly Request[] };

/** A decision that would make the state fit. */
interface Request {
  readonly slot: string;
  readonly decision: Decision;
  /** widen: what comes */
  readonly fact?: TypeFact;
}

/** Where a leaf is, as decisions name it; made only when it is asked for. */
type Key = () => string;

/** Compares a state with the state a version was made for (finished) or will be made for (its first arrival). */
export function compareStates(version: Version, model: State, state: State, decisions: Decisions): Comparison {
  return new Comparer(version, model, state, decisions, version.state !== null).run();
}

/** Something that a state has more of than a version: a list or record that is longer, or a greater number that nothing goes by there. */
export interface Growth {
  readonly slot: string;
  readonly reason: "value" | "object";
}

/** What a state has more of, if that is all that keeps it from sharing a version; null: it differs otherwise, or not so. */
export function growthSince(
  version: Version,
  model: State,
  state: State,
  decisions: Decisions,
): readonly Growth[] | null {
  const growth: Growth[] = [];
  const { kind } = new Comparer(version, model, state, decisions, false, growth).run();
  return kind === "other" || growth.length === 0 ? null : growth;
}

class Comparer {
  private readonly there = new Map<Address, Address>();
  private readonly back = new Map<Address, Address>();
  private readonly bindings = new Map<Temp, Value>();
  private readonly widen: Request[] = [];
  private readonly queue: { key: Key; isDecided: boolean; a: HeapObject; b: HeapObject }[] = [];
  private readonly params: ReadonlySet<Temp>;
  /** where the slots are that something has been decided of */
  private readonly heads: ReadonlySet<string>;
  /** that is so of something in the frame that is being walked, or that was come from */
  private isDecided = false;
  /** the first difference that keeps the state out of the version */
  private mismatch: (Comparison & { kind: "other" }) | null = null;

  constructor(
    private readonly version: Version,
    private readonly model: State,
    private readonly state: State,
    private readonly decisions: Decisions,
    private readonly finished: boolean,
    /** growth is no difference, but noted here */
    private readonly growth: Growth[] | null = null,
  ) {
    this.params = new Set(version.params);
    const heads = decisions.headsOf(version.class);
    this.heads = version.apart.size === 0 ? heads : new Set([...heads, ...[...version.apart].map(headOf)]);
  }

  run(): Comparison {
    const last = this.model.frames.length - 1;
    this.model.frames.forEach((frame, level) => {
      const other = this.state.frames[level];
      this.isDecided = this.heads.has(String(last - level));
      if (other === frame) this.sameFrame(frame, last - level);
      else if (other !== undefined)
        this.leaves(leavesOf(frame).all, leavesOf(other).all, () => frameKeys(frame, last - level));
    });
    const changed = new Set([...this.model.store.changed(), ...this.state.store.changed()]);
    this.isDecided = this.heads.has("w");
    for (const address of changed) this.enqueue(() => `w${address}`, address, address);
    // in the order in which `mergeStates` goes: an object that is reached twice goes by the same key there and here
    for (const { key, isDecided, a, b } of this.queue) {
      if (this.mismatch !== null) break;
      this.isDecided = isDecided;
      const keysOf = (): string[] => {
        const prefix = key();
        return childKeys(a).map((child) => prefix + child);
      };
      if (a === b) this.sameLeaves(childLeaves(a), keysOf);
      else this.leaves(childLeaves(a), childLeaves(b), keysOf);
    }
    if (this.mismatch !== null) return this.mismatch;
    if (this.finished) this.fields();
    if (this.widen.length > 0) return { kind: "widen", decisions: this.widen };
    return { kind: "match", bindings: this.bindings, objects: this.there };
  }

  /** Two lists in the same order; most of it is the same constants, for which no keys are made. */
  private leaves(as: readonly Leaf[], bs: readonly Leaf[], keysOf: () => readonly string[]): void {
    let keys: readonly string[] | null = null;
    for (let i = 0; i < as.length && this.mismatch === null; i++) {
      const a = as[i];
      const b = bs[i];
      if (a === b ? this.isSettled(a) : a?.kind === "const" && b?.kind === "const" && sameValueRef(a, b)) continue;
      this.leaf(() => (keys ??= keysOf())[i] ?? "", a, b);
    }
  }

  /**
   * A frame that both states share. What it holds is the same here and there, so that only objects that they may have
   * changed since, and parameters of the version, are looked at.
   */
  private sameFrame(frame: Frame, depth: number): void {
    const { all, open } = leavesOf(frame);
    this.sameLeaves(
      open.map((i) => all[i]),
      () => {
        const keys = frameKeys(frame, depth);
        return open.map((i) => keys[i] ?? "");
      },
    );
  }

  private sameLeaves(leaves: readonly Leaf[], keysOf: () => readonly string[]): void {
    let keys: readonly string[] | null = null;
    for (const [i, leaf] of leaves.entries()) {
      if (this.mismatch !== null) return;
      if (leaf == null || leaf.kind === "const" || this.isSettled(leaf)) continue;
      this.leaf(() => (keys ??= keysOf())[i] ?? "", leaf, leaf);
    }
  }

  /** Both states have this, and nothing more can be said of it. */
  private isSettled(leaf: Leaf): boolean {
    if (leaf?.kind === "dynamic") return !this.params.has(leaf.temp);
    return leaf?.kind !== "object" || this.model.store.isFixed(leaf.address);
  }

  private differs(key: Key, reason: "value" | "object"): void {
    this.mismatch ??= { kind: "other", slot: key(), reason };
  }

  private leaf(key: Key, a: Leaf, b: Leaf): void {
    if (a === null || a === undefined || b === null || b === undefined) {
      if (a !== b) return this.differs(key, "object");
      return;
    }
    const x = asResidual(this.model, a);
    const y = asResidual(this.state, b);
    if (x.kind === "object" && y.kind === "object") {
      if (this.decides(key, "escape")) return;
      if (this.heads.has(MADE_AT) && escapesAt(this.decisions, this.version.point, this.state, y)) return;
      return this.objects(key, x.address, y.address);
    }
    if (x.kind === "dynamic") return this.dynamic(key, x, y);
    if (y.kind === "dynamic") return this.becomesDynamic(key, x);
    if (sameValueRef(x, y)) return;
    this.differ(key, x, y);
  }

  /** both static, not the same */
  private differ(key: Key, x: Value, y: Value): void {
    if (x.kind !== "const" || y.kind !== "const") {
      if (!this.decides(key, "escape")) return this.differs(key, "object");
      if ((x.kind === "const" || y.kind === "const") && this.keeps(key)) return this.differs(key, "value");
      // that objects are rebuilt here makes no parameter of what came first and is none: `null`, before a loop finds one
      if (this.finished) this.widen.push({ slot: key(), decision: "lift" });
      return;
    }
    if (this.keeps(key)) {
      // one that something goes by may be a state of the program, of which there are so many
      const counts = this.growth !== null && isMore(x.value, y.value);
      if (!counts || this.decisions.isTested(this.version.point, key())) return this.differs(key, "value");
      this.growth?.push({ slot: key(), reason: "value" });
    } else if (this.finished) this.widen.push({ slot: key(), decision: "lift" });
  }

  /** the version has something static, the state something dynamic */
  private becomesDynamic(key: Key, x: Value): void {
    if (this.keepsFromDynamic(key, x)) return this.differs(key, "value");
    if (!this.finished) return;
    this.widen.push({ slot: key(), decision: x.kind === "object" ? "escape" : "lift" });
  }

  private dynamic(key: Key, x: DynamicValue, y: Value): void {
    if (this.keepsFromDynamic(key, y)) return this.differs(key, "value");
    if (!this.finished) return;
    if (!this.params.has(x.temp)) {
      if (y.kind !== "dynamic" || y.temp !== x.temp) this.widen.push({ slot: key(), decision: "param" });
      else if (!includesFact(x.fact, y.fact)) this.widen.push({ slot: key(), decision: "widen", fact: y.fact });
      return;
    }
    const bound = this.bindings.get(x.temp);
    // the same at another place, where less may be known of it
    if (bound !== undefined && sameValueRef(bound, y)) return;
    // what is known of a parameter that several slots share goes by the slot that it was made for
    const slot = this.version.slots.get(x.temp) ?? key();
    if (!includesFact(x.fact, factOfValue(y))) this.widen.push({ slot, decision: "widen", fact: factOfValue(y) });
    else if (!fitsDeclared(x, y)) this.widen.push({ slot, decision: "untyped" });
    if (bound === undefined) this.bindings.set(x.temp, y);
    else this.widen.push({ slot: key(), decision: "param" });
  }

  private objects(key: Key, a: Address, b: Address): void {
    const seen = this.there.get(a);
    if (seen !== undefined || this.back.has(b)) {
      if (seen !== b || this.back.get(b) !== a) return this.differs(key, "object");
      return;
    }
    const baseA = this.model.store.isBase(a);
    if (baseA || this.state.store.isBase(b)) {
      if (a !== b) return this.differs(key, "object");
      return;
    }
    this.enqueue(key, a, b);
  }

  private enqueue(key: Key, a: Address, b: Address): void {
    const [first, second] = [this.model.store.peek(a), this.state.store.peek(b)];
    const loses = this.loses(key, first, second);
    const x = loses ? withoutFields(first) : first;
    const y = loses ? withoutFields(second) : this.sharedPart(key, x, second);
    if (y === null || (!loses && isLost(x) !== isLost(y))) return this.differs(key, "object");
    if (x.residence.kind === "residual" || y.residence.kind === "residual") {
      const same =
        x.residence.kind === "residual" && y.residence.kind === "residual" && x.residence.temp === y.residence.temp;
      if (!same) return this.differs(key, "object");
    }
    this.there.set(a, b);
    this.back.set(b, a);
    this.queue.push({ key, isDecided: this.isDecided, a: x, b: y });
  }

  /** Records that differ in the fields that they have are one without fields, until somebody asks for these (`lostShapes`). */
  private loses(key: Key, x: HeapObject, y: HeapObject): boolean {
    const { store } = this.model;
    if (!isLost(x) && (this.finished || this.growth !== null)) return false;
    if (!isLost(x) && !isLost(y) && (this.version.isHandler || sameShape(x, y))) return false;
    if (store.keepsShapes || !mayLose(store, x) || !mayLose(this.state.store, y) || !losesAlike(x, y)) return false;
    if (!this.decides(key, "shape")) return true;
    for (const { residence } of [x, y]) if (residence.kind === "lost") residence.demand();
    return false;
  }

  /** Of an object what one of another shape has too; null: that is not all that the other one has, or growth is a difference. */
  private sharedPart(key: Key, x: HeapObject, y: HeapObject): HeapObject | null {
    if (sameShape(x, y)) return y;
    const part = this.growth === null ? null : firstPart(y, x);
    if (part === null || !sameShape(x, part)) return null;
    this.growth?.push({ slot: key(), reason: "object" });
    return part;
  }

  /** fields of dynamic objects that the version relies on */
  private fields(): void {
    for (const [name, value] of this.model.fields) {
      const dot = name.indexOf(".");
      const temp = Number(name.slice(0, dot));
      const bound = this.params.has(temp) ? this.bindings.get(temp) : undefined;
      const there = bound === undefined ? temp : bound.kind === "dynamic" ? bound.temp : -1;
      const key = `field ${name.slice(dot)}`;
      const other = this.state.fields.get(`${there}${name.slice(dot)}`);
      const isLost = name.endsWith(OWN) && this.isPassedOn(there);
      if (isLost || other === undefined || !this.sameField(value, other))
        this.widen.push({ slot: key, decision: "drop" });
    }
  }

  /** A parameter, or an object that one of them will hold, holds it too. */
  private isPassedOn(temp: Temp): boolean {
    return [...this.bindings.values()].some((value) => heldBy(this.state.store, value).has(temp));
  }

  private sameField(model: Value, value: Value): boolean {
    if (model.kind === "dynamic" && this.params.has(model.temp)) {
      const bound = this.bindings.get(model.temp);
      if (bound === undefined) {
        this.bindings.set(model.temp, value);
        return true;
      }
      return sameValueRef(bound, value);
    }
    // one that more was known of when the version was made
    if (model.kind === "dynamic" && !includesFact(model.fact, factOfValue(value))) return false;
    return sameValueRef(model, value);
  }

  private decides(key: Key, decision: Decision): boolean {
    return this.isDecided && this.decisions.has(this.version.point, key(), decision);
  }
  /** Something static that is not to share a version with what is dynamic: a constant, or a list that is gone through. */
  private keepsFromDynamic(key: Key, value: Value): boolean {
    if (value.kind === "const") return this.keeps(key);
    return value.kind === "object" && this.keeps(key) && !this.decides(key, "escape");
  }
  private keeps(key: Key): boolean {
    return this.isDecided && this.decisions.keeps(this.version.point, key(), this.version.apart);
  }
}

/** what is assumed of a declared object holds for the value too */
function fitsDeclared(x: DynamicValue, y: Value): boolean {
  if (x.declared === null) return true;
  if (y.kind === "const") return y.value === null || y.value === undefined;
  return y.kind === "dynamic" && y.declared?.key === x.declared.key;
}

function isMore(x: Primitive, y: Primitive): boolean {
  return typeof x === "number" && typeof y === "number" && y > x;
}

/** A list, record or collection without what has been added since it was as large as another one; null: it is none, or smaller. */
function firstPart(object: HeapObject, as: HeapObject): HeapObject | null {
  const { residence, elements, entries, properties } = object;
  const [length, count, size] = [as.elements?.length ?? 0, as.entries?.length ?? 0, as.properties.size];
  if (residence.kind !== "virtual" || object.code !== null || properties.size < size) return null;
  if ((elements?.length ?? 0) < length || (entries?.length ?? 0) < count) return null;
  return {
    ...object,
    elements: elements?.slice(0, length) ?? null,
    entries: entries?.slice(0, count) ?? null,
    properties: new Map([...properties].slice(0, size)),
  };
}
