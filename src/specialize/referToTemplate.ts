/** The strings array of a tagged template in residual code: one constant of the residual's module for each place. */
import type { Operand } from "../ir/types.ts";
import type { HeapObject } from "./heap.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import type { Address } from "./values.ts";

/** marks the array, and that of raw texts, with the place they are of */
export const PLACE = "\u0000template";

/** The array in residual code; null: the object is no such array. */
export function referToTemplate(run: Run, state: State, address: Address, object: HeapObject): Operand | null {
  const place = object.properties.get(PLACE)?.value;
  if (place?.kind !== "const") return null;
  const { cooked, raw, strings } = run.session.world.template(String(place.value), null);
  const made = run.newTemp("strings");
  const texts = cooked.map((text) => text ?? null);
  run.write(state, {
    op: "getBinding",
    dst: made,
    name: run.session.nameOf({ kind: "template", place: String(place.value), cooked: texts, raw }),
  });
  if (address === strings) return made;
  const temp = run.newTemp("raw");
  run.write(state, { op: "getProp", dst: temp, object: made, key: { value: "raw" } });
  return temp;
}
