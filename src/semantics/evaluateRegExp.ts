/**
 * A method of a regular expression on known text, 22.2.6 and 22.1.3: what it gives, and where `lastIndex` stands then.
 *
 * It runs in a realm of its own, whose built-ins nobody has changed, and under a limit of time: a pattern that goes back
 * and forth without end (`/(a+)+$/`) is interrupted, and its call stays as it is. Data alone comes out, as text.
 *
 * Null: it throws, takes too long or too much room, or another engine may find something else: one of another version of
 * Unicode, or one that does not know the syntax.
 *
 * Example: `exec` of /(b)/ on "abc" is the match ["b", "b"] at 1.
 */
import { createContext, runInContext } from "node:vm";
import type { Context } from "node:vm";
import type { Primitive } from "../base/primitive.ts";

export type RegExpMethod = "test" | "exec" | "match" | "search" | "replace" | "replaceAll" | "split";

export interface RegExpCall {
  readonly method: RegExpMethod;
  readonly pattern: string;
  readonly flags: string;
  readonly lastIndex: number;
  readonly text: string;
  /** the replacement of `replace` and `replaceAll`, the limit of `split` */
  readonly argument: Primitive;
}

export type RegExpResult =
  | { readonly kind: "value"; readonly value: string | number | boolean | null }
  | { readonly kind: "list"; readonly items: readonly (string | undefined)[] }
  | {
      readonly kind: "match";
      readonly items: readonly (string | undefined)[];
      readonly index: number;
      /** names with what they captured; null: the pattern has no names */
      readonly groups: readonly (readonly [string, string | undefined])[] | null;
    };
export interface RegExpOutcome {
  readonly result: RegExpResult;
  readonly lastIndex: number;
}

export function evaluateRegExp(call: RegExpCall): RegExpOutcome | null {
  if (isRefused(call)) return null;
  const key = JSON.stringify([
    call.method,
    call.pattern,
    call.flags,
    call.lastIndex,
    call.text,
    literalOf(call.argument),
  ]);
  const known = outcomes.get(key);
  if (known !== undefined) return known;
  const outcome = run(call);
  if (outcomes.size >= KEPT) outcomes.clear();
  outcomes.set(key, outcome);
  return outcome;
}

/** milliseconds that one call may take */
const TIME = 1000;
const MAX_PATTERN = 10_000;
const MAX_TEXT = 100_000;
/** code units that captures or replacements may take, estimated from above */
const MAX_ROOM = 20_000_000;
const MAX_PARTS = 100_000;
const MAX_RESULT = 1_000_000;
const KEPT = 1000;

const outcomes = new Map<string, RegExpOutcome | null>();
/** patterns that have run out of time once; a build does not wait for them again */
const endless = new Set<string>();
let realm: Context | null = null;

function isRefused({ method, pattern, flags, text, argument }: RegExpCall): boolean {
  if (pattern.length > MAX_PATTERN || text.length > MAX_TEXT || endless.has(`${flags}/${pattern}`)) return true;
  // properties of characters, and which there are, change from one version of Unicode to the next; `d` gives arrays more
  if (/\\p\{|__proto__/i.test(pattern) || /\p{Unassigned}/u.test(pattern + text) || flags.includes("d")) return true;
  const captures = pattern.split("(").length;
  if (captures * text.length > MAX_ROOM) return true;
  if (method !== "replace" && method !== "replaceAll") return false;
  const by = String(argument);
  return (text.length + 1) * (by.length + (by.split("$").length - 1) * text.length) > MAX_ROOM;
}

/** How the value is written in a program. */
function literalOf(value: Primitive): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** In the realm: the call, and its result as text. Captures that took no part are null. */
const CODE = `(method, pattern, flags, lastIndex, text, argument) => {
  const expression = new RegExp(pattern, flags);
  expression.lastIndex = lastIndex;
  const onText = method !== "test" && method !== "exec";
  const result = onText ? text[method](expression, argument) : expression[method](text);
  const isObject = typeof result === "object" && result !== null;
  const orNull = (x) => (x === undefined ? null : x);
  return JSON.stringify({
    value: isObject ? null : result,
    items: isObject ? Array.from(result, orNull) : null,
    index: isObject ? orNull(result.index) : null,
    groups: isObject && result.groups !== undefined
      ? Object.entries(result.groups).map(([name, x]) => [name, orNull(x)])
      : null,
    lastIndex: expression.lastIndex,
  });
}`;

interface Answer {
  readonly value: string | number | boolean | null;
  readonly items: readonly (string | null)[] | null;
  readonly index: number | null;
  readonly groups: readonly (readonly [string, string | null])[] | null;
  readonly lastIndex: number;
}

function run({ method, pattern, flags, lastIndex, text, argument }: RegExpCall): RegExpOutcome | null {
  const given = [method, pattern, flags, lastIndex, text, argument].map(literalOf).join();
  let answer: unknown;
  try {
    realm ??= createContext(Object.create(null) as object, { codeGeneration: { strings: false, wasm: false } });
    answer = runInContext(`(${CODE})(${given})`, realm, { timeout: TIME });
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT")
      endless.add(`${flags}/${pattern}`);
    return null;
  }
  return typeof answer === "string" ? outcomeOf(JSON.parse(answer) as Answer) : null;
}

function outcomeOf({ value, items, index, groups, lastIndex }: Answer): RegExpOutcome | null {
  if (items === null)
    return typeof value === "string" && value.length > MAX_RESULT
      ? null
      : { result: { kind: "value", value }, lastIndex };
  if (items.length > MAX_PARTS) return null;
  const found = items.map((item) => item ?? undefined);
  if (index === null) return { result: { kind: "list", items: found }, lastIndex };
  const named = groups?.map(([name, item]): [string, string | undefined] => [name, item ?? undefined]) ?? null;
  return { result: { kind: "match", items: found, index, groups: named }, lastIndex };
}
