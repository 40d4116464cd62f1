/** What one instruction of a callee may do, and what is known of its result. False: it may do anything. */
import type { Argument, Instruction, Operand } from "../../ir/types.ts";
import { TYPE, binaryFact, factOf, runsUserCode, unaryFact } from "../../semantics/numberFacts.ts";
import { isOnly } from "../facts.ts";
import { fitsElement } from "../plainPlace.ts";
import { arrayIndex } from "../lookup.ts";
import type { Callee } from "./callee.ts";
import { builtinEffects, constructorEffects } from "./builtinEffects.ts";
import { bindingOf, elementOf, globalOf, propertyOf } from "./readEffects.ts";
import { ANYTHING, ofDeclared, ofFact, type Seen } from "./seen.ts";

type Step<Op extends Instruction["op"]> = Extract<Instruction, { op: Op }>;

const OBJECT = ofFact({ types: TYPE.object });
const FUNCTION = ofFact({ types: TYPE.function });
const STRING = ofFact({ types: TYPE.string });
const BOOLEAN = ofFact({ types: TYPE.boolean });

export function stepEffects(at: Callee, step: Instruction): boolean {
  switch (step.op) {
    case "copy":
      return give(at, step.dst, at.read(step.value));
    case "unary":
    case "binary":
      return operator(at, step);
    case "getProp": {
      const found = propertyOf(at, at.read(step.object), step.key);
      return found !== null && give(at, step.dst, found);
    }
    case "setProp":
      return setProperty(at, at.read(step.object), step.key, at.read(step.value));
    case "deleteProp":
      return setProperty(at, at.read(step.object), step.key, null) && give(at, step.dst, BOOLEAN);
    case "call":
      return call(at, step);
    case "construct":
      return construct(at, step);
    case "template":
      return step.values.every((v) => isOnly(at.read(v).fact, TYPE.string)) && give(at, step.dst, STRING);
    case "object":
      return step.properties.every((p) => p.kind !== "spread" && isKey(at, p.key)) && give(at, step.dst, OBJECT);
    case "array":
      return step.elements.every((e) => !isSpread(e)) && give(at, step.dst, OBJECT);
    case "closure":
      return give(at, step.dst, FUNCTION);
    // a cell is the callee's own, or of a variable that is assigned: what it holds is not known
    case "regexp":
    case "newCell":
    case "getCell":
      return give(at, step.dst, ANYTHING);
    // `setBinding`: a variable that some function assigns is read at run time wherever it is read
    case "setBinding":
    case "initCell":
    case "setCell":
    case "checkInit":
    case "requireObject":
    case "throwError":
    case "debugger":
      return true;
    case "getBinding":
      return give(at, step.dst, bindingOf(at, step.name));
    case "getGlobal": {
      const found = globalOf(at, step.name);
      return found !== null && give(at, step.dst, found);
    }
    case "iterToList":
      return elementOf(at.read(step.iterable)) !== null && give(at, step.dst, ANYTHING);
    case "arrayPattern":
      return pattern(at, step);
    default:
      return false;
  }
}

function give(at: Callee, dst: number, seen: Seen): boolean {
  at.write(dst, seen);
  return true;
}

function operator(at: Callee, step: Step<"unary"> | Step<"binary">): boolean {
  if (step.op === "unary") {
    const { fact } = at.read(step.value);
    return !runsUserCode(step.operator, [fact]) && give(at, step.dst, ofFact(unaryFact(step.operator, fact)));
  }
  const [left, right] = [at.read(step.left).fact, at.read(step.right).fact];
  if (runsUserCode(step.operator, [left, right])) return false;
  return give(at, step.dst, ofFact(binaryFact(step.operator, left, right)));
}

