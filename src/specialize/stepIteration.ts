/**
 * Iteration. Over known things (`iterators`) it is unrolled; over dynamic things the loop stays, as a residual for-of or
 * for-in region. A loop that stops being known on its way stays too, from its beginning.
 */
import type { Instruction, Terminator } from "../ir/types.ts";
import { TYPE, anyFact } from "../semantics/numberFacts.ts";
import { enqueuePath, goTo } from "./control.ts";
import { emit } from "./emitInstruction.ts";
import { objectFact, stringFact } from "./facts.ts";
import { figuresOf } from "./figures.ts";
import { read, writeSlot } from "./frames.ts";
import { ENUMERABLE, OF_ARGUMENTS, dataProperty, newObject } from "./heap.ts";
import { holdsAtRunTime } from "./holdsAtRunTime.ts";
import { advance, listOf, openIterator } from "./iterators.ts";
import { knowArray, knownElements } from "./knownFields.ts";
import { lift } from "./lift.ts";
import { Bailout } from "./limits.ts";
import { arrayIndex, keyOf, lookup, ownProperty } from "./lookup.ts";
import { newArray } from "./make.ts";
import { noteDecided } from "./rounds.ts";
import type { Run } from "./run.ts";
import type { Flow, State } from "./state.ts";
import { forkState, top } from "./state.ts";
import { causeOf, set } from "./stepOperators.ts";
import { windowOf } from "./typedWindow.ts";
import type { Address, ConstValue, DynamicValue, Value } from "./values.ts";
import { UNDEFINED, constant, dynamic, reference } from "./values.ts";
import { Restart } from "./versions.ts";

type Step<Op extends Instruction["op"]> = Extract<Instruction, { op: Op }>;
type End<Op extends Terminator["op"]> = Extract<Terminator, { op: Op }>;

/** for (const v of iterable) */
export function stepEnterForOf(run: Run, state: State, end: End<"enterForOf">): Flow {
  const iterable = read(state, end.iterable);
  const isKept = run.session.learned.keptLoops.has(loopKey(state, end.region));
  if (!isKept) run.demandSplit(iterable);
  const iterator = isKept ? null : openIterator(run, state, iterable);
  return iterator === null
    ? enterResidual(run, state, end.region, "forOf", iterable, end.next)
    : enterStatic(run, state, end.region, reference(iterator), end.next);
}

function loopKey(state: State, region: number): string {
  return `${top(state).code.key}:${region}`;
}

/** The loop is not unrolled: the residual is made again with the loop in it. */
function keepLoop(run: Run, state: State, region: number): never {
  const key = loopKey(state, region);
  const { keptLoops } = run.session.learned;
  if (run.session.evaluating || keptLoops.has(key)) throw new Bailout("what a loop goes over is not known");
  keptLoops.add(key);
  throw new Restart("what a loop goes over is not known all through");
}

/** for (const k in object) */
export function stepEnterForIn(run: Run, state: State, end: End<"enterForIn">): Flow {
  const object = read(state, end.object);
  const isKept = run.session.learned.keptLoops.has(loopKey(state, end.region));
  const keys = isKept ? null : enumerableKeys(run, state, object);
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
  frame.slots.set(frame.code.ir.slots.length + region, cursor);
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
  frame.slots.set(frame.code.ir.slots.length + region, undefined);
  frame.regions = new Map([...frame.regions, [region, made]]);
  run.session.forgetFields(state);
  run.markFork(state);
  return goTo(run, state, next);
}

/** The head of a for-of or for-in loop. */
export function stepLoopNext(run: Run, state: State, end: End<"forOfNext"> | End<"forInNext">): Flow {
  const frame = top(state);
  const at = frame.code.ir.slots.length + end.region;
  const cursor = frame.slots.get(at);
  if (cursor?.kind === "object") {
    figuresOf(run).noteStatic(state);
    noteDecided(state, [end.body, end.exit]);
    const value =
      end.op === "forOfNext" ? advance(run, state, cursor.address) : advanceKeys(run, state, cursor.address);
    if (value === "unknown") return keepLoop(run, state, end.region);
    if (value === null) {
      frame.slots.set(at, undefined);
      return goTo(run, state, end.exit);
    }
    writeSlot(run, state, end.value, value);
    return goTo(run, state, end.body);
  }
  return residualNext(run, state, end);
}

/** The next key that the object still has. */
function advanceKeys(run: Run, state: State, address: Address): Value | null | "unknown" {
  const [list, index, object] = state.store.get(address).elements ?? [];
  if (index?.kind === "dynamic") run.demand(index.lifted);
  if (list?.kind !== "object" || index?.kind !== "const" || object === null || object === undefined) return "unknown";
  const keys = state.store.get(list.address).elements ?? [];
  for (let i = Number(index.value); i < keys.length; i++) {
    const key = keys[i] ?? UNDEFINED;
    const found = object.kind === "object" && key.kind === "const" ? has(run, state, object.address, key) : "yes";
    if (found === "unknown") return "unknown";
    if (found === "no") continue;
    state.store.edit(address).elements = [list, constant(i + 1), object];
    return key;
  }
  return null;
}

