/**
 * What has been found out about slots at points, kept over restarts; `versions` tells why. A decision is filed at one of four
 * levels, each within the one before:
 *
 * - the *point* with its calling context: what selects there, what escapes;
 * - the *place*: the point with the values that select (`placeAt`): what is kept apart;
 * - the *kin*: all classes of a place that differ in values only;
 * - the *class*: the place with the values that are kept apart there (`classAt`): what makes dynamic.
 *
 * What makes dynamic was decided because two states were to share a version. It has no meaning any more once the two are
 * kept apart: then both are of other classes, about which nothing is decided yet. And what one round of an unrolled loop
 * has to forget is still known in the others. Where several classes have decided alike, their kin need not find out for
 * themselves: the decision is filed for all of them.
 *
 * Only finitely many slots are ever kept apart at a place, and each has few values or is generalized; under each of them
 * decisions only ever go one way. So this ends.
 */
import type { TypeFact } from "../semantics/numberFacts.ts";
import { joinFacts } from "../semantics/numberFacts.ts";
import { includesFact } from "./facts.ts";

export type Decision =
  /** constants at the slot make versions of their own, what is dynamic there shares one */
  | "split"
  /** the declared type does not hold of all that comes */
  | "untyped"
  | "lift"
  | "keep"
  /** kept, though nothing in the loop at whose head it is goes by it: it names what is written there, or is tested behind */
  | "aside"
  /** kept, since it chooses what of a static object is read or called: a program counter */
  | "select"
  /** records are told apart by the fields that they have */
  | "shape"
  | "general"
  | "escape"
  | "widen"
  | "param"
  | "drop";

const ofPlaces: ReadonlySet<Decision> = new Set(["keep", "aside", "split", "shape", "general"]);
const ofClasses: ReadonlySet<Decision> = new Set(["lift", "param", "drop", "widen", "untyped"]);

/** As many classes have to decide alike for it to hold for all of their kin. */
const ENOUGH = 4;

/** As often a fact grows to just what comes; from then on nothing is known of the slot. */
const EXACTLY = 4;

/** What comes to a slot, and how often it has grown. */
interface Widened {
  readonly fact: TypeFact;
  readonly times: number;
}

const NONE: ReadonlySet<string> = new Set();

/** Where a slot is: the frame, counted from the innermost, that it is in or found from; "w": in the program; or a word. */
export function headOf(slot: string): string {
  const [first = ""] = slot;
  return first >= "0" && first <= "9"
    ? slot.slice(0, slot.indexOf(":"))
    : first === "w"
      ? first
      : slot.slice(0, slot.indexOf(" "));
}

/** The head of the places where objects are made that escape. */
export const MADE_AT = "made";

/** The levels that a key is within; `key` is the one copy of it. */
interface Levels {
  readonly key: string;
  readonly kin: string;
  readonly place: string;
  readonly point: string;
}

export class Decisions {
  private readonly facts = new Map<string, Map<string, Widened>>();
  private readonly made = new Map<string, Map<string, Set<Decision>>>();
  /** where those slots are that decisions are about */
  private readonly heads = new Map<string, Set<string>>();
  private readonly levels = new Map<string, Levels>();
  /** classes that have decided so, by their kin, slot and decision */
  private readonly alike = new Map<string, Set<string>>();
  /** what was generalized, for diagnostics */
  readonly generalized: { readonly point: string; readonly slot: string; readonly reason: string }[] = [];

  /** The one copy of a key, which is long: finding it again then compares no characters. */
  intern(key: string): string {
    return this.within(key, { kin: key, place: key, point: key });
  }
  internPlace(key: string, point: string): string {
    return this.within(key, { kin: key, place: key, point });
  }
  /** The class at a place with these values in slots that are kept apart. */
  internClass(place: string, values: readonly { readonly slot: string; readonly value: string }[]): string {
    if (values.length === 0) return place;
    const point = this.pointOf(place);
    const kin = this.within(`${place} with any ${values.map(({ slot }) => slot).join(" ")}`, { place, point });
    const text = values.map(({ slot, value }) => `${slot}=${value}`);
    return this.within(`${place} with ${text.join(" ")}`, { kin, place, point });
  }
  private within(key: string, { kin = key, place, point }: Partial<Levels> & Omit<Levels, "key" | "kin">): string {
    let known = this.levels.get(key);
    if (known === undefined) this.levels.set(key, (known = { key, kin, place, point }));
    return known.key;
  }

  pointOf(key: string): string {
    return this.levels.get(key)?.point ?? key;
  }
  kinOf(key: string): string {
    return this.levels.get(key)?.kin ?? key;
  }
  private placeOf(key: string): string {
    return this.levels.get(key)?.place ?? key;
  }

  has(key: string, slot: string, decision: Decision): boolean {
    if (ofClasses.has(decision))
      return this.isMade(key, slot, decision) || this.isMade(this.kinOf(key), slot, decision);
    return (
      this.isMade(this.pointOf(key), slot, decision) ||
      (ofPlaces.has(decision) && this.isMade(this.placeOf(key), slot, decision))
    );
  }
  private isMade(at: string, slot: string, decision: Decision): boolean {
    return this.made.get(at)?.get(slot)?.has(decision) === true;
  }

  /** Anything has been decided that concerns the key. */
  knows(key: string): boolean {
    const { made } = this;
    return made.has(key) || made.has(this.kinOf(key)) || made.has(this.placeOf(key)) || made.has(this.pointOf(key));
  }

