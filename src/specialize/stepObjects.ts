/** Making things: object and array literals, closures, classes, cells, templates. All of them virtual. */
import type { Argument, ClassDefinition, ClosureRef, Instruction, Operand, PropertyDefinition } from "../ir/types.ts";
import { TYPE, anyFact } from "../semantics/numberFacts.ts";
import { deadZone } from "./deadZone.ts";
import { emit } from "./emitInstruction.ts";
import { isOnly, objectFact, stringFact } from "./facts.ts";
import { read, readSlot } from "./frames.ts";
import type { FieldDefinition, HeapObject, Property } from "./heap.ts";
import { CONFIGURABLE, ENUMERABLE, HIDDEN, dataProperty, newObject } from "./heap.ts";
import { lift } from "./lift.ts";
import { Bailout } from "./limits.ts";
import { nameOfKey } from "./liftSymbol.ts";
import { isTaken, keyOf } from "./lookup.ts";
import { newArray } from "./make.ts";
import type { Code } from "./program.ts";
import { prototypeFor } from "./prototypeFor.ts";
import { pushFrame } from "./pushFrame.ts";
import type { Run } from "./run.ts";
import type { Flow, Frame, State } from "./state.ts";
import { top } from "./state.ts";
import { causeOf, set } from "./stepOperators.ts";
import type { Address, Value } from "./values.ts";
import { UNDEFINED, constant, dynamic, reference } from "./values.ts";

type Step<Op extends Instruction["op"]> = Extract<Instruction, { op: Op }>;

/** An object literal. */
export function stepObject(run: Run, state: State, step: Step<"object">): Flow {
  const keys = step.properties.map((p) => (p.kind === "spread" || p.kind === "proto" ? "" : keyOfProperty(state, p)));
  const spreads = step.properties.filter((p) => p.kind === "spread").map((p) => read(state, p.value));
  if (keys.includes(null) || spreads.some((s) => s.kind !== "object")) return residualObject(run, state, step);
  const address = run.newAddress();
  const site = `object at ${step.origin?.line ?? "?"}:${step.origin?.column ?? "?"} of ${top(state).code.key}`;
  const object = newObject("plain", run.session.intrinsic("Object.prototype"), site);
  state.store.put(address, object);
  for (const [i, property] of step.properties.entries()) {
    const value = read(state, property.value);
    const key = keys[i] ?? "";
    if (property.kind !== "init" || property.names !== undefined) nameByKey(state, value, key, property);
    if (property.kind === "proto") {
      if (value.kind === "object") object.prototype = value.address;
      else if (value.kind === "const" && value.value === null) object.prototype = null;
      else if (value.kind === "dynamic") throw new Bailout("an object literal with a dynamic prototype", step.origin);
    } else if (property.kind === "spread") {
      if (value.kind === "object") copyOwn(state, state.store.get(value.address), object);
    } else if (property.kind === "get" || property.kind === "set") {
      object.properties.set(key, accessor(object.properties.get(key), property.kind, value, ENUMERABLE | 4));
      setHome(state, value, address);
    } else {
      object.properties.set(key, dataProperty(value));
      if (property.kind === "method") setHome(state, value, address);
    }
  }
  return set(run, state, step.dst, reference(address));
}

/** null: only the run time knows the key, or can have data under it ({ "\0": "0" }). */
function keyOfProperty(state: State, { kind, names, key }: PropertyDefinition): string | null {
  const value = read(state, key);
  const isData = kind === "init" && names === undefined;
  return isData && value.kind === "const" && isTaken(String(value.value)) ? null : keyOf(value);
}

/** Functions under a computed key get their name when it is known. */
function nameByKey(
  state: State,
  value: Value,
  key: string,
  member: { readonly kind: string; readonly key: Operand },
): void {
  const isComputed = typeof member.key === "number" && member.kind !== "proto" && member.kind !== "spread";
  if (!isComputed || value.kind !== "object" || state.store.get(value.address).code === null) return;
  const prefix = member.kind === "get" || member.kind === "set" ? `${member.kind} ` : "";
  const name = dataProperty(constant(`${prefix}${nameOfKey(key)}`), CONFIGURABLE);
  state.store.edit(value.address).properties.set("name", name);
}

