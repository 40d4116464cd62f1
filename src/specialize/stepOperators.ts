/** Operators: folded when everything is static, simplified where facts allow, residual otherwise. */
import type { BinaryOperator, Instruction, Origin, Primitive, Slot, UnaryOperator } from "../ir/types.ts";
import type { Completion } from "../semantics/completion.ts";
import { evaluateBinary } from "../semantics/evaluateBinary.ts";
import { evaluateUnary } from "../semantics/evaluateUnary.ts";
import {
  TYPE,
  binaryFact,
  hasEffect,
  runsUserCode,
  simplifyBinary,
  typeofFact,
  unaryFact,
} from "../semantics/numberFacts.ts";
import { raise } from "./control.ts";
import { emit } from "./emitInstruction.ts";
import { isOnly } from "./facts.ts";
import { read, writeSlot } from "./frames.ts";
import type { HeapObject } from "./heap.ts";
import { lift } from "./lift.ts";
import { Bailout } from "./limits.ts";
import { lookup } from "./lookup.ts";
import { isDeclaredOwn } from "./plainPlace.ts";
import type { Run, TypeTest } from "./run.ts";
import type { Flow, State } from "./state.ts";
import { joinTags } from "./tags.ts";
import type { Address, Cause, LiftTags, Value } from "./values.ts";
import { decideTypeof, typeofTest } from "./typeTests.ts";
import { UNDEFINED, constant, dynamic, factOfValue, reference } from "./values.ts";

type Unary = Extract<Instruction, { op: "unary" }>;
type Binary = Extract<Instruction, { op: "binary" }>;

/** One unary instruction. */
export function stepUnary(run: Run, state: State, step: Unary): Flow {
  const value = read(state, step.value);
  if (step.operator === "toThis" && value.kind === "const" && (value.value === null || value.value === undefined))
    return set(run, state, step.dst, reference(run.session.intrinsic("globalThis")));
  if (value.kind === "const") {
    const done = evaluateUnary(step.operator, value.value);
    if (done.kind !== "unknown") return complete(run, state, step.dst, done, step.origin);
  }
  if (value.kind !== "dynamic") {
    const known = unaryOnObject(run, state, step.operator, value);
    if (known !== null) {
      writeSlot(run, state, step.dst, known);
      return "next";
    }
  }
  const fact = factOfValue(value);
  if (value.kind === "dynamic" && isIdentity(step.operator, value)) {
    writeSlot(run, state, step.dst, value);
    return "next";
  }
  if (step.operator === "toThis" && !run.session.knowledge.assume.builtins)
    throw new Bailout("`this` of sloppy code is converted by Object, which may not be the original one", step.origin);
  if (step.operator === "typeof") {
    const name = typeofFact(fact);
    if (name !== null) return set(run, state, step.dst, constant(name));
    run.demandSplit(value);
  }
  const result = unaryFact(step.operator, fact);
  if (step.operator === "isNullish" && !mayBeNullish(fact.types)) return set(run, state, step.dst, constant(false));
  if (step.operator === "!" && isOnly(fact, TYPE.object | TYPE.function))
    return set(run, state, step.dst, constant(false));
  if (step.operator === "!" || step.operator === "isNullish") run.demandSplit(value);
  const operand = lift(run, state, value);
  const temp = run.newTemp();
  const throws = hasEffect(step.operator, [fact]);
  const unary = { op: "unary", operator: step.operator, dst: temp, value: operand, origin: step.origin } as const;
  emit(run, state, throws ? unary : { ...unary, isPlain: true }, throws);
  if (value.kind === "dynamic" && step.operator === "isNullish")
    run.info(temp).test = { value, constant: null, negated: false };
  if (value.kind === "dynamic" && step.operator === "typeof") run.info(temp).typeOf = value;
  if (value.kind === "dynamic" && step.operator === "!") {
    const { test, typeTest } = run.info(value.temp);
    if (test !== null && isOnly(fact, TYPE.boolean)) run.info(temp).test = { ...test, negated: !test.negated };
    if (typeTest !== null) run.info(temp).typeTest = { ...typeTest, negated: !typeTest.negated };
  }
  if (runsUserCode(step.operator, [fact])) run.session.forgetFields(state);
  return set(
    run,
    state,
    step.dst,
    dynamic(temp, causeOf([value], `${step.operator} of a dynamic value`, step.origin), result, liftedOf([value])),
  );
}

