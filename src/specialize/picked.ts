/**
 * "The trick" for dynamic keys into known objects: what `table[k]` gives is dynamic, but it is one of few known values,
 * and which one is known as soon as `k` is. A call of such a value becomes a case distinction over the key, in each case
 * of which callee and receiver are known; all cases go on behind the call together. A key that is none of the object's
 * own, or of another type, takes the default, where the call is what it was.
 *
 *   const table = { add: (x) => x + 1, neg: (x) => -x };  table[k](x)
 *   =>  const f = table[k]; switch (k) { case "add": r = x + 1; break; case "neg": r = -x; break; default: r = f(x) }
 *
 * After: Jones, Gomard, Sestoft, "Partial Evaluation and Automatic Program Generation" (1993), section 4.8.3, and "bounded
 * static variation" there.
 */
import type { Primitive } from "../ir/types.ts";
import { TYPE } from "../semantics/numberFacts.ts";
import { enqueuePath, goAfterCall } from "./control.ts";
import { isOnly } from "./facts.ts";
import type { HeapObject } from "./heap.ts";
import { lift } from "./lift.ts";
import { arrayIndex, lookup } from "./lookup.ts";
import type { Pick, Run } from "./run.ts";
import type { Flow, State } from "./state.ts";
import { forkState, top } from "./state.ts";
import { substitute } from "./substitute.ts";
import type { Address, DynamicValue, Temp, Value } from "./values.ts";
import { UNDEFINED, constant } from "./values.ts";

/** What a read of a known object with a dynamic key may give, by the key; null: nothing that a call would gain from. */
export function pickOf(run: Run, state: State, address: Address, key: Value): Pick | null {
  if (key.kind !== "dynamic" || run.session.evaluating || run.session.live?.get(address) !== undefined) return null;
  const object = state.store.get(address);
  if (object.residence.kind === "residual" || object.builtin !== null) return null;
  const names = callableKeys(run, state, address);
  if (names === null) return null;
  const options = new Map<Primitive, Value>();
  for (const name of names) {
    const found = lookup(run, state, address, name);
    if (found.kind !== "data" || found.value.kind !== "object") continue;
    // an element is asked for by its number; by its text it is found in the default case
    const index = (key.fact.types & TYPE.number) === 0 ? null : arrayIndex(name);
    if (index !== null) options.set(index, found.value);
    else if (!isOnly(key.fact, TYPE.number)) options.set(name, found.value);
  }
  return enough(run, state, { key, options });
}

/** The same for `map.get(k)`. */
export function pickOfMap(run: Run, state: State, object: HeapObject, key: Value): Pick | null {
  if (key.kind !== "dynamic" || run.session.evaluating) return null;
  const options = new Map<Primitive, Value>();
  for (const [name, value] of object.entries ?? []) {
    // a key that is not known may be any of the others
    if (name.kind === "dynamic") return null;
    if (name.kind === "const" && name.value === name.value && value.kind === "object") options.set(name.value, value);
  }
  return enough(run, state, { key, options });
}

/** A property of what has been picked has been picked by the same key. */
export function pickField(run: Run, state: State, object: DynamicValue, name: string | null): Pick | null {
  const pick = object.temp < 0 ? null : run.info(object.temp).pick;
  if (pick === null || name === null) return null;
  const options = new Map<Primitive, Value>();
  for (const [test, value] of pick.options) {
    if (value.kind !== "object" || !state.store.has(value.address)) continue;
    const found = lookup(run, state, value.address, name);
    if (found.kind === "absent") options.set(test, UNDEFINED);
    else if (found.kind === "data" && found.value.kind !== "dynamic") options.set(test, found.value);
  }
  return enough(run, state, { key: pick.key, options });
}

/** Own keys, and those of classes that it is an instance of; null: not known, or too many. */
function callableKeys(run: Run, state: State, address: Address): string[] | null {
  const end = run.session.intrinsic("Object.prototype");
  const keys = new Set<string>();
  for (let at: Address | null = address; at !== null && at !== end; at = state.store.get(at).prototype) {
    const known = state.store.get(at);
    if (known.builtin !== null) break;
    if (known.kind !== "plain" && known.kind !== "array") return null;
    for (const key of known.properties.keys())
      if (!key.startsWith("@@") && !key.startsWith("\u0000") && key !== "constructor") keys.add(key);
    if (known.kind === "array") for (const i of (known.elements ?? []).keys()) keys.add(String(i));
    if (keys.size > run.limits.shapes) return null;
  }
  return [...keys];
}

