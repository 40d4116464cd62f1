/**
 * Calls: what is called (the call graph is found on the way), with which division, and what comes back.
 *
 * Functions of the program are analysed per division. Functions that are not known, not lowered or outside of the
 * program run as unknown code: what they get escapes. Built-ins have their table.
 */
import type { FunctionDeclaration } from "../declarations/types.ts";
import type { IrFunction } from "../ir/types.ts";
import { callBuiltin } from "./builtins.ts";
import type { ArgumentList, CanonicalEntry } from "./entry.ts";
import { applyExit, canonicalEntry } from "./entry.ts";
import type { Engine } from "./engine.ts";
import { decisionKey, phiOf } from "./engine.ts";
import type { AbstractObject, Heap } from "./heap.ts";
import { abstractObject, joinObjects } from "./heap.ts";
import { clobber, getProperty, setProperty } from "./properties.ts";
import type { Division, State } from "./state.ts";
import { cloneState, joinHeaps } from "./state.ts";
import type { CallRequest } from "./step.ts";
import type { Step } from "./step.ts";
import { seen } from "./step.ts";
import type { CallFact, FunctionRef } from "./types.ts";
import type { Location, Value } from "./value.ts";
import {
  constantValue,
  dynamicValue,
  isObject,
  joinValues,
  objectValue,
  singleConstant,
  staticValue,
} from "./value.ts";

/** Performs a call; null: it never returns. */
export function performCall(step: Step, request: CallRequest): Value | null {
  const callee = request.callee;
  if (callee.cause !== null) return callUnknown(step, request, step.cause("a call of something dynamic", callee.cause));
  let result: Value | null = null;
  const targets = callee.locations;
  if (targets.length === 1) return callLocation(step, targets[0]!, request);
  const before = cloneState(step.state);
  let joined: Heap | null = null;
  for (const target of targets) {
    step.state.heap.clear();
    for (const [location, object] of before.heap) step.state.heap.set(location, object);
    const value = callLocation(step, target, request);
    if (value === null) continue;
    result = step.join(result, value);
    if (joined === null) joined = new Map(step.state.heap);
    else joinHeaps(joined, step.state.heap, step.engine.policy(step.division, `${step.block}.${step.index}`));
  }
  if (joined !== null) {
    step.state.heap.clear();
    for (const [location, object] of joined) step.state.heap.set(location, object);
  }
  return result;
}

function callLocation(step: Step, location: Location, request: CallRequest): Value | null {
  const builtin = step.engine.locations.builtinOf(location);
  if (builtin !== null) {
    noteCall(step, { callees: [], action: "evaluate", builtin, cause: null });
    return callBuiltin(step, builtin, request);
  }
  const object = step.object(location);
  if (object?.kind === "function" && object.fields.has("%bound")) return callBound(step, object, request);
  if (object?.kind !== "function" || object.code === null)
    return callUnknown(
      step,
      request,
      step.cause(
        object?.kind === "deep"
          ? "a call of a static function that the analysis does not see"
          : "a call of something that is no function of the program",
      ),
    );
  const ir = step.engine.functionOf(object.code);
  if (ir === null || ir.opaque !== null || ir.blocks.length === 0)
    return callUnknown(step, request, {
      ...step.cause(`a call of ${nameOf(ir)}, which stays as it is: ${ir?.opaque?.reason ?? "unknown"}`),
      from: ir?.opaque ? { what: ir.opaque.reason, origin: ir.opaque.origin ?? null, from: null } : null,
    });
  if (request.newTarget !== null) return constructWith(step, location, object, ir, request);
  const declared = step.division.isInit ? null : declarationOf(step.engine, object.code, ir);
  if (declared?.mode === "extern") return callExtern(step, request, declared);
  return invoke(step, location, object, ir, request.receiver, request.args, null);
}

