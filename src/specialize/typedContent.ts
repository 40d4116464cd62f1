/** Contents of typed arrays with static elements. A content is changed in place by the object that owns it alone. */
import type { Primitive } from "../ir/types.ts";
import type { HeapObject, TypedContent, TypedView } from "./heap.ts";

const CONSTRUCTORS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};
type Name = keyof typeof CONSTRUCTORS;

/** A fresh content of a length, or of elements; null: the elements do not fit the kind. */
export function makeTyped(name: string, content: number | readonly (number | bigint)[]): TypedView | null {
  const wantsBig = name.startsWith("Big");
  if (typeof content !== "number" && content.some((x) => (typeof x === "bigint") !== wantsBig)) return null;
  const constructor = CONSTRUCTORS[name as Name] as unknown as new (
    from: number | readonly (number | bigint)[],
  ) => TypedContent;
  return {
    constructorName: name,
    content: new constructor(content),
    size: CONSTRUCTORS[name as Name].BYTES_PER_ELEMENT,
    owner: null,
  };
}

/** Stores an element; false: only the run time can tell what is stored. `object` must be the store's own copy. */
export function storeElement(object: HeapObject, index: number, value: Primitive): boolean {
  const view = object.bytes;
  if (view === null) return false;
  const wantsBig = view.constructorName.startsWith("Big");
  if (wantsBig ? typeof value !== "bigint" : typeof value === "bigint") return false;
  if (index >= view.content.length) return true;
  const own: TypedView = view.owner === object ? view : { ...view, content: view.content.slice(), owner: object };
  own.content[index] = wantsBig ? (value as bigint) : Number(value);
  object.bytes = own;
  return true;
}
