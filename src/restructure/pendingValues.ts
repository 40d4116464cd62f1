/**
 * Values of one straight line of code that have been computed in the graph and not been written out yet. A value that is
 * used once is nested into its use when nothing that could notice is passed on the way; otherwise it is written out as a
 * line, in its place.
 *
 * Promise: the lines and the trees in them, evaluated in order, do what the instructions did in order. The list is
 * ordered; an entry that stays in front of another one is evaluated before it unless the two commute.
 */
import type { Origin, Slot } from "../ir/types.ts";
import type { Effects, EffectsReader } from "./effects.ts";
import { commute, noEffects, unite } from "./effects.ts";
import type { SlotFacts } from "./slotFacts.ts";
import type { Line, Tree } from "./tree.ts";

export interface Entry {
  readonly slot: Slot;
  readonly tree: Tree;
  readonly effects: Effects;
  readonly origin: Origin | undefined;
}

/** How many of the lines stood when it was computed: if it is written out, it goes behind these. */
interface Placed extends Entry {
  behind: number;
}

export class PendingValues {
  readonly #lines: Line[] = [];
  /** what the lines write */
  readonly #written = new Set<Slot>();
  /** cells made in this line that nobody else can see yet */
  readonly ownCells = new Set<Slot>();
  readonly #ordered: Placed[] = [];
  readonly #bySlot = new Map<Slot, Placed>();

  constructor(
    private readonly facts: SlotFacts,
    private readonly effects: EffectsReader,
    private readonly guarded: boolean,
  ) {}

  get lines(): readonly Line[] {
    return this.#lines;
  }

  get(slot: Slot): Entry | undefined {
    return this.#bySlot.get(slot);
  }

  get last(): Entry | undefined {
    return this.#ordered[this.#ordered.length - 1];
  }