/** A write to plain data runs no setter; to a primitive, it throws or does nothing, unless its prototype has a setter. */
function setProperty(at: Callee, object: Seen, key: Operand, value: Seen | null): boolean {
  if (isOnly(object.fact, TYPE.null | TYPE.undefined)) return true;
  const { declared } = object;
  if (declared === null) return false;
  const isTyped = TYPED.test(declared.name);
  const name = typeof key === "object" ? String(key.value) : null;
  if (name === null && !isOnly(at.read(key).fact, TYPE.number)) return false;
  if (name !== null && declared.isAccessor(name)) return false;
  if (name !== null && arrayIndex(name) === null) {
    at.effects.fields.add(name);
    // a shorter array has fewer elements
    if (name === "length") at.effects.elements = at.effects.lengths = true;
    return true;
  }
  if (value !== null && !fitsElement(declared.name, value.fact)) return false;
  at.effects.elements = true;
  if (!isTyped) at.effects.lengths = true;
  return true;
}

const TYPED = /^(Int|Uint|Float|Big)\w*Array$/;

function call(at: Callee, step: Step<"call">): boolean {
  const args = plain(at, step.args);
  if (args === null) return false;
  const callee = at.read(step.callee);
  const receiver = at.read(step.receiver);
  if (callee.code !== null) return at.calling(at.calls.ofCall(callee.code, receiver, args), step.dst);
  if (callee.builtin === null) return false;
  return at.calling(builtinEffects(callee.builtin, receiver, args), step.dst);
}

/** `new` of a class of its own with plain initializers, or of a built-in. */
function construct(at: Callee, step: Step<"construct">): boolean {
  const args = plain(at, step.args);
  const callee = at.read(step.callee);
  if (args === null) return false;
  if (callee.builtin !== null)
    return constructorEffects(callee.builtin, args) && give(at, step.dst, ofBuiltinInstance(at, callee.builtin));
  if (callee.code === null) return false;
  const { session, store } = at.calls;
  const { code } = store.get(callee.code);
  const type = code?.isClass === true ? session.instanceType(callee.code) : null;
  if (code === null || type === null || !type.isData || isDerived(at, callee.code)) return false;
  const instance: Seen = { ...ofDeclared(type), fact: { types: TYPE.object } };
  for (const { key, initializer } of code.fields ?? []) {
    at.effects.fields.add(key);
    const init = initializer === null ? null : store.get(initializer).code;
    if (initializer !== null && (init === null || !at.calling(at.calls.ofCode(initializer, init, instance, []), null)))
      return false;
  }
  const summary = at.calls.ofCode(callee.code, code, instance, args);
  if (!at.calling(summary, null)) return false;
  const returnsInstance = isOnly(summary?.result.fact ?? ANYTHING.fact, TYPE.undefined);
  return give(at, step.dst, returnsInstance ? instance : ANYTHING);
}

function ofBuiltinInstance(at: Callee, path: string): Seen {
  return { ...ofDeclared(at.calls.session.builtinType(path)), fact: { types: TYPE.object } };
}

function isDerived(at: Callee, constructor: number): boolean {
  const { prototype } = at.calls.store.get(constructor);
  return prototype !== at.calls.session.intrinsic("Function.prototype");
}

function pattern(at: Callee, step: Step<"arrayPattern">): boolean {
  const element = elementOf(at.read(step.iterable));
  if (element === null) return false;
  for (const dst of step.dsts) if (dst !== null) at.write(dst, orUndefined(element));
  if (step.rest !== null) at.write(step.rest, ANYTHING);
  return true;
}

function orUndefined(seen: Seen): Seen {
  return { ...seen, fact: { types: seen.fact.types | factOf(undefined).types } };
}

/** Arguments none of which is spread. */
function plain(at: Callee, args: readonly Argument[]): Seen[] | null {
  const seen: Seen[] = [];
  for (const argument of args) {
    if (isSpread(argument)) return null;
    seen.push(at.read(argument));
  }
  return seen;
}

function isSpread(argument: Argument | null): argument is { readonly spread: number } {
  return typeof argument === "object" && argument !== null && "spread" in argument;
}

/** Nothing has to be converted for it to be a property key. */
function isKey(at: Callee, key: Operand): boolean {
  return isOnly(at.read(key).fact, TYPE.string | TYPE.number | TYPE.symbol);
}
