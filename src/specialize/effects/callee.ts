/** The state of a function that is looked into: what its slots hold, what it writes, what it gives. */
import type { Operand, Slot } from "../../ir/types.ts";
import { factOf } from "../../semantics/numberFacts.ts";
import type { FunctionCode, Store } from "../heap.ts";
import { isSlot } from "../program.ts";
import type { Session } from "../session.ts";
import type { Address } from "../values.ts";
import type { Seen } from "./seen.ts";
import { ANYTHING, join, ofFact, ofValue, same } from "./seen.ts";
import type { Effects, Summary } from "./summary.ts";
import { addTo, newEffects } from "./summary.ts";

/** How calls on the way are followed. */
export interface Calls {
  readonly session: Session;
  /** the program's own objects */
  readonly store: Store;
  /** What a call of a function of the program does and gives; null: it may do anything. */
  ofCall(address: Address, receiver: Seen, args: readonly Seen[]): Summary | null;
  /** The same for code of a function object: constructors, initializers. */
  ofCode(address: Address, code: FunctionCode, receiver: Seen, args: readonly Seen[]): Summary | null;
}

/** One function that is looked into, with what is known of its arguments. */
export class Callee {
  private readonly slots: (Seen | undefined)[];
  private readonly elements = new Map<number, Seen>();
  /** something is known now that was not */
  changed = false;
  result: Seen | undefined;
  readonly effects: Effects = newEffects();

  constructor(
    readonly calls: Calls,
    readonly code: FunctionCode,
    receiver: Seen,
    args: readonly Seen[],
  ) {
    const { ir } = code.code;
    this.slots = new Array<Seen | undefined>(ir.slots.length);
    ir.params.forEach((slot, i) => this.write(slot, args[i] ?? ofFact(factOf(undefined))));
    ir.captures.forEach(({ slot, isCell }, i) => {
      const value = code.captures[i];
      const isKnown = !isCell && value !== undefined;
      this.write(slot, isKnown ? ofValue(calls.session, calls.store, value) : ANYTHING);
    });
    for (const slot of [ir.rest, ir.argumentsSlot, ir.newTargetSlot, ir.selfSlot])
      if (slot !== null) this.write(slot, ANYTHING);
    if (ir.thisSlot !== null) this.write(ir.thisSlot, receiver);
    for (const region of ir.regions) if (region.kind === "try") this.write(region.exception, ANYTHING);
  }

  /** What is known of an operand; a slot that nothing was written to yet holds undefined. */
  read(operand: Operand): Seen {
    if (!isSlot(operand)) return ofFact(factOf(operand.value));
    return this.slots[operand] ?? ofFact(factOf(undefined));
  }
  write(slot: Slot, seen: Seen): void {
    const before = this.slots[slot];
    const after = join(before, seen);
    if (before !== undefined && same(before, after)) return;
    this.slots[slot] = after;
    this.changed = true;
  }
  returns(seen: Seen): void {
    const after = join(this.result, seen);
    if (this.result !== undefined && same(this.result, after)) return;
    this.result = after;
    this.changed = true;
  }
  /** What a loop of a region goes over. */
  goesOver(region: number, element: Seen): void {
    const before = this.elements.get(region);
    const after = join(before, element);
    if (before !== undefined && same(before, after)) return;
    this.elements.set(region, after);
    this.changed = true;
  }
  elementIn(region: number): Seen {
    return this.elements.get(region) ?? ofFact(factOf(undefined));
  }
  /** A call on the way does this too; false: it may do anything. */
  calling(summary: Summary | null, dst: Slot | null): boolean {
    if (summary === null) return false;
    addTo(this.effects, summary.effects);
    if (dst !== null) this.write(dst, summary.result);
    return true;
  }
}
