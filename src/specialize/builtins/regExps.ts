/**
 * `new RegExp`, methods of regular expressions on static text, and those of texts that take one. The expression is known:
 * one that the specializer holds, or an object of a module that the call leaves as it was: one without `g` and `y`, or
 * one with `g` where the method begins and ends at 0. `lastIndex` is read and written where it stands, in the heap.
 */
import type { RegExpMethod, RegExpResult } from "../../semantics/evaluateRegExp.ts";
import { evaluateRegExp } from "../../semantics/evaluateRegExp.ts";
import type { TypeFact } from "../../semantics/numberFacts.ts";
import type { BuiltinModel, ConstructorModel } from "./model.ts";
import { knownOf } from "./model.ts";
import { WRITABLE, dataProperty, newObject } from "../heap.ts";
import { TYPE, booleanFact, isOnly, numberFact, stringFact } from "../facts.ts";
import type { HeapObject } from "../heap.ts";
import { newIterator } from "../iterators.ts";
import { legacyRegExp } from "../legacyRegExp.ts";
import { lookup } from "../lookup.ts";
import { newArray } from "../make.ts";
import type { Run } from "../run.ts";
import type { Call, State } from "../state.ts";
import { set } from "../stepOperators.ts";
import type { Address, Value } from "../values.ts";
import { UNDEFINED, constant, factOfValue, reference } from "../values.ts";

interface Known {
  readonly address: Address;
  readonly pattern: string;
  readonly flags: string;
  readonly lastIndex: number;
}

/** What the method itself asks the expression for; the flags are asked for by getters of the prototype. */
function asksOf(method: RegExpMethod): readonly string[] {
  if (method === "test" || method === "exec") return ["exec"];
  const symbol = method === "replaceAll" ? "replace" : method;
  return ["exec", `@@Symbol.${symbol}`, ...(method === "split" ? ["constructor"] : [])];
}

function evaluating(method: RegExpMethod): BuiltinModel {
  const isOwnMethod = method === "test" || method === "exec";
  const asks = asksOf(method);
  return (run, state, call) => {
    const [first = UNDEFINED, second = UNDEFINED] = call.args;
    const [expression, text, argument] = isOwnMethod
      ? [call.receiver, first, UNDEFINED]
      : [first, call.receiver, second];
    if (text.kind !== "const" || argument.kind !== "const" || call.dst === null) return null;
    if (!isOwnMethod && typeof text.value !== "string") return null;
    const known = knownExpression(run, state, expression, asks, STARTS_AT_0.has(method));
    if (known === null || (method === "replaceAll" && !known.flags.includes("g"))) return null;
    const { address, pattern, flags, lastIndex } = known;
    const outcome = evaluateRegExp({
      method,
      pattern,
      flags,
      lastIndex,
      text: String(text.value),
      argument: argument.value,
    });
    if (outcome === null) return null;
    if (!Object.is(outcome.lastIndex, lastIndex)) {
      if (!state.store.isOwn(address)) return null;
      state.store.edit(address).properties.set("lastIndex", dataProperty(constant(outcome.lastIndex), WRITABLE));
    }
    return set(run, state, call.dst, valueOf(run, state, outcome.result, String(text.value)));
  };
}

/** Methods that find in a text by an expression, and what makes them ask for something else than the text. */
const FINDING = /^(?:RegExp\.prototype\.(test|exec)|String\.prototype\.(match|search|split|replace))$/;

/**
 * The call finds in a dynamic text by a known expression that keeps nothing from call to call: it does nothing but give its
 * result. Null: it may do anything. `elements`: what those of the array are that it may give.
 */
export function findsInText(
  run: Run,
  state: State,
  path: string,
  { receiver, args }: Pick<Call, "receiver" | "args">,
): { readonly result: TypeFact; readonly elements: TypeFact | null } | null {
  const [, ofExpression, ofText] = FINDING.exec(path) ?? [];
  const method = (ofExpression ?? ofText) as RegExpMethod | undefined;
  const [first = UNDEFINED, second = UNDEFINED] = args;
  const [expression, text] = ofExpression === undefined ? [first, receiver] : [receiver, first];
  if (method === undefined || !isText(text)) return null;
  // what it is replaced by may be a function, and a limit is converted
  if (method === "replace" ? !isText(second) : method === "split" && second !== UNDEFINED) return null;
  const known = knownExpression(run, state, expression, asksOf(method), false);
  return known === null || /[gy]/.test(known.flags) ? null : RESULTS[method];
}

