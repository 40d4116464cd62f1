/** What is known of the elements of a typed array, within its length; outside of it an element is undefined. */
import type { TypeFact } from "./typeFact.ts";
import { bigintFact, intFact, numberFact } from "./typeFact.ts";

const ELEMENTS: ReadonlyMap<string, TypeFact> = new Map<string, TypeFact>([
  ["Int8Array", intFact(-128, 127)],
  ["Uint8Array", intFact(0, 255)],
  ["Uint8ClampedArray", intFact(0, 255)],
  ["Int16Array", intFact(-32768, 32767)],
  ["Uint16Array", intFact(0, 65535)],
  ["Int32Array", intFact(-0x80000000, 0x7fffffff)],
  ["Uint32Array", intFact(0, 0xffffffff)],
  ["Float16Array", numberFact],
  ["Float32Array", numberFact],
  ["Float64Array", numberFact],
  ["BigInt64Array", bigintFact],
  ["BigUint64Array", bigintFact],
]);

/** By the name of the constructor; undefined if there is no typed array of that name. */
export function elementFact(constructorName: string): TypeFact | undefined {
  return ELEMENTS.get(constructorName);
}
