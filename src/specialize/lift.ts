/**
 * Lifting: a static value becomes residual code.
 *
 * A primitive becomes a constant. An object of the world is referred to by name and path. A virtual object is rebuilt
 * with its current fields, once; from then on it is known by its temporary. Cycles are closed by assignments after all
 * parts exist; the properties stand in their order from the start.
 *
 * Needs: a state that is writing code. Promises: what is written has no effect that the program could observe.
 */
import type { Argument, Operand } from "../ir/types.ts";
import { TYPE, isOnly } from "./facts.ts";
import type { HeapObject } from "./heap.ts";
import { HIDDEN, OF_ARGUMENTS, PLAIN } from "./heap.ts";
import { liftSymbol } from "./liftSymbol.ts";
import { Bailout } from "./limits.ts";
import { readRegExp } from "./readRegExp.ts";
import { rebuildArguments } from "./rebuildArguments.ts";
import { functionOfPrototype, rebuildFunction } from "./rebuildFunction.ts";
import { type Parts, rebuildPlain, restrict, restrictionOf } from "./rebuildPlain.ts";
import { liftIntrinsic, referTo } from "./referTo.ts";
import { referToTemplate } from "./referToTemplate.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import { noteCodeThatStays } from "./stays/codeThatStays.ts";
import { noteImplicitCode } from "./stays/implicitCode.ts";
import type { Address, Temp, Value } from "./values.ts";
import { constant, factOfValue, reference } from "./values.ts";
import { Restart } from "./versions.ts";

/** Objects on the way: parts that refer back to them are assigned afterwards. */
interface Pending {
  readonly later: (() => void)[];
  readonly building: Set<Address>;
}

/** The operand that stands for a value in residual code. */
export function lift(run: Run, state: State, value: Value): Operand {
  if (value.kind === "const") return { value: value.value };
  if (value.kind === "dynamic") {
    if (value.temp < 0 && !run.session.evaluating)
      throw new Bailout(`${value.cause.what} is needed, and has no name to refer to it by`, value.cause.origin);
    return value.temp;
  }
  const pending: Pending = { later: [], building: new Set() };
  const operand =
    value.kind === "symbol" ? liftSymbol(run, state, value.key) : liftObject(run, state, value.address, pending);
  for (let next = pending.later.shift(); next !== undefined; next = pending.later.shift()) next();
  return operand;
}

function liftValue(run: Run, state: State, value: Value, pending: Pending): Operand {
  return value.kind === "object" ? liftObject(run, state, value.address, pending) : lift(run, state, value);
}

function liftObject(run: Run, state: State, address: Address, pending: Pending): Operand {
  const object = state.store.get(address);
  if (object.residence.kind === "residual") return object.residence.temp;
  if (object.builtin !== null) return liftIntrinsic(run, state, object.builtin);
  if (object.kind === "function") noteCodeThatStays(run.session, state.store, address);
  noteImplicitCode(run.session, state.store, address);
  const template = referToTemplate(run, state, address, object);
  if (template !== null) return template;
  if (state.store.isFixed(address)) {
    const known = referTo(run, state, address);
    if (known !== null) return known;
    if (object.kind === "cell" && run.session.world.isCellAssigned(address))
      throw new Bailout(
        `the variable ${object.site}, which a function keeps and assigns, has no name to refer to it by`,
      );
    if (object.kind !== "function" && object.kind !== "cell" && !run.session.evaluating)
      throw new Bailout(`an object of another module (${object.site}) has no name to refer to it by`);
  }
  const owner = functionOfPrototype(state, address);
  if (owner !== null) {
    liftObject(run, state, owner, pending);
    const { residence } = state.store.get(address);
    if (residence.kind === "residual") return residence.temp;
  }
  return rebuild(run, state, address, object, pending);
}

/** Objects rebuilt so far must not be virtual any more before their parts are lifted: parts may refer back. */
function rebuild(run: Run, state: State, address: Address, object: HeapObject, pending: Pending): Operand {
  const temp = run.newTemp(nameFor(object));
  state.store.edit(address).residence = { kind: "residual", temp };
  pending.building.add(address);
  rebuildKind(run, state, address, object, temp, pending);
  pending.building.delete(address);
  return temp;
}

