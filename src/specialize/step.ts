/** One step of the abstract machine: the instruction or terminator at the innermost frame's position. */
import * as bindings from "./stepBindings.ts";
import * as iteration from "./stepIteration.ts";
import * as objects from "./stepObjects.ts";
import * as operators from "./stepOperators.ts";
import * as properties from "./stepProperties.ts";
import { invariant } from "../base/invariant.ts";
import { successorsOf } from "../ir/successorsOf.ts";
import type { Instruction, Primitive, Terminator } from "../ir/types.ts";
import { TYPE } from "../semantics/numberFacts.ts";
import { callFunction } from "./callFunction.ts";
import { stepConstruct, stepSuperCall } from "./construct.ts";
import { forkTo, goTo, raise } from "./control.ts";
import { emit } from "./emitInstruction.ts";
import { isOnly } from "./facts.ts";
import { figuresOf } from "./figures.ts";
import { read, readArguments } from "./frames.ts";
import { lift } from "./lift.ts";
import { returnFrom } from "./returnFrom.ts";
import { noteDecided } from "./rounds.ts";
import type { Run } from "./run.ts";
import type { Flow, State } from "./state.ts";
import { top } from "./state.ts";
import { stepDeleteProp } from "./stepDeleteProp.ts";
import { stepPrivate } from "./stepPrivate.ts";
import { stepSuper } from "./stepSuper.ts";
import { replaceHeld, substitute } from "./substitute.ts";
import { stepTemplateObject } from "./templates.ts";
import { learnType, typeofTest } from "./typeTests.ts";
import type { DynamicValue, Value } from "./values.ts";
import { FALSE, TRUE, constant, dynamic } from "./values.ts";

/** Runs one instruction or terminator. */
export function step(run: Run, state: State): Flow {
  const frame = top(state);
  const block = frame.code.ir.blocks[frame.block];
  invariant(block !== undefined, `no block ${frame.block} in ${frame.code.key}`);
  const instruction = block.instructions[frame.ip];
  run.tick(instruction?.origin);
  if (instruction === undefined) return stepTerminator(run, state, block.terminator);
  const flow = stepInstruction(run, state, instruction);
  if (flow === "next") frame.ip++;
  return flow === "next" ? "moved" : flow;
}

function stepInstruction(run: Run, state: State, at: Instruction): Flow {
  switch (at.op) {
    case "copy":
      return operators.set(run, state, at.dst, read(state, at.value));
    case "unary":
      return operators.stepUnary(run, state, at);
    case "binary":
      return operators.stepBinary(run, state, at);
    case "getProp":
      return properties.stepGetProp(run, state, at);
    case "setProp":
      return properties.stepSetProp(run, state, at);
    case "deleteProp":
      return stepDeleteProp(run, state, at);
    case "getPrivate":
    case "setPrivate":
    case "hasPrivate":
      return stepPrivate(run, state, at);
    case "getSuper":
    case "setSuper":
      return stepSuper(run, state, at);
    case "call":
      return stepCall(run, state, at);
    case "construct":
      return stepConstruct(run, state, at);
    case "superCall":
      return stepSuperCall(run, state, at);
    case "closure":
      return objects.stepClosure(run, state, at);
    case "class":
      return objects.stepClass(run, state, at);
    case "object":
      return objects.stepObject(run, state, at);
    case "array":
      return objects.stepArray(run, state, at);
    case "iterToList":
      return iteration.stepIterToList(run, state, at);
    case "copyProperties":
    case "objectRest":
      return iteration.stepCopyProperties(run, state, at);
    case "requireObject":
      return stepRequireObject(run, state, read(state, at.value));
    case "arrayPattern":
      return iteration.stepArrayPattern(run, state, at);
    case "iterOpen":
    case "iterStep":
    case "iterRest":
    case "iterClose":
      return iteration.stepIterator(run, state, at);
    case "template":
      return objects.stepTemplate(run, state, at);
    case "templateObject":
      return stepTemplateObject(run, state, at);
    case "regexp":
      return operators.set(run, state, at.dst, run.session.newRegExp(state, at.pattern, at.flags));
    case "newCell":
      return objects.stepNewCell(run, state, at);
    case "getCell":
      return objects.stepGetCell(run, state, at);
    case "initCell":
    case "setCell":
      return objects.stepSetCell(run, state, at);
    case "checkInit":
      return bindings.stepCheckInit(run, state, at);
    case "getBinding":
      return bindings.stepGetBinding(run, state, at);
    case "setBinding":
      return bindings.stepSetBinding(run, state, at);
    case "getGlobal":
    case "typeofGlobal":
      return bindings.stepGetGlobal(run, state, at);
    case "setGlobal":
      return bindings.stepSetGlobal(run, state, at);
    case "throwError":
      return bindings.stepThrowError(run, state, at);
    case "debugger":
      run.write(state, at);
      return "next";
    case "objectPattern":
      throw new Error("only restructure makes object patterns");
  }
}