function mayBeNullish(types: number): boolean {
  return (types & (TYPE.null | TYPE.undefined)) !== 0;
}

function isIdentity(operator: UnaryOperator, value: Value): boolean {
  const fact = factOfValue(value);
  switch (operator) {
    case "toNumeric":
      return isOnly(fact, TYPE.number | TYPE.bigint);
    case "+":
      return isOnly(fact, TYPE.number);
    case "toString":
      return isOnly(fact, TYPE.string);
    case "toPropertyKey":
      return isOnly(fact, TYPE.string | TYPE.number | TYPE.symbol);
    case "toThis":
      return isOnly(fact, TYPE.object | TYPE.function);
    default:
      return false;
  }
}

function unaryOnObject(run: Run, state: State, operator: UnaryOperator, value: Value): Value | null {
  if (value.kind === "symbol")
    return operator === "typeof"
      ? constant("symbol")
      : operator === "!" || operator === "isNullish"
        ? constant(false)
        : operator === "toPropertyKey"
          ? value
          : null;
  if (value.kind !== "object") return null;
  if (operator === "toThis") return value;
  if (operator === "!" || operator === "isNullish") return constant(false);
  if (operator === "typeof") return constant(isCallable(state.store.get(value.address)) ? "function" : "object");
  const primitive = primitiveOf(
    run,
    state,
    value,
    operator === "toString" || operator === "toPropertyKey" ? "string" : "number",
  );
  if (primitive === null) return null;
  const done = evaluateUnary(operator, primitive);
  return done.kind === "value" ? constant(done.value) : null;
}

/** Objects that can be called. */
export function isCallable(object: HeapObject): boolean {
  return object.kind === "function";
}

/** What converts an array to a primitive. */
const CONVERSIONS = [
  ["valueOf", "Object.prototype.valueOf"],
  ["toString", "Array.prototype.toString"],
  ["join", "Array.prototype.join"],
] as const;

function isBuiltin(run: Run, state: State, address: Address, key: string, builtin: string): boolean {
  const found = lookup(run, state, address, key);
  if (found.kind !== "data" || found.value.kind !== "object") return false;
  return state.store.get(found.value.address).builtin === builtin;
}

/** ToPrimitive of known arrays with nothing overridden; null: not known. */
function primitiveOf(
  run: Run,
  state: State,
  value: Value,
  hint: "string" | "number",
): string | number | boolean | bigint | null {
  void hint;
  if (value.kind !== "object") return null;
  const object = state.store.get(value.address);
  if (object.kind === "array") {
    if (lookup(run, state, value.address, "@@Symbol.toPrimitive").kind !== "absent") return null;
    // `toString` of arrays calls `join`
    if (!CONVERSIONS.every(([key, builtin]) => isBuiltin(run, state, value.address, key, builtin))) return null;
    const parts: string[] = [];
    for (let i = 0; i < (object.elements?.length ?? 0); i++) {
      const found = lookup(run, state, value.address, String(i));
      const element = found.kind === "data" ? found.value : UNDEFINED;
      if ((found.kind !== "data" && found.kind !== "absent") || element.kind !== "const") return null;
      parts.push(element.value === null || element.value === undefined ? "" : String(element.value));
    }
    const length = lookup(run, state, value.address, "length");
    return length.kind === "data" ? parts.join(",") : null;
  }
  return null;
}

/** One binary instruction. */
export function stepBinary(run: Run, state: State, step: Binary): Flow {
  const left = read(state, step.left);
  const right = read(state, step.right);
  const isLeft = step.operator === "**" && !run.session.knowledge.assume.engine;
  if (left.kind === "const" && right.kind === "const" && step.operator !== "instanceof" && !isLeft) {
    const done = evaluateBinary(step.operator, left.value, right.value);
    if (done.kind !== "unknown") return complete(run, state, step.dst, done, step.origin);
  }
  const known = relateObjects(run, state, step.operator, left, right);
  if (known !== null) return set(run, state, step.dst, known);
  return residualBinary(run, state, step, left, right);
}

