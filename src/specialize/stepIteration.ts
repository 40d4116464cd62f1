/**
 * Iteration. Over known arrays, strings, Maps and Sets (with their own iterators untouched) it is unrolled; over dynamic
 * things the loop stays, as a residual for-of or for-in region. A known object is listed when the loop starts; arrays are
 * read by index as the loop goes, as their iterators do.
 */
import type { Instruction, Terminator } from "../ir/types.ts";
import { anyFact } from "../semantics/numberFacts.ts";
import { goTo, runPath } from "./control.ts";
import { emit } from "./emitInstruction.ts";
import { objectFact, stringFact } from "./facts.ts";
import { read, writeSlot } from "./frames.ts";
import { ENUMERABLE, dataProperty, newObject } from "./heap.ts";
import { lift } from "./lift.ts";
import { Bailout } from "./limits.ts";
import { keyOf, lookup, ownProperty } from "./lookup.ts";
import { newArray } from "./make.ts";
import type { Run } from "./run.ts";
import type { Flow, State } from "./state.ts";
import { forkState, top } from "./state.ts";
import { causeOf, set } from "./stepOperators.ts";
import { contentOf, windowOf } from "./typedWindow.ts";
import type { Address, Value } from "./values.ts";
import { UNDEFINED, constant, dynamic, reference } from "./values.ts";
import { orderOf } from "./versions.ts";

type Step<Op extends Instruction["op"]> = Extract<Instruction, { op: Op }>;
type End<Op extends Terminator["op"]> = Extract<Terminator, { op: Op }>;

/** The elements of a known iterable, listed now; null: not known. */
export function listOf(run: Run, state: State, value: Value): Value[] | null {
  if (value.kind === "const" && typeof value.value === "string") return [...value.value].map(constant);
  if (value.kind !== "object") return null;
  const object = state.store.get(value.address);
  if (object.kind === "iterator") return (object.elements ?? []).map((e) => e ?? UNDEFINED);
  const iterator = lookup(run, state, value.address, "@@Symbol.iterator");
  if (iterator.kind !== "data" || iterator.value.kind !== "object") return null;
  const builtin = state.store.get(iterator.value.address).builtin;
  if (object.kind === "array" && builtin === "Array.prototype.values")
    return (object.elements ?? []).map((e) => e ?? UNDEFINED);
  const window = object.kind === "typed" && builtin !== null ? windowOf(state, value.address) : null;
  if (window !== null) return contentOf(state, window).map(constant);
  if (object.kind === "set" && builtin === "Set.prototype.values") return (object.entries ?? []).map(([k]) => k);
  if (object.kind === "map" && builtin === "Map.prototype.entries")
    return (object.entries ?? []).map(([k, v]) => newArray(run, state, [k, v], "entry"));
  if (object.kind === "plain" && builtin === "Array.prototype.values") return arrayLike(run, state, value.address);
  return null;
}

function arrayLike(run: Run, state: State, address: Address): Value[] | null {
  const length = lookup(run, state, address, "length");
  if (length.kind !== "data" || length.value.kind !== "const") return null;
  const values: Value[] = [];
  for (let i = 0; i < Number(length.value.value); i++) {
    const element = lookup(run, state, address, String(i));
    if (element.kind !== "data" && element.kind !== "absent") return null;
    values.push(element.kind === "data" ? element.value : UNDEFINED);
  }
  return values;
}

/** for (const v of iterable) */
export function stepEnterForOf(run: Run, state: State, end: End<"enterForOf">): Flow {
  const iterable = read(state, end.iterable);
  const isLive = iterable.kind === "object" && state.store.get(iterable.address).kind === "array";
  const list = listOf(run, state, iterable);
  if (list !== null) {
    const cursor = newArray(
      run,
      state,
      isLive ? [iterable, constant(0)] : [newArray(run, state, list, "list"), constant(0)],
      "cursor",
    );
    return enterStatic(run, state, end.region, cursor, end.next);
  }
  return enterResidual(run, state, end.region, "forOf", iterable, end.next);
}

