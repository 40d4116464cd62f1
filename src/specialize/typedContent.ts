/** Contents of typed arrays with static elements; a write makes a new content. */
import type { Primitive } from "../ir/types.ts";
import type { TypedView } from "./heap.ts";

const CONSTRUCTORS = { Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array };
type Name = keyof typeof CONSTRUCTORS;

function viewOf(view: TypedView): ArrayLike<number | bigint> & { [index: number]: number | bigint } {
  return new CONSTRUCTORS[view.constructorName as Name](view.content, view.offset, view.length) as never;
}

/** The elements, in order. */
export function elementsOf(view: TypedView): readonly (number | bigint)[] {
  return Array.from(viewOf(view));
}

/** Bytes of one element. */
export function elementSize(view: TypedView): number {
  return CONSTRUCTORS[view.constructorName as Name].BYTES_PER_ELEMENT;
}

/** A fresh content of a length, or of elements; null: the elements do not fit the kind. */
export function makeTyped(name: string, content: number | readonly (number | bigint)[]): TypedView | null {
  const wantsBig = name.startsWith("Big");
  if (typeof content !== "number" && content.some((x) => (typeof x === "bigint") !== wantsBig)) return null;
  const made = typeof content === "number" ? new CONSTRUCTORS[name as Name](content) : new (CONSTRUCTORS[name as Name] as new (c: readonly never[]) => { buffer: ArrayBuffer; length: number })(content as readonly never[]);
  return { constructorName: name, content: made.buffer as ArrayBuffer, offset: 0, length: made.length };
}

/** The content with one element stored; null: only the run time can tell what is stored. */
export function withElement(view: TypedView, index: number, value: Primitive): TypedView | null {
  const wantsBig = view.constructorName.startsWith("Big");
  if (wantsBig ? typeof value !== "bigint" : typeof value === "bigint") return null;
  if (index >= view.length) return view;
  const next = { ...view, content: view.content.slice(0) };
  viewOf(next)[index] = wantsBig ? (value as bigint) : Number(value);
  return next;
}