function residualBinary(run: Run, state: State, step: Binary, left: Value, right: Value): Flow {
  const a = factOfValue(left);
  const b = factOfValue(right);
  const simple = simplifyBinary(step.operator, a, b, constOf(left), constOf(right));
  if (simple?.kind === "left") return set(run, state, step.dst, left);
  if (simple?.kind === "right") return set(run, state, step.dst, right);
  if (simple?.kind === "constant") return set(run, state, step.dst, constant(simple.value));
  const typeTest = typeTestOf(run, step.operator, left, right);
  const isType = typeTest === null ? null : decideTypeof(typeTest);
  if (isType !== null) return set(run, state, step.dst, constant(isType !== typeTest?.negated));
  const tested = testKey(step.operator, left, right);
  const outcome = tested === null ? undefined : state.tests.get(tested);
  if (outcome !== undefined) return set(run, state, step.dst, constant(outcome === (step.operator === "===")));
  if (COMPARISONS.has(step.operator)) {
    if (right.kind === "const") run.demandSplit(left);
    if (left.kind === "const") run.demandSplit(right);
    if (EQUALITIES.has(step.operator)) run.demandIdentity(left, right);
  }
  const throws = step.operator === "instanceof" || step.operator === "in" || hasEffect(step.operator, [a, b]);
  const l = lift(run, state, left);
  const r = lift(run, state, right);
  const temp = run.newTemp();
  const binary = { op: "binary", operator: step.operator, dst: temp, left: l, right: r, origin: step.origin } as const;
  emit(run, state, throws ? binary : { ...binary, isPlain: true }, throws);
  if (step.operator === "instanceof" || step.operator === "in" || runsUserCode(step.operator, [a, b]))
    run.session.forgetFields(state);
  noteTest(run, temp, step.operator, left, right);
  if (step.operator === "==" || step.operator === "!=") run.info(temp).typeTest = typeTest;
  const cause = causeOf([left, right], `${step.operator} with a dynamic operand`, step.origin);
  return set(run, state, step.dst, dynamic(temp, cause, binaryFact(step.operator, a, b), liftedOf([left, right])));
}

/** `typeof value` compared with a constant, whichever way round it stands. */
function typeTestOf(run: Run, operator: BinaryOperator, left: Value, right: Value): TypeTest | null {
  const isEquality = operator === "===" || operator === "==";
  if (!isEquality && operator !== "!==" && operator !== "!=") return null;
  const [type, name] = left.kind === "const" ? [right, left] : [left, right];
  if (type.kind !== "dynamic" || name.kind !== "const" || typeof name.value !== "string") return null;
  const value = run.info(type.temp).typeOf;
  return value === null ? null : { ...typeofTest(value, name.value), negated: !isEquality };
}

/** Names a strict comparison of a temporary with a constant, whichever way round it stands. */
export function testKey(operator: BinaryOperator, left: Value, right: Value): string | null {
  if (operator !== "===" && operator !== "!==") return null;
  const [value, other] = left.kind === "const" ? [right, left] : [left, right];
  if (value.kind !== "dynamic" || other.kind !== "const" || value.temp < 0) return null;
  return `${value.temp} ${typeof other.value} ${String(other.value)}`;
}

const EQUALITIES: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>(["===", "!==", "==", "!="]);
const COMPARISONS: ReadonlySet<BinaryOperator> = new Set<BinaryOperator>([
  "===",
  "!==",
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
]);

function constOf(value: Value): { value: Primitive } | undefined {
  return value.kind === "const" ? { value: value.value } : undefined;
}

/** `x === constant` tells what x is where it holds; 0 is left out, for it equals -0 */
function noteTest(run: Run, temp: number, operator: BinaryOperator, left: Value, right: Value): void {
  const [value, constant] = left.kind === "const" ? [right, left] : [left, right];
  if (constant.kind !== "const" || value.kind !== "dynamic") return;
  run.info(temp).comparison = testKey(operator, left, right);
  run.info(temp).isInequality = operator === "!==";
  const nullish = constant.value === null || constant.value === undefined;
  if ((operator === "==" || operator === "!=") && nullish)
    run.info(temp).test = { value, constant: null, negated: operator === "!=" };
  if (operator !== "===" && operator !== "!==") return;
  // 0 equals -0: that it holds does not tell which of the two it is
  if (constant.value === 0 && value.fact.int === undefined) return;
  run.info(temp).test = { value, constant, negated: operator === "!==" };
}