function accessor(old: Property | undefined, kind: "get" | "set", value: Value, flags: number): Property {
  const previous = old !== undefined && (old.get !== null || old.set !== null) ? old : null;
  return {
    value: UNDEFINED,
    get: kind === "get" ? value : (previous?.get ?? null),
    set: kind === "set" ? value : (previous?.set ?? null),
    flags,
  };
}

/** methods know the object they were defined in, for super */
function setHome(state: State, value: Value, home: Address): void {
  if (value.kind !== "object") return;
  const fn = state.store.edit(value.address);
  if (fn.code !== null) fn.code = { ...fn.code, home };
}

function copyOwn(state: State, from: HeapObject, to: HeapObject): void {
  void state;
  from.elements?.forEach((element, i) => {
    if (element !== null && element !== undefined) to.properties.set(String(i), dataProperty(element));
  });
  for (const [key, property] of from.properties)
    if ((property.flags & ENUMERABLE) !== 0) to.properties.set(key, dataProperty(property.value));
}

function residualObject(run: Run, state: State, step: Step<"object">): Flow {
  const temp = run.newTemp();
  const properties = step.properties.map((p): PropertyDefinition => {
    const key = p.kind === "spread" || p.kind === "proto" ? null : keyOfProperty(state, p);
    if (key !== null && (p.kind !== "init" || p.names !== undefined)) nameByKey(state, read(state, p.value), key, p);
    return {
      ...p,
      ...(key === null || p.names === undefined ? {} : { names: "same" }),
      key: p.kind === "spread" || p.kind === "proto" ? p.key : lift(run, state, read(state, p.key)),
      value: lift(run, state, read(state, p.value)),
    };
  });
  emit(run, state, { op: "object", dst: temp, properties, origin: step.origin }, false);
  return set(
    run,
    state,
    step.dst,
    dynamic(temp, { what: "an object with dynamic keys", origin: step.origin }, objectFact),
  );
}

/** An array literal. */
export function stepArray(run: Run, state: State, step: Step<"array">): Flow {
  const elements: (Value | null)[] = [];
  let open = false;
  for (const element of step.elements) {
    if (element === null) elements.push(null);
    else if (typeof element === "object" && "spread" in element) {
      const list = read(state, element.spread);
      if (list.kind !== "object") open = true;
      else for (const e of state.store.get(list.address).elements ?? []) elements.push(e ?? UNDEFINED);
    } else elements.push(read(state, element));
  }
  const site = `array at ${step.origin?.line ?? "?"}:${step.origin?.column ?? "?"} of ${top(state).code.key}`;
  if (!open) return set(run, state, step.dst, newArray(run, state, elements, site));
  const temp = run.newTemp();
  const operands = step.elements.map((e): Argument | null => {
    if (e === null) return null;
    if (typeof e === "object" && "spread" in e) {
      const operand = lift(run, state, read(state, e.spread));
      return typeof operand === "number" ? { spread: operand } : operand;
    }
    return lift(run, state, read(state, e));
  });
  emit(run, state, { op: "array", dst: temp, elements: operands, origin: step.origin }, false);
  return set(
    run,
    state,
    step.dst,
    dynamic(temp, { what: "an array of dynamic length", origin: step.origin }, objectFact),
  );
}

/** A function expression. */
export function stepClosure(run: Run, state: State, step: Step<"closure">): Flow {
  return set(
    run,
    state,
    step.dst,
    reference(newClosure(run, state, { func: step.func, captures: step.captures }, "Function.prototype")),
  );
}

function newClosure(run: Run, state: State, ref: ClosureRef, prototype: string): Address {
  const frame = top(state);
  const code = run.program.code(frame.code.file, ref.func);
  const address = run.newAddress();
  const object = newObject("function", run.session.intrinsic(prototype), `function ${code.ir.name}`);
  object.code = {
    code,
    captures: ref.captures.map((c) => captured(state, c)),
    home: code.ir.kind === "arrow" && code.ir.usesSuper ? homeAround(state, frame) : null,
    fields: null,
    isClass: false,
  };
  state.store.put(address, object);
  return address;
}

/** Arrow functions have the `super` of the method around them. */
function homeAround(state: State, { self }: Frame): Address | null {
  return self === null ? null : (state.store.get(self).code?.home ?? null);
}

