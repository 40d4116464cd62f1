/** One instruction on the abstract state. False: control does not go on behind it. */
import type { Instruction } from "../ir/types.ts";
import { copyObject, makeArray, makeClass, makeClosure, makeObject, privateKey, readArguments } from "./allocations.ts";
import { builtinRoot } from "./builtinNames.ts";
import { elementsOf } from "./collections.ts";
import { arrayOf, superConstruct } from "./calls.ts";
import { abstractObject } from "./heap.ts";
import { binary, template, unary } from "./operators.ts";
import { deleteProperty, getProperty, readTarget, setProperty } from "./properties.ts";
import type { Step } from "./step.ts";
import { seen } from "./step.ts";
import type { Value } from "./value.ts";
import { constantValue, dynamicValue, isObject, objectValue } from "./value.ts";

export function executeInstruction(step: Step, instruction: Instruction): boolean {
  const result = evaluate(step, instruction);
  if (result === null) return false;
  if (result !== "none" && "dst" in instruction) step.write(instruction.dst, result);
  return true;
}

type Result = Value | "none" | null;

function evaluate(step: Step, i: Instruction): Result {
  switch (i.op) {
    case "copy":
      return seen(step, step.read(i.value));
    case "unary":
      return unary(step, i.operator, step.read(i.value));
    case "binary":
      return binary(step, i.operator, step.read(i.left), step.read(i.right));
    case "template":
      return template(
        step,
        i.values.map((v) => step.read(v)),
      );
    case "getProp":
      return getProperty(step, step.read(i.object), step.read(i.key));
    case "setProp":
      setProperty(step, step.read(i.object), step.read(i.key), step.read(i.value));
      return "none";
    case "deleteProp":
      return deleteProperty(step, step.read(i.object), step.read(i.key));
    case "getPrivate":
      return getProperty(step, step.read(i.object), constantValue(privateKey(i.name)));
    case "setPrivate":
      setProperty(step, step.read(i.object), constantValue(privateKey(i.name)), step.read(i.value));
      return "none";
    case "hasPrivate": {
      const object = seen(step, step.read(i.object));
      return object.cause === null
        ? step.static(object)
        : step.dynamic("a private name of something dynamic", object.cause);
    }
    case "getSuper":
      return superProperty(step, step.read(i.receiver), step.read(i.key));
    case "setSuper":
      setProperty(step, step.read(i.receiver), step.read(i.key), step.read(i.value));
      return "none";
    case "call":
      return step.perform(step, {
        callee: seen(step, step.read(i.callee)),
        receiver: step.read(i.receiver),
        args: readArguments(step, i.args),
        newTarget: null,
      });
    case "construct": {
      const callee = seen(step, step.read(i.callee));
      return step.perform(step, {
        callee,
        receiver: constantValue(undefined),
        args: readArguments(step, i.args),
        newTarget: callee,
      });
    }
    case "superCall":
      return callSuper(step, i);
    case "closure":
      return makeClosure(step, { func: i.func, captures: i.captures }, homeAround(step, i.func));
    case "class":
      return makeClass(step, i.definition);
    case "object":
      return makeObject(step, i);
    case "array":
      return makeArray(step, i);
    case "copyProperties":
      return copyObject(step, step.read(i.source), []);
    case "objectRest":
      return copyObject(
        step,
        step.read(i.source),
        i.excluded.map((e) => step.read(e)),
      );
    case "requireObject":
      return requireObject(step, step.read(i.value));
    default:
      return evaluateRest(step, i);
  }
}

type Handled =
  | "copy"
  | "unary"
  | "binary"
  | "template"
  | "getProp"
  | "setProp"
  | "deleteProp"
  | "getPrivate"
  | "setPrivate"
  | "hasPrivate"
  | "getSuper"
  | "setSuper"
  | "call"
  | "construct"
  | "superCall"
  | "closure"
  | "class"
  | "object"
  | "array"
  | "copyProperties"
  | "objectRest"
  | "requireObject";

function evaluateRest(step: Step, i: Exclude<Instruction, { op: Handled }>): Result {
  switch (i.op) {
    case "iterToList":
      return listOf(step, step.read(i.iterable));
    case "arrayPattern":
      return arrayPattern(step, i);
    case "iterOpen":
      return openIterator(step, step.read(i.iterable));
    case "iterStep": {
      const element = elementOf(step, step.read(i.iterator));
      step.write(i.done, element.cause === null ? step.static(step.read(i.iterator)) : element);
      return element.cause === null ? step.join(element, constantValue(undefined)) : element;
    }
    case "iterRest":
      return listOf(step, step.read(i.iterator));
    case "templateObject":
      return arrayOf(
        step,
        i.cooked.map((c) => constantValue(c)),
        null,
      );
    case "regexp":
      return step.allocate(
        abstractObject("plain", {
          fields: new Map([
            ["%flags", constantValue(i.flags)],
            ["lastIndex", step.static()],
          ]),
          prototype: [step.engine.locations.builtin("RegExp.prototype")],
        }),
      );
    case "newCell": {
      const fields = new Map(i.initialized ? [["value", constantValue(undefined)] as const] : []);
      return step.allocate(abstractObject("cell", { fields }));
    }
    case "initCell":
    case "setCell":
      setProperty(step, step.read(i.cell), constantValue("value"), step.read(i.value));
      return "none";
    case "getCell":
      return getProperty(step, step.read(i.cell), constantValue("value"));
    case "getBinding":
      return readTarget(step, step.engine.program.resolveBinding(step.division.code.file, i.name), i.name);
    case "setBinding":
      return setBinding(step, i.name, step.read(i.value));
    case "getGlobal":
    case "typeofGlobal": {
      const member = builtinRoot(i.name);
      if (member === null) return lateGlobal(step, i.name);
      if (i.op === "typeofGlobal") return step.static();
      return member.kind === "constant"
        ? constantValue(member.value)
        : objectValue(step.engine.locations.builtin(member.name), step.def);
    }
    case "setGlobal": {
      const cause = step.cause(`a write to ${i.name}, which is bound nowhere in the program`);
      step.markLate(cause);
      step.lift([step.read(i.value)], cause);
      return "none";
    }
    case "throwError":
      step.throwOut(
        step.allocate(abstractObject("plain", { prototype: [step.engine.locations.builtin(`${i.error}.prototype`)] })),
        step.state.heap,
      );
      return null;
    case "objectPattern":
      throw new Error("only restructure makes object patterns");
    case "debugger":
      step.markLate(step.cause("a debugger statement"));
      return "none";
    case "checkInit":
    case "iterClose":
      return "none";
  }
}