function declarationOf(engine: Engine, code: FunctionRef, { origin, name }: IrFunction): FunctionDeclaration | null {
  const declarations = engine.program.modules.get(code.file)?.declarations;
  if (declarations === undefined) return null;
  const at = origin === undefined ? undefined : declarations.byOrigin.get(`${origin.line}:${origin.column}`);
  return at ?? declarations.byName.get(name) ?? null;
}

/** A function that is declared to be left as it is: its call stays, and changes what is listed. */
function callExtern(step: Step, request: CallRequest, { name, params, changes }: FunctionDeclaration): Value {
  const cause = step.cause(`a call of ${name}, which is declared Extern`);
  if (changes === null) return callUnknown(step, request, cause);
  noteCall(step, { callees: [], action: "leave", builtin: null, cause });
  step.markLate(cause);
  const { list, more } = request.args;
  step.lift([request.receiver, ...list, ...(more === null ? [] : [more])], cause);
  for (const path of changes) {
    const [head, ...keys] = path.split(".");
    const param = params.findIndex((one) => one.name === head);
    let holder = (head === "this" ? request.receiver : (list[param] ?? more)) ?? constantValue(undefined);
    const last = keys.pop() ?? null;
    for (const key of keys) holder = getProperty(step, holder, constantValue(key)) ?? constantValue(undefined);
    for (const location of holder.locations) clobber(step, location, last, cause);
  }
  step.throwOut(dynamicValue(step.cause("an exception of a call that stays", cause)), step.state.heap);
  return dynamicValue(cause);
}

function callBound(step: Step, object: AbstractObject, request: CallRequest): Value | null {
  const list = [...object.fields].filter(([k]) => k.startsWith("%arg")).map(([, v]) => v);
  return step.perform(step, {
    callee: object.fields.get("%bound")!,
    receiver: object.fields.get("%this") ?? constantValue(undefined),
    args: { list: [...list, ...request.args.list], more: request.args.more },
    newTarget: request.newTarget,
  });
}

function nameOf(ir: IrFunction | null): string {
  return ir === null || ir.name === "" ? "a function" : ir.name;
}

/** A call that stays in the residual. */
export function callUnknown(step: Step, request: CallRequest, cause: ReturnType<Step["cause"]>): Value {
  noteCall(step, { callees: [], action: "leave", builtin: null, cause });
  step.unknownCode(
    [
      request.callee,
      request.receiver,
      ...request.args.list,
      ...(request.args.more === null ? [] : [request.args.more]),
    ],
    cause,
  );
  step.throwOut(dynamicValue(step.cause("an exception of a call that stays", cause)), step.state.heap);
  return dynamicValue(cause);
}

function noteCall(step: Step, fact: CallFact): void {
  const known = step.call;
  if (known === null) step.call = fact;
  else {
    const callees = [...known.callees];
    for (const callee of fact.callees) if (!callees.some((c) => c.division === callee.division)) callees.push(callee);
    const rank = ["evaluate", "unfold", "share", "leave"];
    const action = rank.indexOf(fact.action) > rank.indexOf(known.action) ? fact.action : known.action;
    step.call = { callees, action, builtin: known.builtin ?? fact.builtin, cause: known.cause ?? fact.cause };
  }
}

