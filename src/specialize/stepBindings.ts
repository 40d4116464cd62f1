/** Names outside of functions: module bindings (of this or another module) and globals. */
import type { Instruction } from "../ir/types.ts";
import { anyFact } from "../semantics/numberFacts.ts";
import { typeOf } from "../semantics/typeOf.ts";
import { raise } from "./control.ts";
import { deadZone } from "./deadZone.ts";
import { emit } from "./emitInstruction.ts";
import { stringFact } from "./facts.ts";
import { read } from "./frames.ts";
import { lift } from "./lift.ts";
import { Bailout } from "./limits.ts";
import type { Run } from "./run.ts";
import type { Flow, State } from "./state.ts";
import { top } from "./state.ts";
import { set } from "./stepOperators.ts";
import { UNDEFINED, constant, dynamic } from "./values.ts";

type Step<Op extends Instruction["op"]> = Extract<Instruction, { op: Op }>;

/** Reads a module binding. */
export function stepGetBinding(run: Run, state: State, step: Step<"getBinding">): Flow {
  const file = top(state).code.file;
  const known = run.session.binding(state, file, step.name);
  if (known.kind === "value") return set(run, state, step.dst, known.value);
  if (known.kind === "deadZone") return beforeEvaluation(run, state, step, file);
  const temp = run.newTemp(/^[A-Za-z_$]/.test(step.name) ? step.name : undefined);
  run.write(state, { op: "getBinding", dst: temp, name: known.reference, origin: step.origin });
  return set(
    run,
    state,
    step.dst,
    dynamic(temp, { what: known.what, origin: step.origin }, anyFact, null, known.declared),
  );
}

/** A variable of a module that begins later, as in a cycle; a module that was not instantiated says nothing of its functions. */
function beforeEvaluation(run: Run, state: State, { dst, name, origin }: Step<"getBinding">, file: string): Flow {
  const { world } = run.session;
  const target = world.resolve(file, name);
  const bindings = target?.kind === "local" ? world.source.module(target.file)?.ir.bindings : undefined;
  const kind = target?.kind === "local" ? bindings?.get(target.name)?.kind : undefined;
  if (kind === "var") return set(run, state, dst, UNDEFINED);
  if (kind === "function") throw new Bailout(`${name} is used before its module is evaluated`, origin);
  return deadZone(run, state, name, origin);
}

/** Assigns a module binding. */
export function stepSetBinding(run: Run, state: State, step: Step<"setBinding">): Flow {
  const file = top(state).code.file;
  const value = read(state, step.value);
  if (!step.init && run.session.evaluating && isInDeadZone(run, state, file, step.name))
    return deadZone(run, state, step.name, step.origin);
  if (run.session.setBinding(state, file, step.name, value, step.init)) return "next";
  const name = run.session.isOwn(file, step.name) ? run.session.referToBinding(file, step.name) : null;
  if (name === null) throw new Bailout(`the variable ${step.name} of another module is written`, step.origin);
  emit(run, state, { op: "setBinding", name, value: lift(run, state, value), init: false, origin: step.origin }, false);
  return "next";
}

/** As long as a module of a cycle has not been evaluated its functions may be called, and may not assign what it declares. */
function isInDeadZone(run: Run, state: State, file: string, name: string): boolean {
  if (run.session.binding(state, file, name).kind !== "deadZone") return false;
  const { world } = run.session;
  const target = world.resolve(file, name);
  const bindings = target?.kind === "local" ? world.source.module(target.file)?.ir.bindings : undefined;
  const kind = target?.kind === "local" ? bindings?.get(target.name)?.kind : undefined;
  return kind !== "var" && kind !== "function";
}

/** Reads a global: a standard built-in is known, everything else is dynamic. */
export function stepGetGlobal(run: Run, state: State, step: Step<"getGlobal"> | Step<"typeofGlobal">): Flow {
  if (step.op === "typeofGlobal" && run.session.isAbsentGlobal(top(state).code.file, step.name))
    return set(run, state, step.dst, constant("undefined"));
  const said = run.session.hostValue(step.name);
  if (said !== null && said.value !== undefined)
    return set(run, state, step.dst, step.op === "getGlobal" ? said : constant(typeOf(said.value)));
  const known = run.session.global(step.name);
  if (known !== null) {
    if (step.op === "getGlobal") return set(run, state, step.dst, known);
    const type =
      known.kind === "object"
        ? state.store.get(known.address).kind === "function"
          ? "function"
          : "object"
        : typeof (known.kind === "const" ? known.value : undefined);
    return set(run, state, step.dst, constant(type));
  }
  const temp = run.newTemp(step.op === "getGlobal" ? step.name : undefined);
  emit(run, state, { op: step.op, dst: temp, name: step.name, origin: step.origin }, step.op === "getGlobal");
  if (step.op === "getGlobal") run.info(temp).host = step.name;
  return set(
    run,
    state,
    step.dst,
    dynamic(
      temp,
      { what: `the global ${step.name}`, origin: step.origin },
      step.op === "getGlobal" ? anyFact : stringFact,
    ),
  );
}

/** Assigns a global. */
export function stepSetGlobal(run: Run, state: State, step: Step<"setGlobal">): Flow {
  emit(
    run,
    state,
    { op: "setGlobal", name: step.name, value: lift(run, state, read(state, step.value)), origin: step.origin },
    true,
  );
  run.session.forgetFields(state);
  return "next";
}

/** A variable that may be in its dead zone. */
export function stepCheckInit(run: Run, state: State, step: Step<"checkInit">): Flow {
  return top(state).slots.get(step.slot) === undefined ? deadZone(run, state, step.name, step.origin) : "next";
}

/** An error that lower has found the code to throw. */
export function stepThrowError(run: Run, state: State, step: Step<"throwError">): Flow {
  return raise(run, state, run.session.newError(state, step.error, step.message), step.origin);
}
