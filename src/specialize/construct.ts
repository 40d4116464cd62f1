/** `new`, `super(...)`, fields of instances: OrdinaryCreateFromConstructor and the constructors' frames. */
import type { Instruction, Operand, Origin, Slot } from "../ir/types.ts";
import { boundParts } from "./boundFunction.ts";
import { collectionToFill } from "./builtins/constructors.ts";
import { constructBuiltin } from "./callBuiltin.ts";
import { raise } from "./control.ts";
import { emit } from "./emitInstruction.ts";
import { objectFact } from "./facts.ts";
import { read, readArguments } from "./frames.ts";
import type { FunctionCode } from "./heap.ts";
import { newObject } from "./heap.ts";
import { lift } from "./lift.ts";
import { Bailout } from "./limits.ts";
import { constructionSite } from "./make.ts";
import { openArguments } from "./openArguments.ts";
import { callPicked } from "./picked.ts";
import { prototypeFor } from "./prototypeFor.ts";
import { type FrameInit, pushFrame } from "./pushFrame.ts";
import type { Run } from "./run.ts";
import type { Construction, Flow, Return, State } from "./state.ts";
import { top } from "./state.ts";
import { causeOf, set } from "./stepOperators.ts";
import type { Address, DeclaredType, Value } from "./values.ts";
import { UNDEFINED, dynamic, reference } from "./values.ts";

/** dst = new callee(...args) */
export function stepConstruct(run: Run, state: State, step: Extract<Instruction, { op: "construct" }>): Flow {
  const callee = read(state, step.callee);
  const args = readArguments(state, step.args);
  if (callee.kind === "dynamic") run.demand(callee.lifted);
  if (args === null) {
    const entered = constructOpen(run, state, step, callee);
    if (entered !== null) return entered;
    const operands = step.args.map((a) =>
      typeof a === "object" && "spread" in a
        ? { spread: slotOf(lift(run, state, read(state, a.spread))) }
        : lift(run, state, read(state, a)),
    );
    return residualNew(run, state, step.dst, callee, operands, step.origin);
  }
  return constructValue(run, state, { dst: step.dst, callee, args, origin: step.origin });
}

/** `new` of a class that is made here and has no name outside, with arguments of which not all are known; null: of another. */
function constructOpen(
  run: Run,
  state: State,
  step: Extract<Instruction, { op: "construct" }>,
  callee: Value,
): Flow | null {
  if (callee.kind !== "object" || state.store.isFixed(callee.address)) return null;
  const { code, residence } = state.store.get(callee.address);
  if (code?.isClass !== true || code.code.ir.opaque !== null || residence.kind === "residual") return null;
  const given = openArguments(run, state, step.args, code.code.ir);
  if (given === null) return null;
  const site = siteOf(run, state, code, step.origin);
  const result = { kind: "construct", slot: step.dst, instance: null, site } as const;
  return enterConstructor(run, state, callee.address, code, given, callee, result, site);
}

function slotOf(operand: Operand): number {
  if (typeof operand !== "number") throw new Bailout("a constant is spread");
  return operand;
}

/** `new` with values at hand. */
export function constructValue(run: Run, state: State, call: Construction): Flow {
  const { callee, args, origin } = call;
  if (callee.kind === "dynamic") {
    const leave = (at: State): Flow =>
      residualNew(
        run,
        at,
        call.dst,
        callee,
        args.map((v) => lift(run, at, v)),
        origin,
      );
    const cases = callPicked(run, state, callee, (at, here, isKnown) =>
      isKnown ? constructValue(run, at, { ...call, callee: here(callee), args: args.map(here) }) : leave(at),
    );
    return cases ?? leave(state);
  }
  const object = callee.kind === "object" ? state.store.get(callee.address) : null;
  if (object === null || object.kind !== "function" || callee.kind !== "object")
    return raise(run, state, run.session.newError(state, "TypeError", "value is not a constructor"), origin);
  if (object.builtin !== null) return constructBuiltin(run, state, call, object.builtin, callee);
  const code = object.code;
  // one that exists at run time may have got another prototype there
  if (code === null || code.code.ir.opaque !== null || object.residence.kind === "residual")
    return residualNew(
      run,
      state,
      call.dst,
      callee,
      args.map((v) => lift(run, state, v)),
      origin,
    );
  const bound = boundParts(code);
  if (bound !== null)
    return constructValue(run, state, { ...call, callee: bound.target, args: [...bound.args, ...args] });
  const kind = code.code.ir.kind;
  if (kind === "arrow" || kind === "method" || kind === "getter" || kind === "setter")
    return raise(
      run,
      state,
      run.session.newError(state, "TypeError", `${code.code.ir.name} is not a constructor`),
      origin,
    );
  const site = siteOf(run, state, code, origin);
  const isLeft = !run.session.evaluating && run.session.learned.left.has(code.code.key);
  if (isLeft || run.session.escapingSites.has(site)) {
    const type = run.session.instanceType(callee.address);
    return residualNew(
      run,
      state,
      call.dst,
      callee,
      args.map((v) => lift(run, state, v)),
      origin,
      type,
    );
  }
  return enterConstructor(
    run,
    state,
    callee.address,
    code,
    { args },
    callee,
    { kind: "construct", slot: call.dst, instance: null, site },
    site,
  );
}