function enough(run: Run, state: State, pick: Pick): Pick | null {
  if (pick.options.size === 0 || pick.options.size > run.limits.shapes) return null;
  const isOne = (value: Value): boolean =>
    value.kind === "object" && state.store.has(value.address) && state.store.get(value.address).builtin === null;
  return [...pick.options.values()].some(isOne) ? pick : null;
}

/**
 * A call of what has been picked, case by case; null: the callee is no such value. `perform` makes the call in one case:
 * it is given what stands for each value there; `isKnown` is false where the callee is what it was.
 */
export function callPicked(
  run: Run,
  state: State,
  callee: Value,
  perform: (state: State, here: (value: Value) => Value, isKnown: boolean) => Flow,
): Flow | null {
  const pick = callee.kind === "dynamic" && callee.temp >= 0 ? run.info(callee.temp).pick : null;
  if (pick === null || callee.kind !== "dynamic") return null;
  const options = [...pick.options].filter(([, value]) => isFunction(state, value));
  if (options.length === 0) return null;
  run.markFork(state, callee.cause);
  const cases = options.map(([test]) => {
    const arm = forkState(state, run.newBlock(state.region));
    const to = arm.block;
    choose(run, arm, pick, test);
    goBehindCall(run, arm, () => perform(arm, (value) => valueIn(run, arm, pick, test, value), true));
    return { test, to };
  });
  const rest = forkState(state, run.newBlock(state.region));
  const last = rest.block;
  const again = readAgain(run, state, rest, callee);
  goBehindCall(run, rest, () => perform(rest, (value) => (value === callee ? again : value), false));
  state.block.terminator = { op: "switch", value: lift(run, state, pick.key), cases, default: last };
  return "ended";
}

/**
 * Where nothing has happened since the callee was read, and reading has no effect, it is read once more where it is used:
 * as a method, and not at all in the other cases.
 */
function readAgain(run: Run, state: State, rest: State, callee: DynamicValue): DynamicValue {
  const { instructions } = state.block;
  const at = instructions.findLastIndex(({ instruction }) => "dst" in instruction && instruction.dst === callee.temp);
  const read = instructions[at]?.instruction;
  const isQuiet = instructions
    .slice(at)
    .every(({ instruction: { op } }) => op === "getProp" || op === "getBinding" || op === "copy");
  const info = run.info(callee.temp);
  if (read?.op !== "getProp" || read.isPlain !== true || !isQuiet || info.readOff === null) return callee;
  const temp = run.newTemp(info.name);
  run.info(temp).readOff = info.readOff;
  run.write(rest, { ...read, dst: temp });
  return { ...callee, temp };
}

function isFunction(state: State, value: Value): boolean {
  return (
    value.kind === "object" && state.store.has(value.address) && state.store.get(value.address).kind === "function"
  );
}

/** What a value is where the key is this one. */
function valueIn(run: Run, state: State, pick: Pick, test: Primitive, value: Value): Value {
  if (value.kind !== "dynamic" || value.temp < 0) return value;
  const own = run.info(value.temp).pick;
  const option = own?.key.temp === pick.key.temp ? own.options.get(test) : undefined;
  return option === undefined || (option.kind === "object" && !state.store.has(option.address)) ? value : option;
}

/** The key is this one from here on. */
function choose(run: Run, state: State, pick: Pick, test: Primitive): void {
  const picked = new Map<Temp, Value>();
  for (const frame of state.frames)
    frame.slots.forEach((value) => {
      const here = valueIn(run, state, pick, test, value);
      if (value.kind === "dynamic" && here !== value) picked.set(value.temp, here);
    });
  for (const [temp, here] of picked) substitute(state, temp, here);
  // 0 is found for -0 too
  if (test !== 0 || pick.key.fact.int !== undefined) substitute(state, pick.key.temp, constant(test));
}

/** Goes on with one case; all of them come together behind the call. */
function goBehindCall(run: Run, state: State, perform: () => Flow): void {
  const depth = state.frames.length;
  const flow = perform();
  if (flow === "ended") return;
  if (flow === "next") {
    top(state).ip++;
    if (goAfterCall(run, state, true) === "moved") enqueuePath(run, state);
    return;
  }
  const entered = state.frames[depth];
  if (entered !== undefined) {
    run.touchActivation(entered.activation);
    entered.activation.forked = true;
  }
  enqueuePath(run, state);
}