function isText(value: Value): boolean {
  return isOnly(factOfValue(value), TYPE.string);
}

const GROUPS: TypeFact = { types: TYPE.string | TYPE.undefined };
const RESULTS: Readonly<Record<string, { readonly result: TypeFact; readonly elements: TypeFact | null }>> = {
  test: { result: booleanFact, elements: null },
  exec: { result: { types: TYPE.object | TYPE.null }, elements: GROUPS },
  match: { result: { types: TYPE.object | TYPE.null }, elements: GROUPS },
  search: { result: numberFact, elements: null },
  split: { result: { types: TYPE.object }, elements: GROUPS },
  replace: { result: stringFact, elements: null },
};

/** What every engine that knows ES2018 reads alike: no `v`, and no flags inside of the pattern. */
function isPortable(pattern: string, flags: string): boolean {
  return /^[dgimsuy]*$/.test(flags) && !/\(\?[a-z-]+:/.test(pattern);
}

export const newRegExpModel: ConstructorModel = (run, state, call, newTarget) => {
  const [pattern = UNDEFINED, flags = UNDEFINED] = call.args;
  if (newTarget !== call.callee || pattern.kind !== "const" || flags.kind !== "const") return null;
  if (!run.session.knowledge.assume.builtins) return null;
  const text = pattern.value === undefined ? "" : String(pattern.value);
  const letters = flags.value === undefined ? "" : String(flags.value);
  if (!isPortable(text, letters)) return null;
  const source = sourceOf(text, letters);
  return source === null ? null : set(run, state, call.dst, run.session.newRegExp(state, source, letters));
};

/** The pattern as it is between the slashes; null: it is none. */
function sourceOf(pattern: string, flags: string): string | null {
  try {
    return new RegExp(pattern, flags).source;
  } catch {
    return null;
  }
}

/** Methods to which the `lastIndex` of an expression with `g` says nothing. */
const STARTS_AT_0: ReadonlySet<RegExpMethod> = new Set(["match", "search", "replace", "replaceAll", "split"]);

/** A regular expression that is as it was made, and whose methods are the standard's. */
function knownExpression(
  run: Run,
  state: State,
  value: Value,
  asks: readonly string[],
  startsAt0: boolean,
): Known | null {
  const object = knownOf(run, state, value, "regexp");
  if (object === null || value.kind !== "object" || !run.session.knowledge.assume.builtins) return null;
  if (object.prototype !== run.session.intrinsic("RegExp.prototype") || hasMore(object)) return null;
  const legacy = legacyRegExp(run.session.world.source);
  if (legacy.readsLast || legacy.compiles) return null;
  const pattern = object.properties.get("\u0000source")?.value;
  const flags = object.properties.get("\u0000flags")?.value;
  if (pattern?.kind !== "const" || flags?.kind !== "const") return null;
  // how letters are alike but for their case, and which are letters, is a matter of the version of Unicode
  if (/[iuv]/.test(String(flags.value)) && !run.session.knowledge.assume.engine) return null;
  const isKept = (startsAt0 ? /y/ : /[gy]/).test(String(flags.value));
  if (isKept && !state.store.isOwn(value.address)) return null;
  const at = lookup(run, state, value.address, "lastIndex");
  if (at.kind !== "data" || at.value.kind !== "const" || typeof at.value.value !== "number") return null;
  const lastIndex = at.value.value;
  if ((at.flags & WRITABLE) === 0 || !Number.isSafeInteger(lastIndex) || lastIndex < 0 || Object.is(lastIndex, -0))
    return null;
  if (asks.some((key) => !isStandard(run, state, value.address, key))) return null;
  return { address: value.address, pattern: String(pattern.value), flags: String(flags.value), lastIndex };
}

/** The program has given it properties of its own. */
function hasMore({ properties }: HeapObject): boolean {
  return [...properties.keys()].some((key) => !key.startsWith("\u0000") && key !== "lastIndex");
}

function isStandard(run: Run, state: State, address: Address, key: string): boolean {
  const found = lookup(run, state, address, key);
  const holder = run.session.intrinsic("RegExp.prototype");
  if (found.kind !== "data" || found.value.kind !== "object" || found.holder !== holder) return false;
  const path = run.session.world.intrinsicPath(found.value.address);
  return path === (key === "constructor" ? "RegExp" : `RegExp.prototype.${key}`);
}

function valueOf(run: Run, state: State, result: RegExpResult, input: string): Value {
  if (result.kind === "value") return constant(result.value);
  const items = result.items.map((item) => constant(item));
  const array = newArray(run, state, items, result.kind);
  if (result.kind === "list" || array.kind !== "object") return array;
  const { properties } = state.store.edit(array.address);
  properties.set("index", dataProperty(constant(result.index)));
  properties.set("input", dataProperty(constant(input)));
  properties.set("groups", dataProperty(groupsOf(run, state, result.groups)));
  return array;
}

/** The prelude finds with another expression of the same text and flags: the methods are the standard's, and `y` is not asked for. */
export function replacesBy(run: Run, state: State, expression: Value): boolean {
  const asks = ["exec", "@@Symbol.replace"];
  const known = knownExpression(run, state, expression, asks, true);
  if (known === null || /[yuv]/.test(known.flags)) return false;
  return isPortable(known.pattern, known.flags) && (known.lastIndex === 0 || state.store.isOwn(known.address));
}

function groupsOf(run: Run, state: State, groups: (RegExpResult & { kind: "match" })["groups"]): Value {
  if (groups === null) return UNDEFINED;
  const object = newObject("plain", null, "groups");
  for (const [name, item] of groups) object.properties.set(name, dataProperty(constant(item)));
  const address = run.newAddress();
  state.store.put(address, object);
  return reference(address);
}

/**
 * `text.matchAll(expression)`: all matches, listed now, for text and expression do not change; the expression is a copy.
 * An iterator that is needed as it is becomes the call again.
 */
const matchAll: BuiltinModel = (run, state, call) => {
  const [expression = UNDEFINED] = call.args;
  const { receiver: text } = call;
  if (text.kind !== "const" || typeof text.value !== "string" || call.dst === null) return null;
  const known = knownExpression(run, state, expression, ["exec", "@@Symbol.matchAll", "constructor"], false);
  if (known?.flags.includes("g") !== true) return null;
  const copy = run.session.newRegExp(state, known.pattern, known.flags);
  if (copy.kind === "object")
    state.store.edit(copy.address).properties.set("lastIndex", dataProperty(constant(known.lastIndex), WRITABLE));
  const matches = matchesIn(run, state, text.value, known);
  if (matches === null) return null;
  const iterator = newIterator(run, state, newArray(run, state, matches, "matches"), "values");
  const { properties } = state.store.edit(iterator);
  properties.set("\u0000text", dataProperty(text));
  properties.set("\u0000matched", dataProperty(copy));
  return set(run, state, call.dst, reference(iterator));
};

const MAX_MATCHES = 10_000;

function matchesIn(run: Run, state: State, text: string, known: Known): Value[] | null {
  const matches: Value[] = [];
  for (let { lastIndex } = known; ;) {
    const outcome = evaluateRegExp({ ...known, method: "exec", lastIndex, text, argument: undefined });
    if (outcome === null || matches.length > MAX_MATCHES) return null;
    if (outcome.result.kind !== "match") return matches;
    matches.push(valueOf(run, state, outcome.result, text));
    const isEmpty = outcome.result.items[0] === "";
    const step = known.flags.includes("u") ? String.fromCodePoint(text.codePointAt(outcome.lastIndex) ?? 0).length : 1;
    lastIndex = outcome.lastIndex + (isEmpty ? step : 0);
  }
}

export const regExpModels: ReadonlyMap<string, BuiltinModel> = new Map<string, BuiltinModel>([
  ["String.prototype.matchAll", matchAll],
  ["RegExp.prototype.test", evaluating("test")],
  ["RegExp.prototype.exec", evaluating("exec")],
  ["String.prototype.match", evaluating("match")],
  ["String.prototype.search", evaluating("search")],
  ["String.prototype.replace", evaluating("replace")],
  ["String.prototype.replaceAll", evaluating("replaceAll")],
]);

/** `split` by a regular expression; by a text it is another model's. */
export const splitByExpression: BuiltinModel = evaluating("split");
