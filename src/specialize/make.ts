/** Virtual objects made by the specializer itself. */
import type { HeapObject } from "./heap.ts";
import { HIDDEN, OF_ARGUMENTS, dataProperty, newObject } from "./heap.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import type { Value } from "./values.ts";
import { UNDEFINED, constant, reference } from "./values.ts";

/** A virtual array. */
export function newArray(run: Run, state: State, elements: readonly (Value | null)[], site: string): Value {
  const address = run.newAddress();
  const array = newObject("array", run.session.intrinsic("Array.prototype"), site);
  array.elements = [...elements];
  state.store.put(address, array);
  return reference(address);
}

/** The `arguments` of a strict function; also that of sloppy ones that are not asked for their function. */
export function newArguments(run: Run, state: State, args: readonly Value[]): Value {
  const address = run.newAddress();
  const object: HeapObject = newObject("plain", run.session.intrinsic("Object.prototype"), "arguments");
  args.forEach((value, i) => object.properties.set(String(i), dataProperty(value)));
  object.properties.set("length", dataProperty(constant(args.length), HIDDEN));
  object.properties.set(
    "@@Symbol.iterator",
    dataProperty(reference(run.session.intrinsic("Array.prototype.values")), HIDDEN),
  );
  object.properties.set(OF_ARGUMENTS, dataProperty(UNDEFINED, 0));
  state.store.put(address, object);
  return reference(address);
}

/** The `new` that the constructors running now are making an instance for. */
export function constructionSite(state: State): string {
  for (let level = state.frames.length - 1; level >= 0; level--) {
    const result = state.frames[level]?.result;
    if (result?.kind === "construct") return result.site;
    if (result?.kind !== "super") break;
  }
  return "super";
}
