/**
 * What is reachable in a state: its roots (live slots of all frames, objects that frames hold, changed objects of the
 * world) and an object's children, always in the same order and under the same keys, so that two states at one point can
 * be walked side by side.
 */
import type { HeapObject } from "./heap.ts";
import type { State } from "./state.ts";
import type { Address, Value } from "./values.ts";
import { NULL, reference } from "./values.ts";
import { liveSlots } from "./versions.ts";

/** A value, a hole in an array (null), or a variable in its dead zone (undefined). */
export type Leaf = Value | null | undefined;

export interface Root {
  readonly key: string;
  readonly leaf: Leaf;
}

/** Roots of a state. Return points: `ip` of outer frames is behind the call. */
export function rootsOf(state: State): Root[] {
  const roots: Root[] = [];
  state.frames.forEach((frame, level) => {
    const depth = state.frames.length - 1 - level;
    for (const slot of liveSlots(state, level)) roots.push({ key: `${depth}:${slot}`, leaf: frame.slots[slot] });
    for (let i = frame.code.ir.slots.length; i < frame.slots.length; i++)
      if (frame.slots[i] !== undefined) roots.push({ key: `${depth}:${i}`, leaf: frame.slots[i] });
    if (frame.self !== null) roots.push({ key: `${depth}:self`, leaf: reference(frame.self) });
    roots.push({ key: `${depth}:target`, leaf: frame.newTarget });
    if ((frame.result.kind === "construct" || frame.result.kind === "super") && frame.result.instance !== null)
      roots.push({ key: `${depth}:instance`, leaf: reference(frame.result.instance) });
    if (frame.result.kind === "field") roots.push({ key: `${depth}:fieldOf`, leaf: reference(frame.result.object) });
  });
  return roots;
}

/** World objects changed on this path. */
export function changedWorld(state: State): Address[] {
  return state.store.overlaid().filter((address) => state.store.isBase(address));
}

/** Children of an object, keyed. */
export function childrenOf(object: HeapObject): Root[] {
  const children: Root[] = [];
  children.push({ key: "proto", leaf: object.prototype === null ? NULL : reference(object.prototype) });
  for (const [name, property] of object.properties) {
    children.push({ key: `.${name}`, leaf: property.value });
    if (property.get !== null) children.push({ key: `get ${name}`, leaf: property.get });
    if (property.set !== null) children.push({ key: `set ${name}`, leaf: property.set });
  }
  object.elements?.forEach((leaf, i) => children.push({ key: `[${i}]`, leaf }));
  object.entries?.forEach(([key, value], i) => {
    children.push({ key: `{${i}}`, leaf: key });
    children.push({ key: `{${i}}=`, leaf: value });
  });
  if (object.code !== null) {
    object.code.captures.forEach((leaf, i) => children.push({ key: `^${i}`, leaf }));
    if (object.code.home !== null) children.push({ key: "home", leaf: reference(object.code.home) });
    for (const field of object.code.fields ?? [])
      if (field.initializer !== null) children.push({ key: `init ${field.key}`, leaf: reference(field.initializer) });
  }
  return children;
}

/** An object with the same shape and other children (in the order of `childrenOf`). */
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

/** Same shape: same kind, same keys in the same order, same code. */
export function sameShape(a: HeapObject, b: HeapObject): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.builtin !== b.builtin || a.extensible !== b.extensible) return false;
  if (a.elementFlags !== b.elementFlags) return false;
  if ((a.code?.code.key ?? "") !== (b.code?.code.key ?? "") || a.code?.isClass !== b.code?.isClass) return false;
  if ((a.prototype === null) !== (b.prototype === null)) return false;
  if (a.elements?.length !== b.elements?.length || a.entries?.length !== b.entries?.length) return false;
  if (a.properties.size !== b.properties.size || a.bytes !== b.bytes) return false;
  const others = b.properties.entries();
  for (const [name, property] of a.properties) {
    const other = others.next().value;
    if (other === undefined || other[0] !== name || other[1].flags !== property.flags) return false;
    if ((other[1].get === null) !== (property.get === null) || (other[1].set === null) !== (property.set === null))
      return false;
  }
  return true;
}