function has(run: Run, state: State, address: Address, key: ConstValue): "yes" | "no" | "unknown" {
  const found = lookup(run, state, address, String(key.value));
  return found.kind === "unknown" ? "unknown" : found.kind === "absent" ? "no" : "yes";
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
  if (goTo(run, state, block) === "moved") enqueuePath(run, state);
}

/** Enumerable string keys, own first, as for-in lists them; null: not known. */
export function enumerableKeys(run: Run, state: State, value: Value): string[] | null {
  if (value.kind === "const") return typeof value.value === "string" ? [...value.value].map((_, i) => String(i)) : [];
  if (value.kind !== "object") return null;
  const keys: string[] = [];
  const seen = new Set<string>();
  for (let at: Address | null = value.address; at !== null; at = state.store.get(at).prototype) {
    const object = state.store.get(at);
    if (object.residence.kind === "residual" && !(object.kind === "function" && run.session.evaluating)) return null;
    const own = ownKeys(run, state, at);
    if (own === null) return null;
    for (const key of own) {
      if (key.startsWith("@@") || key.startsWith("\u0000") || seen.has(key)) continue;
      const property = ownProperty(run, state, at, object, key);
      if (property === "unknown") return null;
      seen.add(key);
      if (property !== null && (property.flags & ENUMERABLE) !== 0) keys.push(key);
    }
  }
  return keys;
}

/** Own keys in the order of OrdinaryOwnPropertyKeys: indices ascending, then strings, then symbols; null: not known. */
export function ownKeys(run: Run, state: State, address: Address): string[] | null {
  // a binder checks what was read, not that there is nothing else
  if (run.session.live?.get(address) !== undefined) return null;
  if (state.store.isBase(address)) {
    if (run.session.changesKeys(address)) return null;
    if (!holdsAtRunTime(run, state, address, "", state.store.get(address), null)) return null;
  }
  const object = state.store.get(address);
  // the host may have added others
  if (object.properties.has("\u0000open")) return null;
  const isArguments = object.properties.has(OF_ARGUMENTS);
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
    else if (arrayIndex(key) !== null) named.push(key);
    else strings.push(key);
    if (isArguments && key === "length") strings.push("callee");
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
  const list = takenFrom(run, state, iterable, step.rest === null ? step.dsts.length : Infinity);
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
  const elements = iterable.kind === "dynamic" ? knownElements(state, iterable.temp) : null;
  if (elements === null || !run.session.knowledge.assume.builtins) run.session.forgetFields(state);
  const cause = causeOf([iterable], "destructured from a dynamic iterable", step.origin);
  step.dsts.forEach((dst, i) => {
    const temp = temps[i];
    const fact = elements === null ? anyFact : { types: elements.types | TYPE.undefined };
    if (dst !== null && temp !== null && temp !== undefined) writeSlot(run, state, dst, dynamic(temp, cause, fact));
  });
  if (step.rest === null || rest === null) return "next";
  knowArray(state, rest, elements ?? anyFact);
  writeSlot(run, state, step.rest, dynamic(rest, cause, objectFact));
  return "next";
}

/** The first values that an iterable gives, not more of them than a pattern asks for; null: not known. */
function takenFrom(run: Run, state: State, iterable: Value, count: number): Value[] | null {
  const iterator = openIterator(run, state, iterable);
  if (iterator === null) return null;
  const taken: Value[] = [];
  while (taken.length < count) {
    const value = advance(run, state, iterator);
    if (value === "unknown") return null;
    if (value === null) break;
    taken.push(value);
  }
  return taken;
}

/** The iterator protocol by steps, over what can be listed. */
export function stepIterator(
  run: Run,
  state: State,
  step: Step<"iterOpen"> | Step<"iterStep"> | Step<"iterRest"> | Step<"iterClose">,
): Flow {
  if (step.op === "iterOpen") {
    const iterator = openIterator(run, state, read(state, step.iterable));
    if (iterator === null) return residualIterator(run, state, step);
    return set(run, state, step.dst, reference(iterator));
  }
  const cursor = read(state, step.iterator);
  if (cursor.kind !== "object") return residualIterator(run, state, step);
  if (step.op === "iterClose") return "next";
  if (step.op === "iterStep") {
    const value = advance(run, state, cursor.address);
    if (value === "unknown") throw new Bailout("what a pattern takes apart is not known", step.origin);
    writeSlot(run, state, step.dst, value ?? UNDEFINED);
    return set(run, state, step.done, constant(value === null));
  }
  const rest = listOf(run, state, cursor);
  if (rest === null) throw new Bailout("what a pattern takes apart is not known", step.origin);
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
        ...(source.kind === "dynamic" && isPlainData(source) ? { isPlain: true } : {}),
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

/** Reading any of its properties once more is not noticed. */
function isPlainData(source: DynamicValue): boolean {
  return source.declared?.isData === true && !source.declared.isAccessor(null);
}

function copyKnown(run: Run, state: State, address: Address, excluded: readonly (string | null)[]): Value | null {
  const object = state.store.get(address);
  if (object.residence.kind === "residual") return null;
  const copy = newObject("plain", run.session.intrinsic("Object.prototype"), "copy");
  const keys = ownKeys(run, state, address);
  if (keys === null) return null;
  for (const key of keys) {
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