function rebuildKind(run: Run, state: State, address: Address, object: HeapObject, temp: Temp, pending: Pending): void {
  switch (object.kind) {
    case "error":
      rebuildError(run, state, object, temp, pending);
      return;
    case "plain":
      if (object.properties.has(OF_ARGUMENTS))
        rebuildArguments(run, state, address, temp, partsOf(run, state, pending));
      else rebuildPlain(run, state, address, temp, partsOf(run, state, pending));
      return;
    case "array":
      rebuildArray(run, state, object, temp, pending);
      return;
    case "cell": {
      const content = object.elements?.[0];
      // what refers back to the variable is made before it has its value; all else is, and it is declared with it
      const isLater = content?.kind === "object" && pending.building.has(content.address);
      const initialized = content?.kind === "object" ? isLater : content !== undefined;
      run.write(state, { op: "newCell", dst: temp, name: object.site, initialized });
      if (content === undefined || content === null) return;
      const init = (): void =>
        run.write(state, { op: "initCell", cell: temp, value: liftValue(run, state, content, pending) });
      if (isLater) pending.later.push(init);
      else init();
      return;
    }
    case "function":
      rebuildFunction(run, state, address, temp, partsOf(run, state, pending));
      return;
    case "map":
    case "set":
      rebuildCollection(run, state, object, temp, pending);
      return;
    case "iterator":
      rebuildIterator(run, state, object, temp, pending);
      return;
    case "regexp":
      rebuildRegExp(run, state, object, temp);
      return;
    case "typed":
      rebuildTyped(run, state, object, temp);
      return;
    default:
      throw new Bailout(`a ${object.kind} made during specialization is needed at run time`);
  }
}

function partsOf(run: Run, state: State, pending: Pending): Parts {
  return {
    lift: (value) => liftValue(run, state, value, pending),
    key: (key) => (key.startsWith("@@") ? liftSymbol(run, state, key.slice(2)) : { value: key }),
    part: (value, assign) => part(run, state, value, pending, assign),
    later: (action) => pending.later.push(action),
    isBeingMade: (value) => value.kind === "object" && pending.building.has(value.address),
  };
}

/** What is certainly a text, which the constructor takes as it is. */
function isText(value: Value): boolean {
  return value.kind === "const" ? typeof value.value === "string" : isOnly(factOfValue(value), TYPE.string);
}

/** `new TypeError(message)`, and what else was put into it. */
function rebuildError(run: Run, state: State, object: HeapObject, temp: Temp, pending: Pending): void {
  const path = object.prototype === null ? null : run.session.world.intrinsicPath(object.prototype);
  if (path === null) {
    if (run.session.canConstruct(state, object.prototype) && run.session.leaveMaking(object.site))
      throw new Restart(`${object.site} is needed at run time`);
    throw new Bailout("an error of a class that has no name here is needed at run time");
  }
  if (!run.session.knowledge.assume.builtins)
    throw new Bailout(`an error that the engine throws, for which ${path} may not be the constructor any more`);
  const message = object.properties.get("message");
  if (message !== undefined && (message.get !== null || message.set !== null || message.flags !== HIDDEN))
    throw new Bailout("the message of an error is not as its constructor makes it");
  // what is no text would become one: it is assigned
  const isAssigned = message !== undefined && !isText(message.value);
  const args: Operand[] = message === undefined ? [] : [isAssigned ? { value: "" } : lift(run, state, message.value)];
  const constructor = liftIntrinsic(run, state, path.slice(0, path.lastIndexOf(".")));
  run.write(state, { op: "construct", dst: temp, callee: constructor, args });
  for (const [key, property] of object.properties) {
    if (key === "message" && !isAssigned) continue;
    if (
      key !== "message" &&
      (property.get !== null || property.set !== null || property.flags !== PLAIN || key.startsWith("@@"))
    )
      throw new Bailout(`property ${key} of an error is not plain data`);
    run.write(state, {
      op: "setProp",
      object: temp,
      key: { value: key },
      value: liftValue(run, state, property.value, pending),
    });
  }
}

function rebuildArray(run: Run, state: State, object: HeapObject, temp: Temp, pending: Pending): void {
  for (const [key, { get, set, flags }] of object.properties)
    if (get !== null || set !== null || flags !== PLAIN || /^(@@|\0)/.test(key) || key === "__proto__")
      throw new Bailout(`property ${key} of an array is not plain data and is needed at run time`);
  if (object.prototype !== run.session.intrinsic("Array.prototype"))
    throw new Bailout("an array of a subclass is needed at run time");
  const elements = (object.elements ?? []).map((element, i): Argument | null =>
    element === null || element === undefined
      ? null
      : part(run, state, element, pending, (v) => {
          run.write(state, { op: "setProp", object: temp, key: { value: i }, value: v });
        }),
  );
  run.write(state, { op: "array", dst: temp, elements });
  for (const [key, { value }] of object.properties) {
    const write = (v: Operand): void =>
      run.write(state, { op: "setProp", object: temp, key: { value: key }, value: v });
    write(part(run, state, value, pending, write));
  }
  const restriction = restrictionOf(object);
  if (restriction !== null) pending.later.push(() => restrict(run, state, temp, restriction));
}

