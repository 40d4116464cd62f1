/**
 * The strings array of a tagged template: one frozen array per place of the source, with the raw texts as `raw`. Its
 * contents are static; where it is needed at run time, it is one array of the residual's module for each place, so that who
 * keeps something by it (`cache.get(strings)`) finds it again.
 *
 * After: ECMA-262, 13.2.8.4 GetTemplateObject.
 */
import type { Instruction } from "../ir/types.ts";
import type { HeapObject } from "./heap.ts";
import { ENUMERABLE, dataProperty, newObject } from "./heap.ts";
import { PLACE } from "./referToTemplate.ts";
import type { Run } from "./run.ts";
import type { Flow, State } from "./state.ts";
import { top } from "./state.ts";
import { set } from "./stepOperators.ts";
import type { Address } from "./values.ts";
import { constant, reference } from "./values.ts";

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