/** Comparisons that the identity of known objects decides. */
function relateObjects(run: Run, state: State, operator: BinaryOperator, left: Value, right: Value): Value | null {
  if (operator === "instanceof") return isInstance(run, state, left, right);
  if (operator === "in") return isIn(run, state, left, right);
  const equality = operator === "===" || operator === "!==" || operator === "==" || operator === "!=";
  if (!equality) return null;
  const negate = operator === "!==" || operator === "!=";
  const strict = operator === "===" || operator === "!==";
  const answer = sameIdentity(state, left, right, strict);
  return answer === null ? null : constant(answer !== negate);
}

function sameIdentity(state: State, left: Value, right: Value, strict: boolean): boolean | null {
  if (left.kind === "symbol" && right.kind === "symbol") return left.key === right.key;
  if (left.kind === "object" && right.kind === "object") return left.address === right.address;
  // all but NaN is what it is
  if (left.kind === "dynamic" && right.kind === "dynamic" && left.temp === right.temp)
    return (left.fact.types & TYPE.number) === 0 ? true : null;
  const [object, other] = left.kind === "object" ? [left, right] : [right, left];
  if (object.kind !== "object") return null;
  if (other.kind === "const") return strict || other.value === null || other.value === undefined ? false : null;
  if (other.kind === "symbol") return strict ? false : null;
  if (other.kind === "dynamic" && strict) {
    if ((other.fact.types & (TYPE.object | TYPE.function)) === 0) return false;
    const residence = state.store.get(object.address).residence.kind;
    if (residence === "virtual") return false;
  }
  return null;
}

function isInstance(run: Run, state: State, left: Value, right: Value): Value | null {
  if (right.kind !== "object") return null;
  const constructor = state.store.get(right.address);
  if (!isCallable(constructor)) return null;
  const custom = lookup(run, state, right.address, "@@Symbol.hasInstance");
  if (
    custom.kind !== "data" ||
    custom.value.kind !== "object" ||
    state.store.get(custom.value.address).builtin !== "Function.prototype.@@Symbol.hasInstance"
  )
    return null;
  if (left.kind === "const" || left.kind === "symbol") return constant(false);
  if (left.kind === "dynamic") return isOnly(left.fact, ~(TYPE.object | TYPE.function)) ? constant(false) : null;
  const prototype = lookup(run, state, right.address, "prototype");
  if (prototype.kind !== "data" || prototype.value.kind !== "object") return null;
  for (let at: number | null = state.store.get(left.address).prototype; at !== null; at = state.store.get(at).prototype)
    if (at === prototype.value.address) return constant(true);
  return constant(false);
}

function isIn(run: Run, state: State, left: Value, right: Value): Value | null {
  const key = left.kind === "const" ? String(left.value) : left.kind === "symbol" ? `@@${left.key}` : null;
  if (key !== null && isDeclaredOwn(right, key)) return constant(true);
  if (right.kind !== "object") return null;
  if (key === null) {
    if (left.kind === "dynamic") run.demand(left.lifted);
    return null;
  }
  const found = lookup(run, state, right.address, key);
  if (found.kind === "unknown") return null;
  // a field that is there and holds undefined passes the check of a binder
  if (found.kind === "absent" && run.session.live?.get(right.address) !== undefined) return null;
  return constant(found.kind !== "absent");
}

/** Stores a completion: a value goes on, an exception unwinds. */
export function complete(run: Run, state: State, dst: Slot, done: Completion, origin?: Origin): Flow {
  if (done.kind === "value") return set(run, state, dst, constant(done.value));
  if (done.kind === "throw") return raise(run, state, run.session.newError(state, done.error, done.message), origin);
  throw new Bailout(`evaluation gave up: ${done.reason}`, origin);
}

/** Stores a value and goes on. */
export function set(run: Run, state: State, dst: Slot, value: Value): Flow {
  writeSlot(run, state, dst, value);
  return "next";
}

/** A cause that names the operation and leads on to the operand that made it dynamic. */
export function causeOf(values: readonly Value[], what: string, origin: Origin | undefined): Cause {
  const from = values.find((v) => v.kind === "dynamic");
  return { what, origin, from: from?.kind === "dynamic" ? from.cause : undefined };
}

/** Tags of a result: it would be static if all its lifted operands were kept apart. */
export function liftedOf(values: readonly Value[]): LiftTags | null {
  const sets: LiftTags[] = [];
  for (const value of values) {
    if (value.kind === "const") continue;
    if (value.kind !== "dynamic" || value.lifted === null) return null;
    sets.push(value.lifted);
  }
  return joinTags(null, sets);
}