function lateGlobal(step: Step, name: string): Value {
  const cause = step.cause(`${name} is bound nowhere in the program`);
  step.markLate(cause);
  return dynamicValue(cause);
}

function setBinding(step: Step, name: string, value: Value): Result {
  const { engine, division } = step;
  if (division.isInit) engine.bind(division.code.file, name, value);
  else {
    const cause = step.cause(`${name} of the module is assigned while the program runs`, value.cause);
    step.markLate(cause);
    step.lift([value], cause);
  }
  return "none";
}

/** Arrow functions have the `super` of the method around them. */
function homeAround(step: Step, func: number): { fields?: ReadonlyMap<string, Value> } {
  const { self, code } = step.division;
  const ir = step.engine.functionOf({ file: code.file, func });
  const home = self === null ? undefined : step.object(self)?.fields.get("%home");
  return ir?.kind === "arrow" && ir.usesSuper && home !== undefined ? { fields: new Map([["%home", home]]) } : {};
}

function superProperty(step: Step, receiver: Value, key: Value): Result {
  const self = step.division.self === null ? undefined : step.object(step.division.self);
  const home = self?.fields.get("%home")?.locations[0];
  const parents = home === undefined ? [] : (step.object(home)?.prototype ?? []);
  if (parents.length === 0) return step.dynamic("super of an object that is not known", receiver.cause);
  return getProperty(step, { cause: null, locations: parents, constants: [], def: step.def, varies: false }, key);
}

function callSuper(step: Step, i: Extract<Instruction, { op: "superCall" }>): Result {
  const { self, newTarget } = step.division;
  if (self === null || newTarget === null) return step.dynamic("a super call that is not known");
  return superConstruct(step, self, newTarget, readArguments(step, i.args));
}

function requireObject(step: Step, value: Value): Result {
  const settled = seen(step, value);
  if (settled.cause !== null) step.markLate(step.cause("a check of something dynamic", settled.cause));
  return settled.cause === null &&
    settled.locations.length === 0 &&
    settled.constants?.every((c) => c === undefined || c === null) === true
    ? null
    : "none";
}

/** Runs an iterator that is not known. */
function iterateUnknown(step: Step, iterable: Value): Value {
  const cause = step.cause("iteration over something dynamic", seen(step, iterable).cause);
  step.unknownCode([iterable], cause);
  return dynamicValue(cause);
}

function listOf(step: Step, iterable: Value): Value {
  const elements = elementsOf(step, iterable);
  if (elements === null) return iterateUnknown(step, iterable);
  if (isObject(iterable) && iterable.locations.length === 1) {
    const object = step.object(iterable.locations[0]!);
    if (object?.kind === "array")
      return step.allocate({ ...object, existing: false, written: new Set(), escaped: null });
  }
  return step.allocate(
    abstractObject("array", { rest: elements, prototype: [step.engine.locations.builtin("Array.prototype")] }),
  );
}

function arrayPattern(step: Step, i: Extract<Instruction, { op: "arrayPattern" }>): Result {
  const iterable = seen(step, step.read(i.iterable));
  const elements = elementsOf(step, iterable);
  const isArray = isObject(iterable) && iterable.locations.every((l) => step.object(l)?.kind === "array");
  const unknown = elements === null ? iterateUnknown(step, iterable) : null;
  i.dsts.forEach((dst, index) => {
    if (dst === null) return;
    const value =
      unknown ??
      (isArray ? getProperty(step, iterable, constantValue(index)) : step.join(elements, constantValue(undefined)));
    step.write(dst, value ?? constantValue(undefined));
  });
  if (i.rest !== null)
    step.write(
      i.rest,
      unknown ??
        step.allocate(
          abstractObject("array", { rest: elements, prototype: [step.engine.locations.builtin("Array.prototype")] }),
        ),
    );
  return "none";
}

function openIterator(step: Step, iterable: Value): Value {
  const elements = elementsOf(step, iterable);
  if (elements === null) return iterateUnknown(step, iterable);
  return step.allocate(abstractObject("iterator", { rest: elements }));
}

function elementOf(step: Step, iterator: Value): Value {
  return elementsOf(step, iterator) ?? iterateUnknown(step, iterator);
}
