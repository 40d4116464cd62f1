/**
 * What is known of the fields of objects that exist at run time only: `State.fields`, from `temp.key` to a value. A field
 * of an object that has not been read yet, but of which parts are known, stands behind the field that leads to it:
 * `temp.outer`, a mark, and `.inner`.
 *
 * Two temporaries may hold the same object, so what is written under a name is forgotten under that name for all of them.
 * An array that has just been made is known as a whole (`temp`, a mark): any write, whatever its name, may be one to it, as
 * soon as it is not ours alone (ownArrays).
 */
import type { TypeFact } from "../semantics/numberFacts.ts";
import { arrayIndex } from "./lookup.ts";
import { BEHIND, keptKeys, ownArray } from "./ownArrays.ts";
import type { State } from "./state.ts";
import type { KnownParts, Temp, Value } from "./values.ts";
import { dynamic } from "./values.ts";

/** Stands for every element of an array without holes, and says that the array has nothing of its own besides. */
const ELEMENTS = ".\u0000elements";

/** A temporary holds an array that has just been made, and nothing else does: of each element it is known what types it has. */
export function knowArray(state: State, temp: Temp, element: TypeFact): void {
  ownArray(state, temp);
  const cause = { what: "an element of an array that is made at run time" };
  state.fields.set(`${temp}${ELEMENTS}`, dynamic(-1, cause, { types: element.types }));
}

/** What elements of the array are that a temporary holds; null: it may be anything else. */
export function knownElements(state: State, temp: Temp): TypeFact | null {
  const known = state.fields.get(`${temp}${ELEMENTS}`);
  return known?.kind === "dynamic" ? known.fact : null;
}

/** Files what is known of the object that a temporary holds. */
export function knowParts(state: State, temp: Temp, parts: KnownParts): void {
  const file = (prefix: string, within: KnownParts): void => {
    for (const [key, part] of within)
      if (part instanceof Map) file(`${prefix}.${key}${BEHIND}`, part);
      else state.fields.set(`${prefix}.${key}`, part as Value);
  };
  file(String(temp), parts);
}

/** A field has been read: what was known behind it is known of the temporary that it gave. */
export function readInto(state: State, from: Temp, key: string, to: Temp): void {
  const prefix = `${from}.${key}${BEHIND}`;
  // what is filed meanwhile is come to as well, and begins otherwise
  for (const name of state.fields.keys()) {
    const value = name.startsWith(prefix) ? state.fields.get(name) : undefined;
    if (value !== undefined) state.fields.set(`${to}${name.slice(prefix.length)}`, value);
  }
}

/** A field of this name is written in some object. */
export function forgetField(state: State, name: string): void {
  // an element more is another length, and a shorter length takes elements away
  if (name === "length") return forgetElements(state);
  const names = arrayIndex(name) === null ? [name] : [name, "length"];
  const isKept = keptKeys(state);
  for (const key of state.fields.keys()) {
    const isOfName = names.some((one) => key.endsWith(`.${one}`) || key.includes(`.${one}${BEHIND}`));
    if ((isOfName || key.endsWith(ELEMENTS)) && !isKept(key)) state.fields.delete(key);
  }
}

/** Elements of some array are written, which of them is not known; those of two typed arrays may be the same bytes. */
export function forgetElements(state: State, lengths = true): void {
  const isKept = keptKeys(state);
  for (const key of state.fields.keys()) {
    if (isKept(key)) continue;
    const names = key.split(BEHIND).map((part) => part.slice(part.indexOf(".") + 1));
    if (names.some((name) => arrayIndex(name) !== null || (lengths && name === "length")) || key.endsWith(ELEMENTS))
      state.fields.delete(key);
  }
}