function stepRequireObject(run: Run, state: State, value: Value): Flow {
  if (value.kind === "const" && (value.value === null || value.value === undefined))
    return raise(
      run,
      state,
      run.session.newError(
        state,
        "TypeError",
        `Cannot destructure '${String(value.value)}' as it is ${String(value.value)}.`,
      ),
    );
  if (value.kind === "dynamic") emit(run, state, { op: "requireObject", value: value.temp }, true);
  return "next";
}

function stepCall(run: Run, state: State, at: Extract<Instruction, { op: "call" }>): Flow {
  const callee = read(state, at.callee);
  const receiver = read(state, at.receiver);
  const args = readArguments(state, at.args);
  if (args !== null)
    return callFunction(run, state, {
      callee,
      receiver,
      args,
      dst: at.dst,
      origin: at.origin,
      name: nameOf(state, at.callee),
    });
  const temp = run.newTemp();
  const operands = at.args.map((a) => {
    if (typeof a !== "object" || !("spread" in a)) return lift(run, state, read(state, a));
    const operand = lift(run, state, read(state, a.spread));
    return typeof operand === "number" ? { spread: operand } : operand;
  });
  emit(
    run,
    state,
    {
      op: "call",
      dst: temp,
      callee: lift(run, state, callee),
      receiver: lift(run, state, receiver),
      args: operands,
      origin: at.origin,
    },
    true,
  );
  run.session.forgetFields(state);
  return operators.set(
    run,
    state,
    at.dst,
    dynamic(temp, { what: "a call with spread dynamic arguments", origin: at.origin }),
  );
}

function nameOf(state: State, callee: unknown): string | null {
  return typeof callee === "number" ? (top(state).code.ir.slots[callee]?.name ?? null) : null;
}

function stepTerminator(run: Run, state: State, end: Terminator): Flow {
  switch (end.op) {
    case "jump":
      return goTo(run, state, end.to);
    case "branch":
      return stepBranch(run, state, end);
    case "switch":
      return stepSwitch(run, state, end);
    case "return":
      return returnFrom(run, state, read(state, end.value));
    case "throw":
      return raise(run, state, read(state, end.value), end.origin);
    case "enterTry":
      return stepEnterTry(run, state, end);
    case "enterForOf":
      return iteration.stepEnterForOf(run, state, end);
    case "enterForIn":
      return iteration.stepEnterForIn(run, state, end);
    case "forOfNext":
    case "forInNext":
      return iteration.stepLoopNext(run, state, end);
    case "unreachable":
      state.block.terminator = { op: "unreachable" };
      return "ended";
  }
}

function stepEnterTry(run: Run, state: State, end: Extract<Terminator, { op: "enterTry" }>): Flow {
  const frame = top(state);
  const region = frame.code.ir.regions[end.region];
  invariant(region?.kind === "try", "enterTry names a try region");
  const made = run.newRegion({
    kind: "try",
    parent: state.region,
    frameDepth: state.frames.length,
    source: end.region,
    handlerBlock: region.handler,
    exception: run.newTemp(frame.code.ir.slots[region.exception]?.name),
  });
  const block = run.newBlock(made);
  state.block.terminator = { op: "enterTry", region: made, body: block };
  state.block = block;
  state.region = made;
  frame.regions = new Map([...frame.regions, [end.region, made]]);
  return goTo(run, state, end.body);
}

function stepBranch(run: Run, state: State, end: Extract<Terminator, { op: "branch" }>): Flow {
  const condition = read(state, end.condition);
  const known = truth(condition);
  if (known !== null) {
    figuresOf(run).noteStatic(state);
    noteDecided(state, [end.then, end.else]);
    return goTo(run, state, known ? end.then : end.else);
  }
  invariant(condition.kind === "dynamic", "a branch that is not decided is dynamic");
  run.demandTest(condition.lifted, state);
  run.demandSplit(condition);
  const [then, other] = forkTo(run, state, condition.cause, [
    { block: end.then, refine: (s) => assume(run, s, condition, true) },
    { block: end.else, refine: (s) => assume(run, s, condition, false) },
  ]);
  invariant(then !== undefined && other !== undefined, "two arms");
  state.block.terminator = {
    op: "branch",
    condition: lift(run, state, condition),
    then,
    else: other,
    origin: end.origin,
  };
  return "ended";
}