/** Runs a function of the program in the division that fits. */
export function invoke(
  step: Step,
  self: Location,
  object: AbstractObject,
  ir: IrFunction,
  receiver: Value,
  args: ArgumentList,
  newTarget: Value | null,
): Value | null {
  const { engine, division: caller } = step;
  const shared = engine.decisions.shares.has(shareKey(caller, step.block, step.index, object.code!));
  if (shared)
    step.lift(
      [receiver, ...args.list, ...(args.more === null ? [] : [args.more])],
      step.cause(`an argument of ${nameOf(ir)}, which is shared because it calls itself`),
    );
  const prepared = prepare(step, self, object, ir, receiver, args, newTarget);
  const { division, entry } = prepared;
  engine.visitNow(division);
  const blocks = division.dependents.get(caller) ?? new Set();
  division.dependents.set(caller, blocks.add(step.block));
  noteCall(step, {
    callees: [{ code: object.code!, division: division.id }],
    action: shared ? "share" : "unfold",
    builtin: null,
    cause: null,
  });
  const site = `${caller.id}.${step.block}.${step.index}`;
  const newDef = (place: string): number => (place === "result" ? step.def : phiOf(caller, `c${site}:${place}`));
  const heapBefore = step.state.heap;
  if (division.thrown !== null) {
    const heap: Heap = new Map(heapBefore);
    const value = applyExit(engine.locations, heap, division.thrown, entry, division.entry.heap, site, newDef);
    step.throwOut(value, heap);
  }
  if (division.returned === null) return null;
  noteVarying(step, division, entry);
  let result = applyExit(
    engine.locations,
    step.state.heap,
    division.returned,
    entry,
    division.entry.heap,
    site,
    newDef,
  );
  step.settle();
  if (shared && singleConstant(result) === null)
    result = dynamicValue(
      step.cause(`the result of ${nameOf(ir)}, which is shared because it calls itself`, result.cause),
      result.locations,
    );
  else if (!engine.sensitivity.returns && prepared.hasDynamic)
    result = dynamicValue(step.cause(`the result of ${nameOf(ir)}`), result.locations);
  if (shared) step.markLate(step.cause(`a call of a residual function: ${nameOf(ir)} calls itself`));
  if (result.cause !== null) step.escape(result.locations, result.cause);
  return decideResult(step, division, result);
}

/** The several ways out of a callee meet behind the call. */
function noteVarying(step: Step, division: Division, entry: CanonicalEntry): void {
  const exit = division.returned!;
  if (exit.value.cause === null && exit.value.def === division.phis.get("exit:s0")) step.varyingAfter.push("result");
  for (const [location, object] of exit.heap)
    for (const [key, value] of object.fields)
      if (value.cause === null && value.def === division.phis.get(`exit:h${location}.${key}`))
        step.varyingAfter.push(`h${entry.toCaller.get(location) ?? location}.${key}`);
}

function decideResult(step: Step, division: Division, result: Value): Value {
  if (result.cause !== null || division.returned?.value.def !== division.phis.get("exit:s0")) return result;
  const key = decisionKey(step.division, `${step.block}.${step.index}`, "result");
  if (step.engine.decisions.lifts.has(key)) {
    const value = dynamicValue(
      step.cause(`the result of ${nameOf(division.ir)}: made dynamic where its ways out meet`),
      result.locations,
    );
    step.escape(value.locations, value.cause!);
    return value;
  }
  return step.engine.decisions.keeps.has(key) && !result.varies ? { ...result, varies: true } : result;
}

/** How the decision to share a call is filed. */
export function shareKey(caller: Division, block: number, index: number, code: FunctionRef): string {
  return decisionKey(caller, `${block}.${index}`, `call ${code.file}#${code.func}`);
}

interface Prepared {
  readonly division: Division;
  readonly entry: CanonicalEntry;
  readonly hasDynamic: boolean;
}

