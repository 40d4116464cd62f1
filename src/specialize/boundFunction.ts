/**
 * Bound functions: BoundFunctionCreate (10.4.1.3). One is a function that captures its target, `this` and the arguments in
 * front; calls of it are unfolded like those of any other.
 *
 *   const add3 = add.bind(null, 3);  add3(x)           3 + x
 */
import type { FunctionCode } from "./heap.ts";
import { CONFIGURABLE, dataProperty, newObject } from "./heap.ts";
import { lookup } from "./lookup.ts";
import { boundCode, isBoundCode } from "./madeCode.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import { top } from "./state.ts";
import type { ConstValue, ObjectValue, Value } from "./values.ts";
import { UNDEFINED, constant, reference } from "./values.ts";

export interface BoundParts {
  readonly target: ObjectValue;
  readonly receiver: Value;
  readonly args: readonly Value[];
}

/** What was bound to what; null: it is another function. */
export function boundParts(code: FunctionCode | null): BoundParts | null {
  if (code === null || !isBoundCode(code.code)) return null;
  const [target, receiver = UNDEFINED, ...args] = code.captures;
  return target?.kind === "object" ? { target, receiver, args: args.map((arg) => arg ?? UNDEFINED) } : null;
}

/** Names the place of a call of `bind`. */
export function bindingSite(state: State): string {
  const { code, block, ip } = top(state);
  return `bind at ${block}:${ip} of ${code.key}`;
}

/** A new bound function; null: not enough is known of the target. */
export function bindFunction(run: Run, state: State, { target, receiver, args }: BoundParts): ObjectValue | null {
  const object = state.store.get(target.address);
  if (object.kind !== "function" || object.residence.kind === "residual") return null;
  const named = boundProperties(run, state, target, args.length);
  if (named === null) return null;
  const bound = newObject("function", object.prototype, bindingSite(state));
  const code = boundCode(object.code?.code.key ?? object.builtin ?? "", args.length);
  bound.code = { code, captures: [target, receiver, ...args], home: null, fields: null, isClass: false };
  for (const [key, value] of named) bound.properties.set(key, dataProperty(value, CONFIGURABLE));
  const address = run.newAddress();
  state.store.put(address, bound);
  return reference(address);
}

/** `length` and `name` of a function that is bound with so many arguments; null: those of the target are not known. */
export function boundProperties(
  run: Run,
  state: State,
  target: ObjectValue,
  given: number,
): readonly (readonly [key: string, value: ConstValue])[] | null {
  const length = ownLength(run, state, target);
  const name = knownProperty(run, state, target, "name");
  if (length === null || name === null) return null;
  if (length.kind === "const" && typeof length.value === "number" && !Number.isSafeInteger(length.value)) return null;
  const count = length.kind === "const" && typeof length.value === "number" ? Math.max(length.value - given, 0) : 0;
  const text = name.kind === "const" && typeof name.value === "string" ? name.value : "";
  return [
    ["length", constant(count)],
    ["name", constant(`bound ${text}`)],
  ];
}

/** `length` counts only where the target has it itself; one that it has not any more is left alone. */
function ownLength(run: Run, state: State, target: ObjectValue): Value | null {
  const found = lookup(run, state, target.address, "length");
  return found.kind === "data" && found.own ? knownProperty(run, state, target, "length") : null;
}

function knownProperty(run: Run, state: State, target: ObjectValue, key: string): Value | null {
  const found = lookup(run, state, target.address, key);
  return found.kind === "data" && found.value.kind !== "dynamic" ? found.value : null;
}
