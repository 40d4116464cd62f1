/**
 * What tests of types teach: behind `typeof x === "string"` x is a string, behind `Array.isArray(x)` it is an object, and asking
 * again gives the same.
 *
 * document.all, for which typeof gives "undefined", counts as undefined and object: a test with typeof never leaves
 * undefined alone of a value that might be it.
 */
import { TYPE, typesOfName } from "../semantics/numberFacts.ts";
import type { TypeTest } from "./run.ts";
import type { State } from "./state.ts";
import { LASTING } from "./state.ts";
import { replaceHeld } from "./substitute.ts";
import type { DynamicValue, Temp, Value } from "./values.ts";
import { FALSE, TRUE } from "./values.ts";

const ALL = Object.values(TYPE).reduce((sum, type) => sum | type, 0);

/** `typeof value === name` */
export function typeofTest(value: DynamicValue, name: string): TypeTest {
  const holds = typesOfName(name);
  const then = name === "undefined" ? holds | TYPE.object : holds;
  return { value, then, else: ALL & ~holds, isArray: false, negated: false };
}

/** Whether `typeof value === name` holds; null: it may or may not. */
export function decideTypeof({ value, then, else: other }: TypeTest): boolean | null {
  const { types } = value.fact;
  if ((types & then) === 0) return false;
  return (types & other) === 0 ? true : null;
}

/** What has been asked, until unknown code runs: it may revoke a Proxy, of which asking throws. */
const IS_ARRAY = ".\u0000isArray";

/** `Array.isArray(value)` */
export function arrayTest(value: DynamicValue): TypeTest {
  return { value, then: TYPE.object, else: ALL, isArray: true, negated: false };
}

/** What `Array.isArray` gives for the value, if types or a test on the way tell. */
export function isKnownArray(state: State, value: DynamicValue): Value | null {
  if ((value.fact.types & TYPE.object) === 0) return FALSE;
  return state.fields.get(`${value.temp}${IS_ARRAY}`) ?? null;
}

/** What `Array.isArray` gives for the value if it gives anything: it has been asked before, and has to be asked again. */
export function lastingArray(state: State, { temp }: DynamicValue): Value | null {
  return state.fields.get(`${temp}${IS_ARRAY}${LASTING}`) ?? null;
}

/** The value is an array, or is none. */
export function learnArray(state: State, temp: Temp, outcome: Value): void {
  state.fields.set(`${temp}${IS_ARRAY}`, outcome);
  state.fields.set(`${temp}${IS_ARRAY}${LASTING}`, outcome);
}

/** The test has been made, and holds or not. */
export function learnType(
  state: State,
  { value, then, else: other, isArray, negated }: TypeTest,
  outcome: boolean,
): void {
  const { temp } = value;
  if (temp < 0) return;
  const holds = outcome !== negated;
  if (isArray) learnArray(state, temp, holds ? TRUE : FALSE);
  replaceHeld(state, temp, (held) => {
    const types = held.fact.types & (holds ? then : other);
    if (types === held.fact.types || types === 0 || types === TYPE.undefined) return held;
    return { ...held, fact: { ...held.fact, types } };
  });
}