  /** Files a decision: the key that it was filed under, or null if it stood already. */
  add(key: string, slot: string, decision: Decision): string | null {
    if (this.has(key, slot, decision)) return null;
    const at = this.levelOf(key, slot, decision);
    let slots = this.made.get(at);
    if (slots === undefined) this.made.set(at, (slots = new Map()));
    let set = slots.get(slot);
    if (set === undefined) slots.set(slot, (set = new Set()));
    set.add(decision);
    const heads = this.heads.get(at);
    if (heads === undefined) this.heads.set(at, new Set([headOf(slot)]));
    else heads.add(headOf(slot));
    return at;
  }

  /** Where those slots are that anything has been decided of. */
  headsOf(key: string): ReadonlySet<string> {
    let one: ReadonlySet<string> = NONE;
    let all: Set<string> | null = null;
    for (const level of [key, this.kinOf(key), this.placeOf(key), this.pointOf(key)]) {
      const heads = this.heads.get(level);
      if (heads === undefined || heads === one) continue;
      if (one === NONE) one = heads;
      else for (const head of heads) (all ??= new Set(one)).add(head);
    }
    return all ?? one;
  }

  private levelOf(key: string, slot: string, decision: Decision | "fact"): string {
    if (decision === "fact" || ofClasses.has(decision as Decision)) {
      const kin = this.kinOf(key);
      const id = `${kin}|${slot}|${decision}`;
      const classes = (this.alike.get(id) ?? new Set()).add(key);
      this.alike.set(id, classes);
      return classes.size < ENOUGH ? key : kin;
    }
    return ofPlaces.has(decision) ? this.placeOf(key) : this.pointOf(key);
  }

  /** Files that a value of this fact comes to the slot after its version was made; as `add`. */
  widen(key: string, slot: string, fact: TypeFact): string | null {
    const known = this.widenedTo(key, slot);
    if (known !== undefined && includesFact(known, fact)) return this.add(key, slot, "widen");
    const at = this.levelOf(key, slot, "fact");
    const facts = this.facts.get(at) ?? new Map<string, Widened>();
    const times = facts.get(slot)?.times ?? 0;
    // what grows with each call of a recursion is not to start again for all of them
    if (times >= EXACTLY) return this.add(key, slot, "widen");
    facts.set(slot, { fact: known === undefined ? fact : joinFacts(known, fact), times: times + 1 });
    this.facts.set(at, facts);
    return at;
  }
  widenedTo(key: string, slot: string): TypeFact | undefined {
    if (this.facts.size === 0) return undefined;
    const own = this.facts.get(key)?.get(slot)?.fact;
    const shared = this.facts.get(this.kinOf(key))?.get(slot)?.fact;
    return own === undefined ? shared : shared === undefined ? own : joinFacts(own, shared);
  }

  /**
   * Files that objects made while specializing are told apart from what is dynamic at a slot; as `add`. They were rebuilt
   * there since both shared a version: that is forgotten.
   */
  tellMade(key: string, slot: string): string | null {
    if (this.add(key, slot, "split") === null) return null;
    const point = this.pointOf(key);
    for (const [name, decisions] of this.made.get(point) ?? [])
      if (name === slot || headOf(name) === MADE_AT) decisions.delete("escape");
    return point;
  }

  /** Files that a slot selects; as `add`. What was kept apart at the point goes by places now, and is forgotten. */
  select(key: string, slot: string): string | null {
    const point = this.add(key, slot, "select");
    if (point === null) return null;
    for (const decisions of this.made.get(point)?.values() ?? []) {
      decisions.delete("keep");
      decisions.delete("aside");
      decisions.delete("split");
    }
    return point;
  }

  /** Slots that select what the point does. */
  selectors(point: string): string[] {
    const slots = [...(this.made.get(point)?.keys() ?? [])];
    return slots.filter((slot) => this.has(point, slot, "select") && !this.has(point, slot, "general"));
  }

  /** Slots that are kept apart at a place; `apart`: those that are so for the sake of a loop around. */
  apartAt(place: string, apart: ReadonlySet<string> = NONE): string[] {
    const own = this.made.get(place)?.keys() ?? [];
    const slots = new Set([...(this.made.get(this.pointOf(place))?.keys() ?? []), ...own, ...apart]);
    return [...slots].filter((slot) => this.keeps(place, slot, apart)).sort();
  }

  /** Statics at this slot make versions of their own. */
  keeps(key: string, slot: string, apart: ReadonlySet<string> = NONE): boolean {
    return (apart.has(slot) || this.isApart(key, slot)) && !this.has(key, slot, "general");
  }
  private isApart(key: string, slot: string): boolean {
    return this.isTested(key, slot) || this.has(key, slot, "aside");
  }
  /** Kept apart for what is decided by it there. */
  isTested(key: string, slot: string): boolean {
    return this.has(key, slot, "keep") || this.has(key, slot, "split") || this.has(key, slot, "select");
  }

  /** Statics at this slot become dynamic even when only one has been seen. */
  lifts(key: string, slot: string, apart: ReadonlySet<string>): boolean {
    if (this.has(key, slot, "general")) return true;
    return this.has(key, slot, "lift") && !apart.has(slot) && !this.isApart(key, slot);
  }
}
