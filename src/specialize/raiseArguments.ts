/**
 * Arity raising: how the arguments of a call to a shared residual function divide. An array or object that has been made for
 * the call goes as its parts, one parameter for each that is dynamic, and the callee has it at specialization time.
 *
 * Needs: a call that has not been written yet. Promises: the object of the callee is the one of the caller. So it goes as its
 * parts only where nobody else has it: neither what runs behind the call, nor an argument that goes as a whole. Then it is the
 * callee's alone, whether that changes it, compares it or hands it out; one that comes twice is one in the callee. What is in
 * it, and in which order, is part of the key of the shared function.
 *
 * Algorithm: objects are walked from the arguments. An argument that leads to something of another kind (a function, a
 * Map, an instance of a class) or to an object that is needed elsewhere goes as a whole, and then so do those that have
 * something in common with it.
 *
 *   call([n - 1])  with  function call(args) { … args[0] … }        call(n - 1)  with  function call(args0) { … args0 … }
 *
 * After: Romanenko, "Arity raiser and its use in program specialization", ESOP 1990; Bondorf's Similix does it by types.
 */
import { anyFact } from "../semantics/numberFacts.ts";
import { heldBehindCall } from "./heldBehindCall.ts";
import type { HeapObject } from "./heap.ts";
import { PLAIN } from "./heap.ts";
import { isInner } from "./lookup.ts";
import { asResidual } from "./resolve.ts";
import type { Run } from "./run.ts";
import type { DynamicArgument, MadeArgument, SharedArgument } from "./sharedArgument.ts";
import type { Call, State } from "./state.ts";
import type { Address, Value } from "./values.ts";
import { childLeaves } from "./walk.ts";

export interface Divided {
  readonly split: readonly SharedArgument[];
  /** what is handed over, in the order of the parameters */
  readonly handed: readonly Value[];
}

/** how many parameters objects become at most, and how much may be in them */
const MOST_PARAMETERS = 16;
const MOST_PARTS = 200;

/** How the receiver and the arguments of a call divide, objects whole: they are made at run time. */
export function wholeArguments(state: State, { receiver, args }: Call): Divided {
  const given = [receiver, ...args];
  const split = given.map((v): SharedArgument => (isClosed(state, v) ? { kind: "static", value: v } : unknown(v)));
  return { split, handed: given.filter((_, i) => split[i]?.kind === "dynamic") };
}

/** The same with objects as their parts; null: none of them can go so. */
export function raisedArguments(run: Run, state: State, call: Call): Divided | null {
  const given = [call.receiver, ...call.args];
  const raised = objectsToRaise(run, state, call, given);
  if (raised.size === 0) return null;
  const ids = new Map<Address, number>();
  const handed: Value[] = [];
  let parts = 0;
  const divide = (value: Value): SharedArgument => {
    parts++;
    if (isClosed(state, value)) return { kind: "static", value };
    if (value.kind !== "object" || !raised.has(value.address)) {
      handed.push(value);
      return unknown(asResidual(state, value));
    }
    const before = ids.get(value.address);
    if (before !== undefined) return { kind: "again", id: before };
    const id = ids.size;
    ids.set(value.address, id);
    return made(id, state.store.get(value.address), divide);
  };
  const split = given.map(divide);
  return parts > MOST_PARTS || handed.length > MOST_PARAMETERS + given.length ? null : { split, handed };
}

function made(id: number, object: HeapObject, divide: (value: Value) => SharedArgument): MadeArgument {
  return {
    kind: "made",
    id,
    object: object.kind === "array" ? "array" : "plain",
    prototype: object.prototype ?? 0,
    site: object.site,
    properties: [...object.properties].map(([key, { value, flags }]) => ({ key, flags, value: divide(value) })),
    elements: object.elements?.map((element) => (element == null ? null : divide(element))) ?? null,
  };
}

function unknown(value: Value): DynamicArgument {
  const isDynamic = value.kind === "dynamic";
  return {
    kind: "dynamic",
    fact: isDynamic ? { types: value.fact.types } : anyFact,
    declared: isDynamic ? value.declared : null,
  };
}

/** The objects made while specializing that go as their parts. */
function objectsToRaise(run: Run, state: State, call: Call, given: readonly Value[]): ReadonlySet<Address> {
  const reached = given.map((value) => madeIn(state, value));
  if (reached.every(({ size }) => size === 0)) return new Set();
  const held = heldBehindCall(run, state, call);
  if (held === null) return new Set();
  const whole = new Set(held);
  // what an argument that goes as a whole leads to is needed as a whole by others too
  for (let before = -1; before !== whole.size;) {
    before = whole.size;
    for (const of of reached)
      if ([...of].some((address) => whole.has(address) || !isPlain(run, state, address)))
        for (const address of of) whole.add(address);
  }
  return new Set(reached.flatMap((of) => [...of]).filter((address) => !whole.has(address)));
}

/** The objects that a value leads to and that exist at specialization time only. */
function madeIn(state: State, value: Value): ReadonlySet<Address> {
  const found = new Set<Address>();
  const pending = [value];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (at.kind !== "object" || found.has(at.address) || state.store.isBase(at.address)) continue;
    if (asResidual(state, at).kind === "dynamic") continue;
    found.add(at.address);
    for (const leaf of childLeaves(state.store.get(at.address))) if (leaf != null) pending.push(leaf);
  }
  return found;
}

/** An ordinary array or object: nothing about it is unusual. */
function isPlain({ session }: Run, state: State, address: Address): boolean {
  const object = state.store.get(address);
  const { kind, properties, elements } = object;
  if (kind !== "array" && kind !== "plain") return false;
  if (object.residence.kind !== "virtual" || !object.extensible || object.elementFlags !== PLAIN) return false;
  if (object.code !== null || object.builtin !== null || object.entries !== null || object.bytes !== null) return false;
  if (object.prototype !== session.intrinsic(kind === "array" ? "Array.prototype" : "Object.prototype")) return false;
  if (elements?.some((element) => element === undefined) === true) return false;
  return [...properties].every(([key, { get, set }]) => get === null && set === null && !isInner(key));
}

/** Static through and through: primitives, and objects of the world. */
export function isClosed(state: State, value: Value): boolean {
  if (value.kind === "const" || value.kind === "symbol") return true;
  return value.kind === "object" && state.store.isBase(value.address);
}