/** A part's operand; a part that is itself being rebuilt is put in later. */
function part(run: Run, state: State, value: Value, pending: Pending, assign: (operand: Operand) => void): Operand {
  if (value.kind !== "object") return lift(run, state, value);
  const object = state.store.get(value.address);
  if (object.residence.kind !== "residual" || !pending.building.has(value.address))
    return liftObject(run, state, value.address, pending);
  pending.later.push(() => assign(lift(run, state, value)));
  return { value: undefined };
}

function rebuildCollection(run: Run, state: State, object: HeapObject, temp: Temp, pending: Pending): void {
  if (object.properties.size > 0) throw new Bailout("a collection with extra properties is needed at run time");
  const name = object.kind === "map" ? "Map" : "Set";
  if (object.prototype !== run.session.intrinsic(`${name}.prototype`))
    throw new Bailout("a collection of a subclass is needed at run time");
  const items = (object.entries ?? []).map(([key, value]): Operand => {
    const k = liftValue(run, state, key, pending);
    if (object.kind === "set") return k;
    const pair = run.newTemp();
    run.write(state, { op: "array", dst: pair, elements: [k, liftValue(run, state, value, pending)] });
    return pair;
  });
  const constructor = liftIntrinsic(run, state, name);
  let args: Argument[] = [];
  if (items.length > 0) {
    const list = run.newTemp();
    run.write(state, { op: "array", dst: list, elements: items });
    args = [list];
  }
  run.write(state, { op: "construct", dst: temp, callee: constructor, args });
}

/** An iterator that has not been stepped yet: `over.entries()` and the like. */
function rebuildIterator(run: Run, state: State, object: HeapObject, temp: Temp, pending: Pending): void {
  const [over, position, gives] = object.elements ?? [];
  if (over?.kind !== "object" || position?.kind !== "const" || position.value !== 0 || gives?.kind !== "const")
    throw new Bailout("an iterator that is on its way is needed at run time");
  const [matched, text] = ["\u0000matched", "\u0000text"].map((key) => object.properties.get(key)?.value);
  if (matched !== undefined && text !== undefined) {
    const receiver = lift(run, state, text);
    const callee = run.newTemp();
    run.write(state, { op: "getProp", dst: callee, object: receiver, key: { value: "matchAll" } });
    run.write(state, { op: "call", dst: temp, callee, receiver, args: [liftValue(run, state, matched, pending)] });
    return;
  }
  const receiver = liftObject(run, state, over.address, pending);
  const callee = run.newTemp();
  run.write(state, { op: "getProp", dst: callee, object: receiver, key: { value: gives.value } });
  run.write(state, { op: "call", dst: temp, callee, receiver, args: [] });
}

function rebuildRegExp(run: Run, state: State, object: HeapObject, temp: Temp): void {
  const { pattern, flags, isPlain } = readRegExp(object);
  if (!isPlain) throw new Bailout("a regular expression with extra properties is needed at run time");
  run.write(state, { op: "regexp", dst: temp, pattern, flags });
  const at = object.properties.get("lastIndex")?.value ?? constant(0);
  if (at.kind !== "const" || !Object.is(at.value, 0))
    run.write(state, { op: "setProp", object: temp, key: { value: "lastIndex" }, value: lift(run, state, at) });
}

function rebuildTyped(run: Run, state: State, object: HeapObject, temp: Temp): void {
  if (object.properties.size > 0) throw new Bailout("a typed array with extra properties is needed at run time");
  const [on, offset, length] = object.elements ?? [];
  if (on?.kind === "object" && offset?.kind === "const" && length?.kind === "const") {
    const owner = lift(run, state, on);
    const method = run.newTemp();
    run.write(state, { op: "getProp", dst: method, object: owner, key: { value: "subarray" } });
    const end: Operand = { value: Number(offset.value) + Number(length.value) };
    run.write(state, { op: "call", dst: temp, callee: method, receiver: owner, args: [{ value: offset.value }, end] });
    return;
  }
  const view = object.bytes;
  if (view === null) throw new Bailout("a buffer made during specialization is needed at run time");
  const constructor = liftIntrinsic(run, state, view.constructorName);
  const content = Array.from(view.content);
  const zero = content.every((x) => Object.is(x, 0) || x === 0n);
  let argument: Operand = { value: content.length };
  if (!zero) {
    const list = run.newTemp();
    run.write(state, { op: "array", dst: list, elements: content.map((x) => ({ value: x })) });
    argument = list;
  }
  run.write(state, { op: "construct", dst: temp, callee: constructor, args: [argument] });
}

function nameFor(object: HeapObject): string | undefined {
  if (object.kind === "cell") return object.site;
  return object.kind === "array" ? "items" : undefined;
}

/** Rebuilds every virtual object that a value leads to: it is handed to code the specializer does not see. */
export function escape(run: Run, state: State, value: Value): Operand {
  return value.kind === "object" ? lift(run, state, reference(value.address)) : lift(run, state, value);
}