/** Names the place an instance is made at; an instance that is needed at run time is made by the residual there. */
function siteOf(run: Run, state: State, code: FunctionCode, origin: Origin | undefined): string {
  void run;
  return `new ${code.code.ir.name} at ${origin?.line ?? "?"}:${origin?.column ?? "?"} of ${top(state).code.key}`;
}

/** Pushes a constructor's frame, with the frames of its field initializers on top for a base class. */
function enterConstructor(
  run: Run,
  state: State,
  self: Address,
  code: FunctionCode,
  given: Pick<FrameInit, "args" | "rest">,
  newTarget: Value,
  result: Return & { kind: "construct" | "super" },
  site: string,
): Flow {
  const key = `new ${code.code.key}`;
  if (state.frames.length > run.limits.depth) throw new Bailout("constructors that call each other without end");
  if (code.code.ir.kind === "derivedConstructor") {
    pushFrame(run, state, { self, code, receiver: undefined, ...given, newTarget, result, key });
    return "moved";
  }
  const prototype = prototypeFor(run, state, newTarget, "Object.prototype");
  if (prototype === null) throw new Bailout("the prototype of a class is not known");
  const address = run.newAddress();
  state.store.put(address, newObject("plain", prototype, site));
  pushFrame(run, state, {
    self,
    code,
    receiver: reference(address),
    ...given,
    newTarget,
    result: { ...result, instance: address },
    key,
  });
  pushFields(run, state, address, code);
  return "moved";
}

/** Frames that initialize the fields of one class, first one on top. */
export function pushFields(run: Run, state: State, instance: Address, code: FunctionCode): void {
  for (const field of [...(code.fields ?? [])].reverse()) {
    const initializer = field.initializer === null ? null : state.store.get(field.initializer);
    const fieldCode = initializer?.code ?? run.session.undefinedInitializer();
    pushFrame(run, state, {
      self: field.initializer,
      code: fieldCode,
      receiver: reference(instance),
      args: [],
      newTarget: UNDEFINED,
      result: { kind: "field", object: instance, key: field.key },
      key: `field ${field.key}`,
    });
  }
}

/** this = super(...args) */
export function stepSuperCall(run: Run, state: State, step: Extract<Instruction, { op: "superCall" }>): Flow {
  const frame = top(state);
  if (frame.self === null) throw new Bailout("a super call in a constructor that is not known", step.origin);
  const parent = state.store.get(frame.self).prototype;
  const object = parent === null ? null : state.store.get(parent);
  if (object === null || parent === null || object.kind !== "function")
    return raise(
      run,
      state,
      run.session.newError(state, "TypeError", "Super constructor is not a constructor"),
      step.origin,
    );
  if (object.builtin !== null) {
    const known = readArguments(state, step.args);
    if (known === null) throw new Bailout("super call with spread arguments that are not known", step.origin);
    const call = { dst: step.dst, callee: reference(parent), args: known, origin: step.origin };
    return (
      fillCollection(run, state, call, object.builtin, frame.newTarget) ??
      constructBuiltin(run, state, call, object.builtin, frame.newTarget)
    );
  }
  if (object.code === null || object.code.code.ir.opaque !== null || boundParts(object.code) !== null)
    throw new Bailout("a class extends one that is not known", step.origin);
  const left = run.session.evaluating ? undefined : run.session.learned.left.get(object.code.code.key);
  if (left !== undefined) throw new Bailout(left, step.origin);
  const given = openArguments(run, state, step.args, object.code.code.ir);
  if (given === null) throw new Bailout("super call with spread arguments that are counted", step.origin);
  return enterConstructor(
    run,
    state,
    parent,
    object.code,
    given,
    frame.newTarget,
    { kind: "super", slot: step.dst, instance: null },
    constructionSite(state),
  );
}

/** What the subclass of a collection puts in by its own `set` or `add`, as the prelude's code; null: it has none. */
function fillCollection(run: Run, state: State, call: Construction, path: string, newTarget: Value): Flow | null {
  const source = call.args[0] ?? UNDEFINED;
  const address = collectionToFill(run, state, path, source, newTarget);
  const filling = address === null ? null : run.session.prelude(`%fill${path}%`);
  if (address === null || filling === null) return null;
  pushFrame(run, state, {
    self: null,
    code: { code: filling.code, captures: [], home: null, fields: null, isClass: false },
    receiver: reference(address),
    args: [source],
    newTarget: UNDEFINED,
    result: { kind: "super", slot: call.dst as Slot, instance: null },
    key: "",
  });
  return "moved";
}

function residualNew(
  run: Run,
  state: State,
  dst: Slot,
  callee: Value,
  args: readonly (Operand | { readonly spread: number })[],
  origin: Origin | undefined,
  type: DeclaredType | null = null,
): Flow {
  const temp = run.newTemp();
  emit(run, state, { op: "construct", dst: temp, callee: lift(run, state, callee), args, origin }, true);
  run.session.forgetFields(state);
  return set(
    run,
    state,
    dst,
    dynamic(temp, causeOf([callee], "an object made at run time", origin), objectFact, null, type),
  );
}