/** for (const k in object) */
export function stepEnterForIn(run: Run, state: State, end: End<"enterForIn">): Flow {
  const object = read(state, end.object);
  const keys = enumerableKeys(run, state, object);
  if (keys === null) return enterResidual(run, state, end.region, "forIn", object, end.next);
  const cursor = newArray(
    run,
    state,
    [newArray(run, state, keys.map(constant), "keys"), constant(0), object],
    "cursor",
  );
  return enterStatic(run, state, end.region, cursor, end.next);
}

function enterStatic(run: Run, state: State, region: number, cursor: Value, next: number): Flow {
  const frame = top(state);
  frame.slots[frame.code.ir.slots.length + region] = cursor;
  return goTo(run, state, next);
}

function enterResidual(
  run: Run,
  state: State,
  region: number,
  kind: "forOf" | "forIn",
  subject: Value,
  next: number,
): Flow {
  const operand = lift(run, state, subject);
  const made = run.newRegion({
    kind,
    parent: state.region,
    frameDepth: state.frames.length,
    source: region,
    handlerBlock: -1,
    exception: -1,
  });
  const block = run.newBlock(made);
  state.block.terminator = { op: "enterLoop", region: made, iterable: operand, next: block };
  state.block = block;
  state.region = made;
  const frame = top(state);
  frame.slots[frame.code.ir.slots.length + region] = undefined;
  frame.regions = new Map([...frame.regions, [region, made]]);
  run.session.forgetFields(state);
  run.markFork(state);
  return goTo(run, state, next);
}

/** The head of a for-of or for-in loop. */
export function stepLoopNext(run: Run, state: State, end: End<"forOfNext"> | End<"forInNext">): Flow {
  const frame = top(state);
  const at = frame.code.ir.slots.length + end.region;
  const cursor = frame.slots[at];
  if (cursor?.kind === "object") {
    const value = advance(run, state, cursor.address);
    if (value === null) {
      frame.slots[at] = undefined;
      return goTo(run, state, end.exit);
    }
    writeSlot(run, state, end.value, value);
    return goTo(run, state, end.body);
  }
  return residualNext(run, state, end);
}

function advance(run: Run, state: State, address: Address): Value | null {
  const [list, index, object] = state.store.get(address).elements ?? [];
  if (index?.kind === "dynamic") run.demand(index.lifted);
  if (list?.kind !== "object" || index?.kind !== "const") throw new Bailout("the position of a loop is not known");
  for (let i = Number(index.value); ; i++) {
    const elements = state.store.get(list.address).elements;
    if (elements === null) throw new Bailout("an array is rebuilt while a loop goes over it");
    if (i >= elements.length) return null;
    const element = elements[i] ?? UNDEFINED;
    if (
      object?.kind === "object" &&
      element.kind === "const" &&
      lookup(run, state, object.address, String(element.value)).kind === "absent"
    )
      continue;
    const cursor = state.store.edit(address);
    cursor.elements = [list, constant(i + 1), ...(object === undefined ? [] : [object])];
    return element;
  }
}

function residualNext(run: Run, state: State, end: End<"forOfNext"> | End<"forInNext">): Flow {
  const region = state.region;
  if (region === null) throw new Bailout("a residual loop has no region");
  run.markFork(state);
  const body = forkState(state, run.newBlock(region));
  const exit = forkState(state, run.newBlock(region.parent));
  const temp = run.newTemp();
  const name = top(state).code.ir.slots[end.value]?.name;
  run.info(temp).name = name;
  state.block.terminator = { op: "nextLoop", region, value: temp, body: body.block, exit: exit.block };
  const fact = end.op === "forInNext" ? stringFact : anyFact;
  writeSlot(
    run,
    body,
    end.value,
    dynamic(temp, { what: "an element of a dynamic collection", origin: end.origin }, fact),
  );
  run.session.forgetFields(body);
  run.session.forgetFields(exit);
  exit.region = region.parent;
  continueWith(run, body, end.body);
  continueWith(run, exit, end.exit);
  return "ended";
}

function continueWith(run: Run, state: State, block: number): void {
  if (goTo(run, state, block) === "moved") run.enqueue(orderOf(state), null, () => runPath(run, state));
}

