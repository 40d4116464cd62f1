/** What a call or `new` of a standard built-in may do; null: anything. */
import type { TypeFact } from "../../semantics/numberFacts.ts";
import { TYPE } from "../../semantics/numberFacts.ts";
import { builtinCallEffect, builtinResult } from "../../semantics/builtins.ts";
import { isOnly } from "../facts.ts";
import type { Seen } from "./seen.ts";
import { ANYTHING, ofDeclared, ofFact } from "./seen.ts";
import type { Summary } from "./summary.ts";
import { newEffects } from "./summary.ts";

const TYPED = /^(Int|Uint|Float|Big)\w*Array$/;

/** Methods of typed arrays that run no code of the program: which change elements, which give a view or a copy. */
const TYPED_METHODS: ReadonlyMap<string, "changes" | "gives the same" | "reads"> = new Map([
  ["set", "changes"],
  ["fill", "changes"],
  ["copyWithin", "changes"],
  ["reverse", "changes"],
  ["subarray", "gives the same"],
  ["slice", "gives the same"],
  ["indexOf", "reads"],
  ["lastIndexOf", "reads"],
  ["includes", "reads"],
] as const);
/** Methods of arrays of plain data that run no code of the program, whatever they are given. */
const ARRAY_METHODS: ReadonlyMap<string, "changes" | "reads"> = new Map([
  ["push", "changes"],
  ["pop", "changes"],
  ["shift", "changes"],
  ["unshift", "changes"],
  ["reverse", "changes"],
  ["includes", "reads"],
  ["indexOf", "reads"],
  ["lastIndexOf", "reads"],
] as const);

export function builtinEffects(path: string, receiver: Seen, args: readonly Seen[]): Summary | null {
  const [holder = "", name = ""] = path.split(".prototype.");
  const onTyped = TYPED.test(receiver.declared?.name ?? "");
  if (holder === "%TypedArray%" && onTyped && args.every(isPlainArgument)) {
    const kind = TYPED_METHODS.get(name);
    if (kind === undefined) return null;
    const result = kind === "gives the same" ? receiver : resultOf(path, args);
    return { effects: { ...newEffects(), elements: kind === "changes" }, result };
  }
  const kind = holder === "Array" && receiver.declared?.name === "Array" ? ARRAY_METHODS.get(name) : undefined;
  if (kind !== undefined && (name === "push" || name === "unshift" || args.every(isPrimitive))) {
    const changes = kind === "changes";
    const element = name === "pop" || name === "shift" ? ofDeclared(receiver.declared?.element() ?? null) : null;
    return {
      effects: { ...newEffects(), elements: changes, lengths: changes },
      result: element ?? resultOf(path, args),
    };
  }
  const effect = builtinCallEffect(path, receiver.fact, args.map(factOf));
  return effect === "effect" ? null : { effects: newEffects(), result: resultOf(path, args) };
}

/** `new` of a typed array or collection from what has no iterator of its own. */
export function constructorEffects(path: string, args: readonly Seen[]): boolean {
  if (TYPED.test(path)) return args.every((a) => isOnly(a.fact, TYPE.number) || TYPED.test(a.declared?.name ?? ""));
  return /^(Array|Map|Set|WeakMap|WeakSet|Error|TypeError|RangeError)$/.test(path) && args.every(isPrimitive);
}

function isPrimitive(seen: Seen): boolean {
  return !mayBeObject(seen.fact);
}

function mayBeObject(fact: TypeFact): boolean {
  return (fact.types & (TYPE.object | TYPE.function)) !== 0;
}

/** a number, or a typed array */
function isPlainArgument(seen: Seen): boolean {
  return isOnly(seen.fact, TYPE.number | TYPE.undefined) || TYPED.test(seen.declared?.name ?? "");
}

function factOf(seen: Seen): TypeFact {
  return seen.fact;
}

function resultOf(path: string, args: readonly Seen[]): Seen {
  const fact = builtinResult(path, args.map(factOf));
  return fact === undefined ? ANYTHING : ofFact(fact);
}