/** Finds the division of a call: by shapes with constants, by shapes, or the one where everything is dynamic. */
function prepare(
  step: Step,
  self: Location,
  object: AbstractObject,
  ir: IrFunction,
  receiver: Value,
  args: ArgumentList,
  newTarget: Value | null,
): Prepared {
  const { engine } = step;
  const code = object.code!;
  const values = argumentValues(step, ir, args);
  const roots = [objectValue(self, step.def), receiver, ...(newTarget === null ? [] : [newTarget]), ...values];
  const settled = roots.map((v) => seen(step, v));
  const names = [
    "the function",
    "this",
    ...(newTarget === null ? [] : ["new.target"]),
    ...ir.params.map((slot, i) => `argument ${ir.slots[slot]?.name ?? String(i + 1)} of ${nameOf(ir)}`),
  ];
  const heap = step.state.heap;
  const hasDynamic = settled.slice(1).some((v) => step.timeOf(v) !== "static");
  const limit = step.division.isInit ? engine.limits.divisions * 20 : engine.limits.divisions;
  if (!engine.sensitivity.polyvariance)
    return monovariant(step, code, ir, settled, names, newTarget !== null, hasDynamic);
  let entry = canonicalEntry(engine.locations, heap, settled, names, true);
  if (engine.known(code, entry.key) === undefined && engine.countOf(ir) >= limit)
    entry = canonicalEntry(engine.locations, heap, settled, names, false);
  if (engine.known(code, entry.key) === undefined && engine.countOf(ir) >= 2 * limit) {
    const cause = step.cause(`${nameOf(ir)} has too many divisions (${2 * limit})`);
    engine.notes.push(cause);
    const dynamics = settled.map((v, i) => (i === 0 ? v : dynamicValue(cause, v.locations)));
    step.lift(settled.slice(1), cause);
    entry = canonicalEntry(engine.locations, heap, dynamics, names, false);
  }
  return { division: makeDivision(step, code, ir, entry, newTarget !== null), entry, hasDynamic };
}

/** Test switch: one division per function, its arguments joined over all calls. */
function monovariant(
  step: Step,
  code: FunctionRef,
  ir: IrFunction,
  values: readonly Value[],
  names: readonly string[],
  isNew: boolean,
  hasDynamic: boolean,
): Prepared {
  const { engine } = step;
  const plain = canonicalEntry(engine.locations, step.state.heap, values, names, false);
  const entry = { ...plain, key: "all", definitions: new Map<number, Value>() };
  const division = makeDivision(step, code, ir, entry, isNew);
  const incoming = entryState(step.engine, ir, entry, isNew);
  const known = division.blocksIn[ir.entry]!;
  let changed = false;
  incoming.slots.forEach((value, slot) => {
    if (value === undefined) return;
    const old = known.slots[slot];
    const joined = old === undefined ? value : joinValues(old, value, () => phiOf(division, `entry:${slot}`));
    if (joined !== old) {
      known.slots[slot] = joined;
      changed = true;
    }
  });
  for (const [location, object] of incoming.heap) {
    const old = known.heap.get(location);
    const joined =
      old === undefined ? object : joinObjects(old, object, (f) => phiOf(division, `entry:${location}.${f}`));
    if (joined !== old) {
      known.heap.set(location, joined);
      changed = true;
    }
  }
  if (changed) engine.revisit(division);
  return { division, entry, hasDynamic };
}

/** One value per parameter, then one for all that the rest parameter or `arguments` may hold. */
function argumentValues(step: Step, ir: IrFunction, args: ArgumentList): Value[] {
  const at = (i: number): Value => {
    const given = args.list[i];
    if (given !== undefined) return given;
    return args.more === null
      ? constantValue(undefined)
      : joinValues(args.more, constantValue(undefined), () => step.def);
  };
  const values = ir.params.map((_, i) => at(i));
  if (ir.rest !== null) values.push(arrayOf(step, args.list.slice(ir.params.length), args.more));
  if (ir.argumentsSlot !== null && ir.kind !== "arrow") values.push(arrayOf(step, args.list, args.more));
  return values;
}

/** A fresh array. */
export function arrayOf(step: Step, elements: readonly Value[], more: Value | null): Value {
  const fields = new Map(elements.map((value, i): [string, Value] => [String(i), value]));
  return step.allocate(
    abstractObject("array", { fields, rest: more, prototype: [step.engine.locations.builtin("Array.prototype")] }),
  );
}

function makeDivision(step: Step, code: FunctionRef, ir: IrFunction, entry: CanonicalEntry, isNew: boolean): Division {
  const self = entry.roots[0]!.locations[0] ?? null;
  return step.engine.division(
    code,
    ir,
    entry,
    entryState(step.engine, ir, entry, isNew),
    self,
    isNew ? entry.roots[2]! : null,
  );
}