/** Enumerable string keys, own first, as for-in lists them; null: not known. */
export function enumerableKeys(run: Run, state: State, value: Value): string[] | null {
  if (value.kind === "const") return typeof value.value === "string" ? [...value.value].map((_, i) => String(i)) : [];
  if (value.kind !== "object") return null;
  const keys: string[] = [];
  const seen = new Set<string>();
  for (let at: Address | null = value.address; at !== null; at = state.store.get(at).prototype) {
    const object = state.store.get(at);
    if (object.residence.kind === "residual" && object.kind !== "function") return null;
    for (const key of ownKeys(run, state, at)) {
      if (key.startsWith("@@") || key.startsWith("\u0000") || seen.has(key)) continue;
      const property = ownProperty(run, state, at, object, key);
      if (property === "unknown") return null;
      seen.add(key);
      if (property !== null && (property.flags & ENUMERABLE) !== 0) keys.push(key);
    }
  }
  return keys;
}

/** Own keys in the order of OrdinaryOwnPropertyKeys: indices ascending, then strings, then symbols. */
export function ownKeys(run: Run, state: State, address: Address): string[] {
  void run;
  const object = state.store.get(address);
  const indices: string[] = [];
  const strings: string[] = [];
  const symbols: string[] = [];
  object.elements?.forEach((element, i) => {
    if (object.kind === "array" && element !== null && element !== undefined) indices.push(String(i));
  });
  const length = object.kind === "typed" ? (windowOf(state, address)?.length ?? 0) : 0;
  for (let i = 0; i < length; i++) indices.push(String(i));
  const named: string[] = [];
  for (const key of object.properties.keys()) {
    if (key.startsWith("@@")) symbols.push(key);
    else if (key.startsWith("\u0000")) continue;
    else if (/^(0|[1-9]\d{0,9})$/.test(key)) named.push(key);
    else strings.push(key);
  }
  indices.push(...named);
  indices.sort((a, b) => Number(a) - Number(b));
  return [...indices, ...strings, ...symbols];
}

/** `[...x]`, spread arguments: the list of what an iterable gives. */
export function stepIterToList(run: Run, state: State, step: Step<"iterToList">): Flow {
  const iterable = read(state, step.iterable);
  const list = listOf(run, state, iterable);
  if (list !== null) return set(run, state, step.dst, newArray(run, state, list, "list"));
  const operand = lift(run, state, iterable);
  const temp = run.newTemp();
  emit(run, state, { op: "iterToList", dst: temp, iterable: operand, origin: step.origin }, true);
  run.session.forgetFields(state);
  return set(
    run,
    state,
    step.dst,
    dynamic(temp, causeOf([iterable], "elements of a dynamic iterable", step.origin), objectFact),
  );
}

/** `[a, b, ...r] = iterable` */
export function stepArrayPattern(run: Run, state: State, step: Step<"arrayPattern">): Flow {
  const iterable = read(state, step.iterable);
  const list = listOf(run, state, iterable);
  if (list !== null) {
    step.dsts.forEach((dst, i) => {
      if (dst !== null) writeSlot(run, state, dst, list[i] ?? UNDEFINED);
    });
    if (step.rest !== null)
      writeSlot(run, state, step.rest, newArray(run, state, list.slice(step.dsts.length), "rest"));
    return "next";
  }
  const operand = lift(run, state, iterable);
  const temps = step.dsts.map((d) => (d === null ? null : run.newTemp(top(state).code.ir.slots[d]?.name)));
  const rest = step.rest === null ? null : run.newTemp();
  emit(run, state, { op: "arrayPattern", iterable: operand, dsts: temps, rest, origin: step.origin }, true);
  run.session.forgetFields(state);
  const cause = causeOf([iterable], "destructured from a dynamic iterable", step.origin);
  step.dsts.forEach((dst, i) => {
    const temp = temps[i];
    if (dst !== null && temp !== null && temp !== undefined) writeSlot(run, state, dst, dynamic(temp, cause));
  });
  if (step.rest !== null && rest !== null) writeSlot(run, state, step.rest, dynamic(rest, cause, objectFact));
  return "next";
}

