/**
 * Arrays that residual code makes and that nobody has written to since: the parts of a text (`split`), the rest of an array
 * pattern, and slices of these. They are ordinary arrays without holes, and of their elements it is known what types they have.
 *
 * Needs: built-ins are the original ones. Promises: what is said holds until something is written to some object, or
 * code runs that nobody has looked into (`knownFields` forgets it then).
 *
 * Example: behind `const [, ...names] = String(path).split("/")`, `names[2]` is a string or undefined: as a key it runs no code, and
 * of a known record it picks one of the fields or nothing.
 */
import type { TypeFact } from "../semantics/numberFacts.ts";
import { TYPE, anyFact } from "../semantics/numberFacts.ts";
import { functionFact, isOnly, stringFact } from "./facts.ts";
import { knownElements } from "./knownFields.ts";
import { arrayIndex } from "./lookup.ts";
import { isOwnArray } from "./ownArrays.ts";
import type { Run } from "./run.ts";
import type { Call, State } from "./state.ts";
import type { DynamicValue, Value } from "./values.ts";
import { factOfValue } from "./values.ts";

const ARRAY: TypeFact = { types: TYPE.object };
const PRIMITIVE = TYPE.undefined | TYPE.null | TYPE.boolean | TYPE.number | TYPE.string | TYPE.bigint;

/** Methods that give a new array of what a function says, element by element, or of those that it is for. */
const MAPPING: ReadonlySet<string> = new Set(["map", "filter"]);
/** Methods that only read elements and the length, and what they give. */
const READING: ReadonlyMap<string, TypeFact> = new Map([
  ["slice", ARRAY],
  ["join", stringFact],
  ["indexOf", { types: TYPE.number }],
  ["lastIndexOf", { types: TYPE.number }],
  ["includes", { types: TYPE.boolean }],
]);

/** What reading a property of such an array gives; `builtin`: it is this method. Null: the object may be another one. */
export function readOfMadeArray(
  run: Run,
  state: State,
  object: DynamicValue,
  key: Value,
): { readonly fact: TypeFact; readonly builtin: string | null } | null {
  const element = knownElements(state, object.temp);
  if (element === null || !run.session.knowledge.assume.builtins) return null;
  if (key.kind === "const" && typeof key.value === "string" && arrayIndex(key.value) === null) {
    if (key.value === "length")
      return { fact: { types: TYPE.number, int: { min: 0, max: 2 ** 32 - 1 } }, builtin: null };
    return READING.has(key.value) || MAPPING.has(key.value)
      ? { fact: functionFact, builtin: `Array.prototype.${key.value}` }
      : null;
  }
  if (key.kind !== "const" && !(key.kind === "dynamic" && isOnly(key.fact, TYPE.number))) return null;
  if (key.kind === "const" && typeof key.value !== "string" && typeof key.value !== "number") return null;
  return { fact: { types: element.types | TYPE.undefined }, builtin: null };
}

export interface OnMadeArray {
  readonly result: TypeFact;
  /** what those of the array are that it gives; null: it gives none */
  readonly elements: TypeFact | null;
  /** it calls a function, which may do anything but get hold of the array */
  readonly callsBack: boolean;
}

/** What a call gives that reads such an array, and does nothing else to it; null: it may do anything. */
export function callOnMadeArray(run: Run, state: State, call: Call): OnMadeArray | null {
  const { callee, receiver, args } = call;
  const path = callee.kind === "dynamic" ? run.info(callee.temp).builtin : null;
  if (path === "String.prototype.split")
    return isTextSplit(call) ? { result: ARRAY, elements: stringFact, callsBack: false } : null;
  if (path === null || receiver.kind !== "dynamic" || !path.startsWith("Array.prototype.")) return null;
  const name = path.slice("Array.prototype.".length);
  const elements = knownElements(state, receiver.temp);
  const result = READING.get(name);
  if (elements !== null && MAPPING.has(name) && handsElements(state, call))
    return { result: ARRAY, elements: name === "map" ? { types: anyFact.types } : elements, callsBack: true };
  if (elements === null || result === undefined) return null;
  // a start that is an object would be converted, and so are elements that are put together
  if (!args.every((arg) => isOnly(factOfValue(arg), PRIMITIVE))) return null;
  if (name === "join" && !isOnly(elements, PRIMITIVE)) return null;
  return { result, elements: name === "slice" ? elements : null, callsBack: false };
}

/** The function that is called back takes element and index only: it never sees the array, which nobody else holds. */
function handsElements(state: State, { receiver, args: [callback, ...more] }: Call): boolean {
  if (receiver.kind !== "dynamic" || !isOwnArray(state, receiver.temp)) return false;
  if (callback?.kind !== "object" || more.length > 0) return false;
  const { code } = state.store.get(callback.address);
  if (code === null || code.isClass) return false;
  const { ir } = code.code;
  return ir.opaque === null && ir.params.length <= 2 && ir.rest === null && ir.argumentsSlot === null;
}

/** A text is split by a text: no `Symbol.split` is asked for, and the limit is not converted by code of the program. */
function isTextSplit({ receiver, args: [separator, limit, ...more] }: Call): boolean {
  return (
    isOnly(factOfValue(receiver), TYPE.string) &&
    separator?.kind === "const" &&
    typeof separator.value === "string" &&
    (limit === undefined || isOnly(factOfValue(limit), PRIMITIVE)) &&
    more.length === 0
  );
}