function captured(state: State, operand: Operand): Value | undefined {
  return typeof operand === "number" ? readSlot(state, operand) : constant(operand.value);
}

/** A class definition: constructor, prototype, members, static fields and blocks. */
export function stepClass(run: Run, state: State, step: Step<"class">): Flow {
  const { definition } = step;
  const superClass = definition.superClass === null ? null : read(state, definition.superClass);
  if (
    superClass !== null &&
    superClass.kind !== "object" &&
    !(superClass.kind === "const" && superClass.value === null)
  )
    throw new Bailout("a class extends a dynamic value", step.origin);
  const parent = superClass?.kind === "object" ? superClass.address : null;
  const parentPrototype = parent === null ? null : prototypeFor(run, state, reference(parent), "Object.prototype");
  const code = constructorCode(run, state, definition);
  const address = run.newAddress();
  const prototypeAddress = run.newAddress();
  const fn = newObject("function", parent ?? run.session.intrinsic("Function.prototype"), `class ${definition.name}`);
  const fields: FieldDefinition[] = [];
  fn.code = {
    code,
    captures: definition.constructorFunction?.captures.map((c) => captured(state, c)) ?? [],
    home: prototypeAddress,
    fields,
    isClass: true,
  };
  fn.properties.set("prototype", dataProperty(reference(prototypeAddress), 0));
  const prototype = newObject(
    "plain",
    superClass === null ? run.session.intrinsic("Object.prototype") : parentPrototype,
    `${definition.name}.prototype`,
  );
  prototype.properties.set("constructor", dataProperty(reference(address), HIDDEN));
  state.store.put(address, fn);
  state.store.put(prototypeAddress, prototype);
  const initializers = defineMembers(run, state, definition, { address, prototypeAddress, fn, prototype, fields });
  if (definition.selfCell !== null) {
    const cell = readSlot(state, definition.selfCell);
    if (cell?.kind === "object") state.store.edit(cell.address).elements = [reference(address)];
  }
  set(run, state, step.dst, reference(address));
  if (initializers.length === 0) return "next";
  top(state).ip++;
  for (const { closure, key } of initializers.reverse()) {
    const init = closure === null ? run.session.undefinedInitializer() : state.store.get(closure).code;
    if (init === null) continue;
    pushFrame(run, state, {
      self: closure,
      code: init,
      receiver: reference(address),
      args: [],
      newTarget: UNDEFINED,
      result:
        key === null
          ? { kind: "field", object: run.session.discard(state), key: "block" }
          : { kind: "field", object: address, key },
      key: "static",
    });
  }
  return "moved";
}

function constructorCode(run: Run, state: State, definition: ClassDefinition): Code {
  const frame = top(state);
  if (definition.constructorFunction !== null)
    return run.program.code(frame.code.file, definition.constructorFunction.func);
  return run.session.defaultConstructor(
    definition.name,
    definition.superClass !== null,
    frame.code.file,
    definition.brand,
  );
}

interface ClassParts {
  readonly address: Address;
  readonly prototypeAddress: Address;
  readonly fn: HeapObject;
  readonly prototype: HeapObject;
  readonly fields: FieldDefinition[];
}

function defineMembers(
  run: Run,
  state: State,
  definition: ClassDefinition,
  parts: ClassParts,
): { closure: Address | null; key: string | null }[] {
  const statics: { closure: Address | null; key: string | null }[] = [];
  for (const member of definition.members) {
    const key =
      member.key === null
        ? null
        : typeof member.key === "object" && "privateName" in member.key
          ? `\u0000${member.key.privateName}@${definition.brand}`
          : keyOf(read(state, member.key));
    if (key === null && member.kind !== "staticBlock") throw new Bailout("a class member with a dynamic key");
    const closure = member.closure === null ? null : newClosure(run, state, member.closure, "Function.prototype");
    const home = member.isStatic ? parts.address : parts.prototypeAddress;
    if (closure !== null) setHome(state, reference(closure), home);
    if (closure !== null && key !== null && typeof member.key === "number" && member.kind !== "field")
      nameByKey(state, reference(closure), key, { kind: member.kind, key: member.key });
    if (member.kind === "field") {
      if (member.isStatic) statics.push({ closure, key });
      else parts.fields.push({ key: key ?? "", initializer: closure });
    } else if (member.kind === "staticBlock") statics.push({ closure, key: null });
    else if (closure !== null && key !== null) {
      const target = member.isStatic ? parts.fn : parts.prototype;
      if (member.kind === "method") target.properties.set(key, dataProperty(reference(closure), HIDDEN));
      else target.properties.set(key, accessor(target.properties.get(key), member.kind, reference(closure), 4));
    }
  }
  return statics;
}