/** The iterator protocol by steps, over what can be listed. */
export function stepIterator(
  run: Run,
  state: State,
  step: Step<"iterOpen"> | Step<"iterStep"> | Step<"iterRest"> | Step<"iterClose">,
): Flow {
  if (step.op === "iterOpen") {
    const list = listOf(run, state, read(state, step.iterable));
    if (list === null) return residualIterator(run, state, step);
    return set(run, state, step.dst, newArray(run, state, [newArray(run, state, list, "list"), constant(0)], "cursor"));
  }
  const cursor = read(state, step.iterator);
  if (cursor.kind !== "object") return residualIterator(run, state, step);
  if (step.op === "iterClose") return "next";
  if (step.op === "iterStep") {
    const value = advance(run, state, cursor.address);
    writeSlot(run, state, step.dst, value ?? UNDEFINED);
    return set(run, state, step.done, constant(value === null));
  }
  const rest: Value[] = [];
  for (let value = advance(run, state, cursor.address); value !== null; value = advance(run, state, cursor.address))
    rest.push(value);
  return set(run, state, step.dst, newArray(run, state, rest, "rest"));
}

function residualIterator(
  run: Run,
  state: State,
  step: Step<"iterOpen"> | Step<"iterStep"> | Step<"iterRest"> | Step<"iterClose">,
): Flow {
  const subject = lift(run, state, read(state, step.op === "iterOpen" ? step.iterable : step.iterator));
  if (step.op !== "iterOpen" && typeof subject !== "number")
    throw new Bailout("an iterator is a constant", step.origin);
  const at = subject as number;
  run.session.forgetFields(state);
  const cause = { what: "the iterator of a dynamic value", origin: step.origin };
  if (step.op === "iterClose") {
    emit(run, state, { ...step, iterator: at }, true);
    return "next";
  }
  const temp = run.newTemp();
  if (step.op === "iterStep") {
    const done = run.newTemp();
    emit(run, state, { op: "iterStep", dst: temp, done, iterator: at, origin: step.origin }, true);
    writeSlot(run, state, step.done, dynamic(done, cause, { types: run.session.booleanTypes }));
  } else
    emit(
      run,
      state,
      step.op === "iterOpen"
        ? { op: "iterOpen", dst: temp, iterable: subject }
        : { op: "iterRest", dst: temp, iterator: at },
      true,
    );
  return set(run, state, step.dst, dynamic(temp, cause));
}

/** `{...source}` and the rest of an object pattern. */
export function stepCopyProperties(run: Run, state: State, step: Step<"copyProperties"> | Step<"objectRest">): Flow {
  const source = read(state, step.source);
  const excluded = step.op === "objectRest" ? step.excluded.map((e) => keyOf(read(state, e))) : [];
  if (
    source.kind === "const" &&
    (step.op === "copyProperties" || (source.value !== null && source.value !== undefined)) &&
    typeof source.value !== "string"
  ) {
    const address = run.newAddress();
    state.store.put(address, newObject("plain", run.session.intrinsic("Object.prototype"), "copy"));
    return set(run, state, step.dst, reference(address));
  }
  if (source.kind === "object" && !excluded.includes(null)) {
    const copy = copyKnown(run, state, source.address, excluded);
    if (copy !== null) return set(run, state, step.dst, copy);
  }
  const temp = run.newTemp();
  const operand = lift(run, state, source);
  if (step.op === "copyProperties")
    emit(run, state, { op: "copyProperties", dst: temp, source: operand, origin: step.origin }, true);
  else
    emit(
      run,
      state,
      {
        op: "objectRest",
        dst: temp,
        source: operand,
        excluded: step.excluded.map((e) => lift(run, state, read(state, e))),
        origin: step.origin,
      },
      true,
    );
  run.session.forgetFields(state);
  return set(
    run,
    state,
    step.dst,
    dynamic(temp, causeOf([source], "a copy of a dynamic object", step.origin), objectFact),
  );
}

function copyKnown(run: Run, state: State, address: Address, excluded: readonly (string | null)[]): Value | null {
  const object = state.store.get(address);
  if (object.residence.kind === "residual") return null;
  const copy = newObject("plain", run.session.intrinsic("Object.prototype"), "copy");
  for (const key of ownKeys(run, state, address)) {
    if (excluded.includes(key)) continue;
    const property = ownProperty(run, state, address, object, key);
    if (property === "unknown" || (property !== null && property.get !== null)) return null;
    if (property !== null && (property.flags & ENUMERABLE) !== 0)
      copy.properties.set(key, dataProperty(property.value));
  }
  const made = run.newAddress();
  state.store.put(made, copy);
  return reference(made);
}
