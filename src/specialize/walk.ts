/**
 * What is reachable in a state: its roots (live slots of all frames, objects that frames hold, changed objects of the
 * world) and an object's children, always in the same order and under the same keys, so that two states at one point can
 * be walked side by side.
 */
import { FrameSlots } from "./frameSlots.ts";
import type { HeapObject } from "./heap.ts";
import type { Slot } from "../ir/types.ts";
import type { Frame, FrameLeaves, Return } from "./state.ts";
import type { Address, Value } from "./values.ts";
import { NULL, UNDEFINED, reference, sameValueRef } from "./values.ts";

/** A value, a hole in an array (null), or a variable in its dead zone (undefined). */
export type Leaf = Value | null | undefined;

/** Slots of a frame that may still be read. Return points: `ip` of outer frames is behind the call. */
export function liveSlots(frame: Frame): readonly Slot[] {
  return frame.code.liveAt(frame.block, frame.ip);
}

/** What a frame holds: the roots of a state are those of all its frames. */
export function leavesOf(frame: Frame): FrameLeaves {
  if (frame.leaves !== null) return frame.leaves;
  const { slots, self } = frame;
  const all: Leaf[] = [];
  for (const slot of liveSlots(frame)) all.push(slots.get(slot));
  for (let i = frame.code.ir.slots.length; i < slots.length; i++) all.push(slots.get(i));
  const isTidy = slots.count() === countHeld(all);
  all.push(self === null ? null : reference(self), frame.newTarget, heldBy(frame));
  const leaves = { all, open: openLeaves(all), isTidy };
  if (frame.isShared) frame.leaves = leaves;
  return leaves;
}

function countHeld(leaves: readonly Leaf[]): number {
  let count = 0;
  for (const leaf of leaves) if (leaf !== undefined) count++;
  return count;
}

/** Where in a list there are objects and what is dynamic. */
export function openLeaves(leaves: readonly Leaf[]): number[] {
  const open: number[] = [];
  for (let i = 0; i < leaves.length; i++) {
    const kind = leaves[i]?.kind;
    if (kind === "object" || kind === "dynamic") open.push(i);
  }
  return open;
}

/** Keys of `leavesOf`: the frame, counted from the innermost, and the slot in it. */
export function frameKeys(frame: Frame, depth: number): string[] {
  const keys = liveSlots(frame).map((slot) => `${depth}:${slot}`);
  for (let i = frame.code.ir.slots.length; i < frame.slots.length; i++) keys.push(`${depth}:${i}`);
  keys.push(`${depth}:self`, `${depth}:target`, `${depth}:${frame.result.kind === "field" ? "fieldOf" : "instance"}`);
  return keys;
}

/** A frame like this one with other leaves (in the order of `leavesOf`); no result: the object it goes to is none now. */
export function withLeaves(frame: Frame, leaves: readonly Leaf[]): Omit<Frame, "result"> & { result: Return | null } {
  let at = 0;
  const next = (): Leaf => leaves[at++];
  const slots = new FrameSlots(frame.slots.length);
  for (const slot of liveSlots(frame)) slots.set(slot, next() ?? undefined);
  for (let i = frame.code.ir.slots.length; i < slots.length; i++) slots.set(i, next() ?? undefined);
  const self = addressOf(next() ?? NULL);
  const newTarget = next() ?? UNDEFINED;
  const result = holding(frame.result, addressOf(next() ?? NULL));
  return { ...frame, slots, self, newTarget, result, isShared: false, leaves: null };
}

function holding(result: Return, object: Address | null): Return | null {
  if (result.kind === "field") return object === null ? null : { ...result, object };
  if (result.kind !== "construct" && result.kind !== "super") return result;
  return (object === null) === (result.instance === null) ? { ...result, instance: object } : null;
}

/** The object that the frame's result goes to or is. */
function heldBy({ result }: Frame): Leaf {
  if (result.kind === "field") return reference(result.object);
  const made = result.kind === "construct" || result.kind === "super" ? result.instance : null;
  return made === null ? null : reference(made);
}