/** A fresh captured variable. */
export function stepNewCell(run: Run, state: State, step: Step<"newCell">): Flow {
  const address = run.newAddress();
  const cell = newObject("cell", null, step.name);
  cell.elements = [step.initialized ? UNDEFINED : undefined];
  state.store.put(address, cell);
  const frame = top(state);
  const place = `${frame.code.key}:${frame.block}:${frame.ip}`;
  run.cellPlaces.set(address, place);
  if (run.session.learned.joinedCells.has(place)) lift(run, state, reference(address));
  return set(run, state, step.dst, reference(address));
}

/** Reads a captured variable. */
export function stepGetCell(run: Run, state: State, step: Step<"getCell">): Flow {
  const cell = read(state, step.cell);
  if (cell.kind === "object") {
    if (state.store.isFixed(cell.address) && run.session.world.isCellAssigned(cell.address))
      throw new Bailout("it reads a captured variable that is assigned at run time", step.origin);
    const content = state.store.get(cell.address).elements?.[0];
    if (content === undefined || content === null)
      return deadZone(run, state, state.store.get(cell.address).site, step.origin);
    return set(run, state, step.dst, content);
  }
  const operand = lift(run, state, cell);
  if (typeof operand !== "number") throw new Bailout("a captured variable is not a variable", step.origin);
  const temp = run.newTemp();
  emit(
    run,
    state,
    { op: "getCell", dst: temp, cell: operand, checked: step.checked, origin: step.origin },
    step.checked,
  );
  return set(
    run,
    state,
    step.dst,
    dynamic(temp, { what: "a variable captured by a function that exists at run time", origin: step.origin }, anyFact),
  );
}

/** Assigns a captured variable, or ends its dead zone. */
export function stepSetCell(run: Run, state: State, step: Step<"setCell"> | Step<"initCell">): Flow {
  const cell = read(state, step.cell);
  const value = read(state, step.value);
  if (cell.kind === "object") {
    if (state.store.isFixed(cell.address))
      throw new Bailout("a variable of a module is written by a function that captured it", step.origin);
    if (step.op === "setCell" && state.store.get(cell.address).elements?.[0] === undefined && step.checked)
      return deadZone(run, state, state.store.get(cell.address).site, step.origin);
    state.store.edit(cell.address).elements = [value];
    return "next";
  }
  const operand = lift(run, state, cell);
  if (typeof operand !== "number") throw new Bailout("a captured variable is not a variable", step.origin);
  const v = lift(run, state, value);
  emit(
    run,
    state,
    step.op === "initCell"
      ? { op: "initCell", cell: operand, value: v }
      : { op: "setCell", cell: operand, value: v, checked: step.checked },
    step.op === "setCell" && step.checked,
  );
  return "next";
}

/** A template literal: static parts are joined. */
export function stepTemplate(run: Run, state: State, step: Step<"template">): Flow {
  const values = step.values.map((v) => read(state, v));
  const quasis: string[] = [step.quasis[0] ?? ""];
  const holes: Value[] = [];
  values.forEach((value, i) => {
    const after = step.quasis[i + 1] ?? "";
    if (value.kind === "const") quasis[quasis.length - 1] += String(value.value) + after;
    else {
      holes.push(value);
      quasis.push(after);
    }
  });
  if (holes.length === 0) return set(run, state, step.dst, constant(quasis[0] ?? ""));
  const temp = run.newTemp();
  emit(
    run,
    state,
    { op: "template", dst: temp, quasis, values: holes.map((h) => lift(run, state, h)), origin: step.origin },
    holes.some((h) => h.kind !== "dynamic" || !isOnly(h.fact, TYPE.string)),
  );
  return set(
    run,
    state,
    step.dst,
    dynamic(temp, causeOf(holes, "a string with dynamic parts", step.origin), stringFact),
  );
}