function truth(value: Value): boolean | null {
  if (value.kind === "const") return Boolean(value.value);
  if (value.kind !== "dynamic") return true;
  return isOnly(value.fact, TYPE.object | TYPE.function | TYPE.symbol)
    ? true
    : isOnly(value.fact, TYPE.undefined | TYPE.null)
      ? false
      : null;
}

/** What a branch teaches: the condition itself, and what it compared. */
function assume(run: Run, state: State, condition: DynamicValue, holds: boolean): void {
  if (isOnly(condition.fact, TYPE.boolean)) substitute(state, condition.temp, holds ? TRUE : FALSE);
  else narrow(state, condition, holds ? TYPE.undefined | TYPE.null : TYPE.object | TYPE.function | TYPE.symbol);
  const { test, comparison, typeTest } = run.info(condition.temp);
  if (typeTest !== null) learnType(state, typeTest, holds);
  if (comparison !== null) state.tests.set(comparison, run.info(condition.temp).isInequality ? !holds : holds);
  if (test === null || test.value.kind !== "dynamic") return;
  const equal = test.negated !== holds;
  if (test.constant === null)
    narrow(state, test.value, equal ? ~(TYPE.undefined | TYPE.null) : TYPE.undefined | TYPE.null);
  else if (equal) assumeEqual(run, state, test.value, test.constant);
  else if (test.constant.kind === "const" && (test.constant.value === null || test.constant.value === undefined))
    narrow(state, test.value, test.constant.value === null ? TYPE.null : TYPE.undefined);
  else assumeOther(run, state, test.value, test.constant);
}

/** It is the constant, and what it is the typeof of, of such a type. */
function assumeEqual(run: Run, state: State, value: DynamicValue, to: Value): void {
  const { typeOf } = run.info(value.temp);
  if (typeOf !== null && to.kind === "const") learnType(state, typeofTest(typeOf, String(to.value)), true);
  substitute(state, value.temp, to);
}

function assumeOther(run: Run, state: State, value: DynamicValue, than: Value): void {
  const { typeOf } = run.info(value.temp);
  if (typeOf !== null && than.kind === "const") learnType(state, typeofTest(typeOf, String(than.value)), false);
}

/** The value is none of these types from here on. */
function narrow(state: State, value: DynamicValue, without: number): void {
  replaceHeld(state, value.temp, (held) => {
    const types = held.fact.types & ~without;
    return types === held.fact.types || types === 0 ? held : { ...held, fact: { ...held.fact, types } };
  });
}

function stepSwitch(run: Run, state: State, end: Extract<Terminator, { op: "switch" }>): Flow {
  const value = read(state, end.value);
  if (value.kind !== "dynamic") {
    figuresOf(run).noteStatic(state);
    noteDecided(state, successorsOf(end));
    const hit = end.cases.find((c) => value.kind === "const" && strictlyEqual(c.test, value.value));
    return goTo(run, state, hit?.to ?? end.default);
  }
  run.demand(value.lifted);
  run.demandSplit(value);
  const arms = [
    ...end.cases.map((c) => ({ block: c.to, refine: (s: State): void => refineCase(run, s, value, c.test) })),
    {
      block: end.default,
      refine: (s: State): void => end.cases.forEach((c) => assumeOther(run, s, value, constant(c.test))),
    },
  ];
  const blocks = forkTo(run, state, value.cause, arms);
  const last = blocks[blocks.length - 1];
  invariant(last !== undefined, "a switch has a default");
  const cases = end.cases.map((c, i) => ({ test: c.test, to: blocks[i] ?? last }));
  state.block.terminator = { op: "switch", value: lift(run, state, value), cases, default: last, origin: end.origin };
  return "ended";
}

function refineCase(run: Run, state: State, value: DynamicValue, test: Primitive): void {
  if (test === 0 && value.fact.int === undefined) return;
  assumeEqual(run, state, value, constant(test));
}

function strictlyEqual(a: Primitive, b: Primitive): boolean {
  return a === b;
}
