/**
 * Typed arrays as windows on contents: an array of its own has all of its content, `subarray` makes a window on another's,
 * so that writes through either are seen through both. A window's object holds [the array it is on, offset, length].
 */
import type { Primitive } from "../ir/types.ts";
import type { State } from "./state.ts";
import { storeElement } from "./typedContent.ts";
import type { Address } from "./values.ts";

export interface TypedWindow {
  /** the array whose content it is */
  readonly owner: Address;
  readonly offset: number;
  readonly length: number;
  readonly constructorName: string;
  /** bytes of an element */
  readonly size: number;
}

/** The window of a typed array; null: its content is not known here. */
export function windowOf(state: State, address: Address): TypedWindow | null {
  const object = state.store.get(address);
  if (object.kind !== "typed" || object.residence.kind === "residual") return null;
  if (object.bytes !== null) {
    const { content, constructorName, size } = object.bytes;
    return { owner: address, offset: 0, length: content.length, constructorName, size };
  }
  const [on, offset, length] = object.elements ?? [];
  if (on?.kind !== "object" || offset?.kind !== "const" || length?.kind !== "const") return null;
  const outer = windowOf(state, on.address);
  return outer === null
    ? null
    : { ...outer, offset: outer.offset + Number(offset.value), length: Number(length.value) };
}

/** The elements in the window. */
export function contentOf(state: State, window: TypedWindow): (number | bigint)[] {
  const content = state.store.get(window.owner).bytes?.content;
  return content === undefined ? [] : Array.from(content).slice(window.offset, window.offset + window.length);
}

/** One element; undefined outside of the window. */
export function elementAt(state: State, window: TypedWindow, index: number): number | bigint | undefined {
  return index < window.length ? state.store.get(window.owner).bytes?.content[window.offset + index] : undefined;
}

/** Stores an element; false: only the run time can. */
export function storeAt(state: State, window: TypedWindow, index: number, value: Primitive): boolean {
  if (state.store.isFixed(window.owner) && !state.store.isOverlaid(window.owner)) return false;
  if (index >= window.length) return true;
  return storeElement(state.store.edit(window.owner), window.offset + index, value);
}
