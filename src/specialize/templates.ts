/**
 * The strings array of a tagged template: one frozen array per place of the source, with the raw texts as `raw`. Its
 * contents are static; where it is needed at run time, it is one array of the residual's module for each place, so that who
 * keeps something by it (`cache.get(strings)`) finds it again.
 *
 * After: ECMA-262, 13.2.8.4 GetTemplateObject.
 */
import type { Instruction, Operand } from "../ir/types.ts";
import type { HeapObject } from "./heap.ts";
import { ENUMERABLE, dataProperty, newObject } from "./heap.ts";
import type { Run } from "./run.ts";
import type { Flow, State } from "./state.ts";
import { top } from "./state.ts";
import { set } from "./stepOperators.ts";
import type { Address } from "./values.ts";
import { constant, reference } from "./values.ts";

/** marks the array, and that of raw texts, with the place they are of */
const PLACE = "\u0000template";

/** dst = the strings array of the place */
export function stepTemplateObject(run: Run, state: State, step: Extract<Instruction, { op: "templateObject" }>): Flow {
  const place = `${top(state).code.file}#${step.site}`;
  const { strings, rawStrings } = run.session.world.template(place, { cooked: step.cooked, raw: step.raw });
  if (!state.store.has(strings)) {
    putFrozen(run, state, rawStrings, step.raw, place);
    putFrozen(run, state, strings, step.cooked, place).properties.set("raw", dataProperty(reference(rawStrings), 0));
  }
  return set(run, state, step.dst, reference(strings));
}

function putFrozen(
  run: Run,
  state: State,
  address: Address,
  texts: readonly (string | undefined)[],
  place: string,
): HeapObject {
  const array = newObject("array", run.session.intrinsic("Array.prototype"), `template ${place}`);
  array.elements = texts.map(constant);
  array.elementFlags = ENUMERABLE;
  array.extensible = false;
  array.properties.set(PLACE, dataProperty(constant(place), 0));
  state.store.put(address, array);
  return array;
}

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