/** Slots as the call fills them. */
export function entryState(engine: Engine, ir: IrFunction, entry: CanonicalEntry, isNew: boolean): State {
  const slots = new Array<Value | undefined>(ir.slots.length + ir.regions.length).fill(undefined);
  const [self, receiver] = entry.roots;
  const values = entry.roots.slice(isNew ? 3 : 2);
  ir.params.forEach((slot, i) => (slots[slot] = values[i]));
  let next = ir.params.length;
  if (ir.rest !== null) slots[ir.rest] = values[next++];
  if (ir.argumentsSlot !== null && ir.kind !== "arrow") slots[ir.argumentsSlot] = values[next];
  if (ir.thisSlot !== null && ir.kind !== "arrow" && ir.kind !== "derivedConstructor") slots[ir.thisSlot] = receiver;
  if (ir.newTargetSlot !== null && ir.kind !== "arrow")
    slots[ir.newTargetSlot] = isNew ? entry.roots[2] : constantValue(undefined);
  if (ir.selfSlot !== null) slots[ir.selfSlot] = self;
  const closure = entry.heap.get(self!.locations[0]!) ?? engine.global(self!.locations[0]!);
  ir.captures.forEach(({ slot }, i) => (slots[slot] = closure?.fields.get(`%capture${i}`)));
  return { slots, heap: entry.heap };
}

/** `new` of a function or class of the program. */
function constructWith(
  step: Step,
  self: Location,
  object: AbstractObject,
  ir: IrFunction,
  request: CallRequest,
): Value | null {
  const newTarget = request.newTarget!;
  if (ir.kind === "derivedConstructor" || object.fields.has("%derived")) {
    if (!object.fields.has("%default"))
      return afterConstructor(
        invoke(step, self, object, ir, constantValue(undefined), request.args, newTarget),
        null,
        step,
      );
    return superConstruct(step, self, newTarget, request.args);
  }
  const prototype = getProperty(step, newTarget, constantValue("prototype"));
  const locations =
    prototype === null || !isObject(prototype)
      ? [step.engine.locations.builtin("Object.prototype")]
      : prototype.locations;
  const instance = step.allocate(abstractObject("plain", { prototype: locations }));
  initializeFields(step, object, instance);
  if (object.fields.has("%default")) return instance;
  return afterConstructor(invoke(step, self, object, ir, instance, request.args, newTarget), instance, step);
}

function afterConstructor(result: Value | null, instance: Value | null, step: Step): Value | null {
  if (result === null || instance === null) return result;
  if (result.cause !== null) return joinValues(result, instance, () => step.def);
  if (result.locations.length === 0) return instance;
  return result.constants?.length === 0 ? result : joinValues(instance, { ...result, constants: [] }, () => step.def);
}

/** super(...args) in the class at `self`: makes the instance, then runs the class's own initializers. */
export function superConstruct(step: Step, self: Location, newTarget: Value, args: ArgumentList): Value | null {
  const object = step.object(self);
  if (object === undefined) return step.dynamic("super of a class that is not known");
  const parent: Value = { cause: null, locations: object.prototype, constants: [], def: step.def, varies: false };
  const instance = step.perform(step, { callee: parent, receiver: constantValue(undefined), args, newTarget });
  if (instance !== null) initializeFields(step, object, instance);
  return instance;
}

function initializeFields(step: Step, object: AbstractObject, instance: Value): void {
  for (const [key, initializer] of object.fields) {
    if (!key.startsWith("%field:")) continue;
    const name = key.slice(key.indexOf(":", 7) + 1);
    const value =
      initializer.locations.length === 0
        ? initializer
        : step.perform(step, {
            callee: initializer,
            receiver: instance,
            args: { list: [], more: null },
            newTarget: null,
          });
    if (value === null) continue;
    setProperty(step, instance, name === "?" ? staticValue(step.def) : constantValue(name), value);
  }
}