  push(slot: Slot, tree: Tree, origin: Origin | undefined): void {
    const entry = { slot, tree, effects: this.effects.of(tree), origin, behind: this.#lines.length };
    this.#ordered.push(entry);
    this.#bySlot.set(slot, entry);
  }

  remove(entry: Entry): void {
    this.#ordered.splice(this.#ordered.lastIndexOf(entry as Placed), 1);
    this.#bySlot.delete(entry.slot);
  }

  /** The last line is taken back: it is evaluated later. */
  dropLine(): void {
    const dst = this.#lines.pop()?.dst ?? null;
    if (dst !== null && !this.#lines.some((line) => line.dst === dst)) this.#written.delete(dst);
    for (const entry of this.#ordered) entry.behind = Math.min(entry.behind, this.#lines.length);
  }

  /** What a line writes to a slot goes to another one, that nothing reads before it is written; false: there is no such line. */
  renameLine(slot: Slot, dst: Slot): boolean {
    if (!this.#written.delete(slot)) return false;
    const index = this.#lines.findLastIndex((line) => line.dst === slot);
    this.#lines[index] = { ...this.#lines[index]!, dst };
    this.#written.add(dst);
    return true;
  }

  /** Something that was evaluated in front of all entries may as well come behind them. */
  commuteWith(effects: Effects): boolean {
    return this.#ordered.every((entry) => commute(entry.effects, effects, this.guarded));
  }

  /** Writes `dst = tree` now; `tree` has been through `take` with `emits`. */
  write(dst: Slot | null, tree: Tree, origin: Origin | undefined): void {
    this.#lines.push({ dst, tree, origin });
    if (dst !== null) this.#written.add(dst);
  }

  flushAll(): void {
    this.#flush(new Set(this.#ordered));
  }

  /**
   * The parts of something that is evaluated now, with the values in place that may be nested there. `own`: what it does
   * itself, after its parts. `emits`: it is written out now; else it becomes the last entry. `isPinned`: must stay a slot.
   */
  take(
    parts: readonly Tree[],
    own: Effects,
    emits: boolean,
    isPinned: (index: number) => boolean = () => false,
  ): Tree[] {
    const wanted = new Map<Entry, number>();
    parts.forEach((part, index) => {
      const entry = part.kind === "slot" ? this.#bySlot.get(part.slot) : undefined;
      if (entry !== undefined && !isPinned(index) && this.facts.reads[entry.slot] === 1) wanted.set(entry, index);
    });
    const direct = this.#directReads(parts, wanted);
    const flush = this.#decide(parts, wanted, emits ? unite([direct], own) : null, direct);
    this.#flush(flush);
    return parts.map((part) => {
      const entry = part.kind === "slot" ? this.#bySlot.get(part.slot) : undefined;
      if (entry === undefined || !wanted.has(entry) || flush.has(entry)) return part;
      this.remove(entry);
      return entry.tree;
    });
  }

  #directReads(parts: readonly Tree[], wanted: ReadonlyMap<Entry, number>): Effects {
    const others = parts.filter((p) => p.kind !== "slot" || !wanted.has(this.#bySlot.get(p.slot) as Entry));
    return unite(
      others.map((p) => this.effects.of(p)),
      noEffects,
    );
  }

  /** Which entries have to be written out first. */
  #decide(
    parts: readonly Tree[],
    wanted: ReadonlyMap<Entry, number>,
    whole: Effects | null,
    direct: Effects,
  ): Set<Entry> {
    const flush = new Set<Entry>();
    for (const [entry, index] of wanted) if (this.#isReadBefore(parts, entry, index)) flush.add(entry);
    for (let size = -1; size !== flush.size;) {
      size = flush.size;
      this.#scanForward(wanted, whole, flush);
      if (whole !== null) {
        this.#addReads(direct, flush);
        for (const entry of wanted.keys()) if (!flush.has(entry)) this.#addReads(entry.effects, flush, wanted);
      }
      this.#scanBackward(flush);
    }
    return flush;
  }

  /** A part further left reads a slot that the entry writes. */
  #isReadBefore(parts: readonly Tree[], entry: Entry, index: number): boolean {
    if (entry.effects.writes.length === 0) return false;
    return parts
      .slice(0, index)
      .some((p) => this.effects.of(p).reads.some((slot) => entry.effects.writes.includes(slot)));
  }

  #scanForward(wanted: ReadonlyMap<Entry, number>, whole: Effects | null, flush: Set<Entry>): void {
    if (whole === null && wanted.size === 0) return;
    const taken: Entry[] = [];
    const total =
      whole === null
        ? null
        : unite(
            [...wanted.keys()].filter((e) => !flush.has(e)).map((e) => e.effects),
            whole,
          );
    let furthest = -1;
    let start = 0;
    if (whole === null) {
      start = this.#ordered.length;
      let left = wanted.size;
      while (left > 0 && start > 0) if (wanted.has(this.#ordered[--start]!)) left--;
    }
    for (let i = start; i < this.#ordered.length; i++) {
      const entry = this.#ordered[i]!;
      if (flush.has(entry)) continue;
      const index = wanted.get(entry);
      if (index !== undefined) {
        if (index < furthest)
          this.#flushConflicting(
            taken.filter((t) => wanted.get(t)! > index),
            entry,
            flush,
          );
        furthest = Math.max(furthest, index);
        taken.push(entry);
      } else if (total !== null) {
        if (!commute(entry.effects, total, this.guarded)) flush.add(entry);
      } else this.#flushConflicting(taken, entry, flush);
    }
  }

  #flushConflicting(taken: readonly Entry[], entry: Entry, flush: Set<Entry>): void {
    for (const earlier of taken) if (!commute(earlier.effects, entry.effects, this.guarded)) flush.add(earlier);
  }

  #addReads(effects: Effects, flush: Set<Entry>, but?: ReadonlyMap<Entry, number>): void {
    for (const slot of effects.reads) {
      const entry = this.#bySlot.get(slot);
      if (entry !== undefined && !(but?.has(entry) ?? false)) flush.add(entry);
    }
  }

  /** What is written out passes nothing that could notice, and finds what it reads. */
  #scanBackward(flush: Set<Entry>): void {
    if (flush.size === 0) return;
    let passed = noEffects;
    const read = new Set<Slot>();
    for (let i = this.#ordered.length - 1; i >= 0; i--) {
      const entry = this.#ordered[i]!;
      if (!flush.has(entry) && (read.has(entry.slot) || !commute(entry.effects, passed, this.guarded)))
        flush.add(entry);
      if (!flush.has(entry)) continue;
      passed = unite([passed], entry.effects);
      for (const slot of entry.effects.reads) read.add(slot);
    }
  }

  /** Each behind the lines that stood when it was computed: what has been written since commutes with it. */
  #flush(flush: ReadonlySet<Entry>): void {
    if (flush.size === 0) return;
    let before = 0;
    for (const entry of [...this.#ordered]) {
      entry.behind += before;
      if (!flush.has(entry)) continue;
      this.remove(entry);
      this.#lines.splice(entry.behind, 0, { dst: entry.slot, tree: entry.tree, origin: entry.origin });
      this.#written.add(entry.slot);
      before++;
    }
  }
}