/** What an object holds; objects of the same shape (`sameShape`) have theirs in the same order. */
export function childLeaves(object: HeapObject): Leaf[] {
  const leaves: Leaf[] = [object.prototype === null ? NULL : reference(object.prototype)];
  for (const property of object.properties.values()) {
    leaves.push(property.value);
    if (property.get !== null) leaves.push(property.get);
    if (property.set !== null) leaves.push(property.set);
  }
  // by index: holes of the list itself count too
  for (let i = 0; i < (object.elements?.length ?? 0); i++) leaves.push(object.elements?.[i]);
  for (const [key, value] of object.entries ?? []) leaves.push(key, value);
  if (object.code !== null) {
    for (let i = 0; i < object.code.captures.length; i++) leaves.push(object.code.captures[i]);
    if (object.code.home !== null) leaves.push(reference(object.code.home));
    for (const { initializer } of object.code.fields ?? [])
      if (initializer !== null) leaves.push(reference(initializer));
  }
  return leaves;
}

/** Keys of `childLeaves`. */
export function childKeys(object: HeapObject): string[] {
  const keys = ["proto"];
  for (const [name, property] of object.properties) {
    keys.push(`.${name}`);
    if (property.get !== null) keys.push(`get ${name}`);
    if (property.set !== null) keys.push(`set ${name}`);
  }
  for (let i = 0; i < (object.elements?.length ?? 0); i++) keys.push(`[${i}]`);
  for (let i = 0; i < (object.entries?.length ?? 0); i++) keys.push(`{${i}}`, `{${i}}=`);
  if (object.code !== null) {
    for (let i = 0; i < object.code.captures.length; i++) keys.push(`^${i}`);
    if (object.code.home !== null) keys.push("home");
    for (const { key, initializer } of object.code.fields ?? []) if (initializer !== null) keys.push(`init ${key}`);
  }
  return keys;
}

/** An object with the same shape and other children (in the order of `childLeaves`). */
export function withChildren(object: HeapObject, leaves: readonly Leaf[]): HeapObject {
  let at = 0;
  const next = (): Leaf => leaves[at++];
  const value = (): Value => next() ?? NULL;
  const prototype = value();
  const properties = new Map<string, typeof object.properties extends Map<string, infer P> ? P : never>();
  for (const [name, property] of object.properties) {
    const v = value();
    const get = property.get === null ? null : value();
    const set = property.set === null ? null : value();
    properties.set(name, { value: v, get, set, flags: property.flags });
  }
  const elements = object.elements?.map(next) ?? null;
  const entries = object.entries?.map((): readonly [Value, Value] => [value(), value()]) ?? null;
  const code =
    object.code === null
      ? null
      : {
          ...object.code,
          captures: object.code.captures.map((): Value | undefined => next() ?? undefined),
          home: object.code.home === null ? null : addressOf(value()),
          fields:
            object.code.fields?.map((f) =>
              f.initializer === null ? f : { key: f.key, initializer: addressOf(value()) },
            ) ?? null,
        };
  return { ...object, prototype: addressOf(prototype), properties, elements, entries, code };
}

function addressOf(value: Value): Address | null {
  return value.kind === "object" ? value.address : null;
}

/** What a regular expression finds by; it is no field that could be dynamic. */
const PATTERN = ["\u0000source", "\u0000flags"];

function samePattern(a: HeapObject, b: HeapObject): boolean {
  const text = (object: HeapObject, key: string): Value => object.properties.get(key)?.value ?? NULL;
  return PATTERN.every((key) => sameValueRef(text(a, key), text(b, key)));
}

/** Same shape: same kind, same keys in the same order, same code, same pattern. */
export function sameShape(a: HeapObject, b: HeapObject): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.builtin !== b.builtin || a.extensible !== b.extensible) return false;
  if (a.elementFlags !== b.elementFlags) return false;
  if ((a.code?.code.key ?? "") !== (b.code?.code.key ?? "") || a.code?.isClass !== b.code?.isClass) return false;
  if ((a.prototype === null) !== (b.prototype === null)) return false;
  if (a.elements?.length !== b.elements?.length || a.entries?.length !== b.entries?.length) return false;
  if (a.properties.size !== b.properties.size || a.bytes !== b.bytes) return false;
  if (a.kind === "regexp" && !samePattern(a, b)) return false;
  const others = b.properties.entries();
  for (const [name, property] of a.properties) {
    const other = others.next().value;
    if (other === undefined || other[0] !== name || other[1].flags !== property.flags) return false;
    if ((other[1].get === null) !== (property.get === null) || (other[1].set === null) !== (property.set === null))
      return false;
  }
  return true;
}
