/**
 * "The trick" for dynamic keys into known data: which property `table[k]` is, `Object.hasOwn(table, k)`, `map.get(k)` and `map.has(k)` are
 * dynamic, but each is one of few known answers, and which one is known as soon as `k` is.
 *
 * Asking stays in the residual as it is, and the answer carries a tag. Where the answer is walked on into, or comes round a loop
 * and decides something there, the tag is demanded, and specialization goes back to where it was asked: there the key is
 * told apart, a way for each of the known ones, on which the key itself is known too. What all other keys get goes on by the last way.
 *
 *   const next = node.children[name]; if (next === undefined) return null; node = next; ...
 *   =>  switch (name) { case "users": ...; case "posts": ...; default: return null; }
 *
 * Elements of arrays are told apart only where they come round a loop: `points[i].x` is good code already.
 *
 * After: Jones, Gomard & Sestoft, "Partial Evaluation and Automatic Program Generation" (1993), section 4.8.3.
 */
import type { Primitive } from "../ir/types.ts";
import { TYPE } from "../semantics/numberFacts.ts";
import { enqueuePath, goAfterCall } from "./control.ts";
import { isOnly } from "./facts.ts";
import type { HeapObject } from "./heap.ts";
import { holdsAtRunTime } from "./holdsAtRunTime.ts";
import { lift } from "./lift.ts";
import { arrayIndex, lookup, ownProperty } from "./lookup.ts";
import type { Run } from "./run.ts";
import { BY_INDEX, BY_NAME } from "./run.ts";
import type { Flow, State } from "./state.ts";
import { forkState, top } from "./state.ts";
import { substitute } from "./substitute.ts";
import { joinTags } from "./tags.ts";
import type { Address, DynamicValue, LiftTag, LiftTags, Value } from "./values.ts";
import { FALSE, TRUE, UNDEFINED, constant } from "./values.ts";
import { pointKey } from "./versions.ts";

export interface Choice {
  readonly key: DynamicValue;
  /** answers by the constants that the key is compared with */
  readonly options: ReadonlyMap<Primitive, Value>;
  /** the answer for all other keys; null: only the run time knows */
  readonly rest: Value | null;
  /** what is demanded where the answer has to be known */
  readonly tag: LiftTag;
}

/** `object[key]` */
export function choiceOfProperty(run: Run, state: State, address: Address, key: Value): Choice | null {
  const names = namesOf(run, state, address, key);
  if (names === null || key.kind !== "dynamic") return null;
  const options = new Map<Primitive, Value>();
  for (const name of names) {
    const found = lookup(run, state, address, name);
    // what a module has left unknown is read at run time
    const isKnown = found.kind === "data" && !(found.value.kind === "dynamic" && state.store.isBase(found.holder));
    if (isKnown) addOption(options, key, name, found.value);
  }
  const isArray = state.store.get(address).kind === "array";
  const hasAll = options.size === names.length && isByText(key, names) && endsHere(run, state, address);
  return choiceOf(run, state, address, { key, options, rest: hasAll ? UNDEFINED : null }, isArray ? BY_INDEX : BY_NAME);
}

/** `Object.hasOwn(object, key)` */
export function choiceOfOwn(run: Run, state: State, address: Address, key: Value): Choice | null {
  const names = namesOf(run, state, address, key);
  const object = state.store.get(address);
  if (names === null || key.kind !== "dynamic" || object.kind !== "plain") return null;
  const options = new Map<Primitive, Value>();
  for (const name of names) {
    const own = ownProperty(run, state, address, object, name);
    if (own !== null && own !== "unknown") addOption(options, key, name, TRUE);
  }
  const hasAll = options.size === names.length && isByText(key, names) && isClosed(run, state, address);
  return choiceOf(run, state, address, { key, options, rest: hasAll ? FALSE : null }, BY_NAME);
}

/** `map.get(key)`, or `map.has(key)`. */
export function choiceOfEntry(
  run: Run,
  state: State,
  address: Address,
  key: Value,
  answer: (value: Value) => Value,
  rest: Value,
): Choice | null {
  if (key.kind !== "dynamic" || run.session.evaluating) return null;
  const options = new Map<Primitive, Value>();
  for (const [name, value] of state.store.get(address).entries ?? []) {
    // keys that cannot be told apart by comparison with a constant
    if (name.kind !== "const" || name.value !== name.value) return null;
    options.set(name.value, answer(value));
  }
  return choiceOf(run, state, address, { key, options, rest }, BY_NAME);
}

/** The answer has been demanded, or is the same for all keys, or cannot be asked for at run time: it is told apart here. */
export function isDemanded(run: Run, state: State, address: Address, { options, rest, tag }: Choice): boolean {
  const hasName = !state.store.isBase(address) || run.session.names().has(address);
  if (options.size === 0 || (rest !== null && !hasName)) return true;
  run.reach(tag.point);
  return run.decisions.has(tag.point, tag.slot, "select");
}

/** Whether the key is in there has been asked: telling it apart there decides that, too. */
export function noteAsked(run: Run, address: Address, { key, tag }: Choice): void {
  const { asked } = run.info(key.temp);
  if (asked.has(address)) return;
  asked.set(address, tag);
  run.record(() => asked.delete(address));
}

