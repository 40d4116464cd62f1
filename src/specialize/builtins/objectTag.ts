/**
 * `Object.prototype.toString`, by which libraries tell kinds of objects apart (`toString.call(x) === "[object Array]"`): of
 * primitives and of objects whose kind is known. Of a built-in object that is no function it stays a call, as it does
 * where `Symbol.toStringTag` is not known or behind a getter of the program.
 *
 * Example: of a `Float64Array` made while specializing, "[object Float64Array]".
 */
import type { BuiltinModel } from "./model.ts";
import type { HeapObject, ObjectKind } from "../heap.ts";
import { OF_ARGUMENTS } from "../heap.ts";
import type { Lookup } from "../lookup.ts";
import { lookup } from "../lookup.ts";
import type { Run } from "../run.ts";
import type { State } from "../state.ts";
import { set } from "../stepOperators.ts";
import type { Value } from "../values.ts";
import { constant } from "../values.ts";

/** What there is in the standard before `Symbol.toStringTag` is asked. */
const STANDARD: Partial<Record<ObjectKind, string>> = {
  plain: "Object",
  array: "Array",
  function: "Function",
  map: "Object",
  set: "Object",
  typed: "Object",
  regexp: "RegExp",
  error: "Error",
};
const PRIMITIVES = { string: "String", number: "Number", boolean: "Boolean" } as const;

function ofObject(run: Run, state: State, address: number): string | null {
  const object = state.store.get(address);
  const standard = object.properties.has(OF_ARGUMENTS) ? "Arguments" : STANDARD[object.kind];
  const isLive = run.session.live?.get(address) !== undefined;
  // what has no prototype may be the namespace of a module
  const isPlain = object.builtin === null && object.prototype !== null;
  if (standard === undefined || isLive || (!isPlain && object.kind !== "function")) return null;
  // async functions and generators have prototypes of their own, which functions that are not lowered are not told by
  if (object.code !== null && object.code.code.ir.opaque !== null) return null;
  return tagIn(state, object, lookup(run, state, address, "@@Symbol.toStringTag"), standard);
}

/** The tag that was found, if it is a text. */
function tagIn(state: State, object: HeapObject, found: Lookup, standard: string): string | null {
  if (found.kind === "absent") return standard;
  if (found.kind === "data" && found.value.kind === "const")
    return typeof found.value.value === "string" ? found.value.value : standard;
  if (found.kind !== "accessor" || found.get.kind !== "object" || object.bytes === null) return null;
  const isOfTyped = state.store.get(found.get.address).builtin === "get %TypedArray%.prototype.@@Symbol.toStringTag";
  return isOfTyped ? object.bytes.constructorName : null;
}

function tagOf(run: Run, state: State, value: Value): string | null {
  if (value.kind === "object") return ofObject(run, state, value.address);
  if (value.kind !== "const") return null;
  if (value.value === undefined) return "Undefined";
  if (value.value === null) return "Null";
  const type = typeof value.value;
  if (type !== "string" && type !== "number" && type !== "boolean") return null;
  const prototype = run.session.intrinsic(`${PRIMITIVES[type]}.prototype`);
  const found = lookup(run, state, prototype, "@@Symbol.toStringTag");
  return found.kind === "absent" ? PRIMITIVES[type] : null;
}

export const objectTag: BuiltinModel = (run, state, call) => {
  const tag = tagOf(run, state, call.receiver);
  if (tag === null) return null;
  return call.dst === null ? "next" : set(run, state, call.dst, constant(`[object ${tag}]`));
};