/** Tags of the answer: those of its key, and where to tell the key apart. */
export function tagsOfAnswer(run: Run, address: Address, { key, tag }: Choice): LiftTags | null {
  return joinTags(run.info(key.temp).asked.get(address) ?? tag, key.lifted === null ? [] : [key.lifted]);
}

/** Goes on by a way for each key; `ask` asks at run time, in the last way. All that are alike then go on together. */
export function tellApart(
  run: Run,
  state: State,
  { key, options, rest }: Choice,
  give: (state: State, value: Value) => void,
  ask: ((state: State) => Flow) | null = null,
): Flow {
  if (options.size === 0 && rest !== null) {
    give(state, rest);
    return "next";
  }
  run.markFork(state, key.cause);
  const cases = [...options].map(([test, value]) => {
    const arm = forkState(state, run.newBlock(state.region));
    const to = arm.block;
    // 0 is found for -0 too
    if (test !== 0 || key.fact.int !== undefined) substitute(arm, key.temp, constant(test));
    give(arm, value);
    goOn(run, arm);
    return { test, to };
  });
  const last = forkState(state, run.newBlock(state.region));
  const other = last.block;
  if (rest !== null) give(last, rest);
  if (rest !== null || ask?.(last) === "next") goOn(run, last);
  state.block.terminator = { op: "switch", value: lift(run, state, key), cases, default: other };
  return "ended";
}

function goOn(run: Run, state: State): void {
  top(state).ip++;
  if (goAfterCall(run, state, true) === "moved") enqueuePath(run, state);
}

/** Keys that are asked about, its prototypes' among them but those of built-ins; null: not known, or too many. */
function namesOf(run: Run, state: State, address: Address, key: Value): string[] | null {
  if (key.kind !== "dynamic" || run.session.evaluating || run.session.live?.get(address) !== undefined) return null;
  const names = new Set<string>();
  for (let at: Address | null = address; at !== null; at = state.store.get(at).prototype) {
    const object: HeapObject = state.store.get(at);
    if (isBuiltin(run, at, object)) break;
    if ((object.kind !== "plain" && object.kind !== "array") || object.residence.kind === "residual") return null;
    for (const name of object.properties.keys())
      if (name.startsWith("\u0000")) return null;
      else if (!name.startsWith("@@")) names.add(name);
    for (let i = 0; i < (object.elements?.length ?? 0) && i <= run.limits.shapes; i++) names.add(String(i));
    if (names.size > run.limits.shapes) return null;
  }
  return [...names];
}

/** An element is asked for by its number; by its text it is found at run time. */
function addOption(options: Map<Primitive, Value>, key: DynamicValue, name: string, value: Value): void {
  const index = (key.fact.types & TYPE.number) === 0 ? null : arrayIndex(name);
  if (index !== null) options.set(index, value);
  else if (!isOnly(key.fact, TYPE.number)) options.set(name, value);
}

/** How values that are no strings are spelled as keys. */
const SPELLED: readonly (readonly [types: number, RegExp])[] = [
  [TYPE.undefined, /^undefined$/],
  [TYPE.null, /^null$/],
  [TYPE.boolean, /^(true|false)$/],
  [TYPE.number | TYPE.bigint, /^-?(\d|Infinity$)|^NaN$/],
  [TYPE.symbol | TYPE.object | TYPE.function, /^/],
];

/** The key means one of the names only where it is that text. */
function isByText({ fact }: DynamicValue, names: readonly string[]): boolean {
  return SPELLED.every(([types, text]) => (fact.types & types) === 0 || !names.some((name) => text.test(name)));
}

/** No key is added to the object or to what it inherits from, and that is all that it inherits from. */
function endsHere(run: Run, state: State, address: Address): boolean {
  for (let at: Address | null = address; at !== null; at = state.store.get(at).prototype) {
    const object = state.store.get(at);
    // arrays have a length besides
    if (object.kind !== "plain" || isBuiltin(run, at, object) || !isClosed(run, state, at)) return false;
  }
  return true;
}

function isBuiltin(run: Run, address: Address, object: HeapObject): boolean {
  const { session } = run;
  return (
    object.builtin !== null ||
    address === session.intrinsic("Object.prototype") ||
    address === session.intrinsic("Array.prototype")
  );
}

function isClosed(run: Run, state: State, address: Address): boolean {
  if (!state.store.isFixed(address)) return true;
  if (run.session.changesKeys(address)) return false;
  return holdsAtRunTime(run, state, address, "", state.store.get(address), null);
}

function choiceOf(
  run: Run,
  state: State,
  address: Address,
  choice: Omit<Choice, "tag">,
  slot: LiftTag["slot"],
): Choice | null {
  const { size } = choice.options;
  if ((size === 0 && choice.rest === null) || size > run.limits.shapes) return null;
  const what = state.store.isBase(address) ? `@${address}` : state.store.get(address).site;
  return { ...choice, tag: { point: run.decisions.intern(`${pointKey(state)} asks ${what}`), slot } };
}
