/**
 * Evaluates the program's modules in order, as the specializer evaluates everything: what is static is computed, calls to
 * the outside are dynamic. Afterwards the objects made are the world. Calls of `specialize` are collected on the way.
 *
 * A module whose evaluation cannot be followed leaves its bindings dynamic; its functions are known all the same.
 */
import { runWithin } from "../base/exhausted.ts";
import type { IrModule } from "../ir/types.ts";
import { drain, runPath } from "./control.ts";
import { bindExports, environmentOf, isStarted } from "./commonJs.ts";
import { forgetImported } from "./forgetImported.ts";
import type { HeapObject } from "./heap.ts";
import { dataProperty } from "./heap.ts";
import { instantiateModule } from "./instantiateModule.ts";
import { instantiateModules } from "./instantiateModules.ts";
import { isQuiet } from "./isQuiet.ts";
import { asBailout, Bailout } from "./limits.ts";
import { mergeExits } from "./mergeExits.ts";
import { pushFrame } from "./pushFrame.ts";
import type { Machine } from "./run.ts";
import { Run } from "./run.ts";
import type { Session, Site } from "./session.ts";
import type { State } from "./state.ts";
import { enterCommonJs, failedIn } from "./stepRequire.ts";
import type { Value } from "./values.ts";
import { UNDEFINED, dynamic } from "./values.ts";
import { changedBySetup } from "./changedBySetup.ts";
import { noteCodeThatStays } from "./stays/codeThatStays.ts";
import { Decisions } from "./decisions.ts";
import { Restart } from "./versions.ts";
import type { World } from "./world.ts";

/** Fills the world from the module graph. */
export function evaluateModules(session: Session, machine: Machine): void {
  session.evaluating = true;
  const { order, roots, module } = session.world.source;
  const instantiated = instantiateModules(session);
  // A module may take half of the time that is left: something is left for those behind it, which need not be to blame.
  const end = performance.now() + session.limits.time;
  const within = (file: string, begin: Begin): void =>
    runWithin((end - performance.now()) / 2, () => evaluateModule(session, machine, file, begin));
  for (const file of order) if (module(file)?.kind !== "esm") within(file, topLevel(session, file, 0));
  for (const file of roots) {
    const kind = module(file)?.kind;
    if (kind === "esm") within(file, topLevel(session, file, instantiated.get(file) ?? 0));
    else if (kind === "cjs" && !session.unfollowed.has(file) && !isStarted(session.world, session.world.store(), file))
      within(file, (run, state) => enterCommonJs(run, state, file, { kind: "exit" }));
  }
  session.evaluating = false;
  // whoever has the object may convert it, and nobody sees that: `JSON.stringify(date)` calls the date's own `toISOString`
  for (const address of session.world.calledUnseen)
    if (session.world.get(address) !== undefined) noteCodeThatStays(session, session.world.store(), address);
}

/** Begins an evaluation: pushes the frame of what is evaluated. */
type Begin = (run: Run, state: State) => void;

/** A module's code behind what is done, but for cjs, where it only makes the function that a `require` calls. */
function topLevel(session: Session, file: string, done: number): Begin {
  return (run, state) => {
    const { opaque } = session.program.code(file, 0).ir;
    if (opaque !== null) throw new Bailout(opaque.reason, opaque.origin);
    const code = { code: session.program.code(file, 0), captures: [], home: null, fields: null, isClass: false };
    const result = { kind: "exit" } as const;
    const frame = pushFrame(run, state, {
      self: null,
      code,
      receiver: UNDEFINED,
      args: [],
      newTarget: UNDEFINED,
      result,
      key: file,
    });
    frame.ip = done;
  };
}

function evaluateModule(session: Session, machine: Machine, file: string, begin: Begin): void {
  const module = session.world.source.module(file);
  if (module === null) return;
  for (;;) {
    const sites = session.sites.length;
    try {
      const run = follow(session, machine, `module ${file}`, begin);
      const final = endOfModule(session, run, sites);
      noteQuiet(session, run, final, file);
      bindExports(session.world, final.store);
      settle(session.world, final);
      return;
    } catch (error) {
      const bailout = asBailout(error);
      if (bailout === null) throw error;
      const inner = failedIn(session, bailout, file);
      // what it requires itself has been loaded on the way, and is not known any more either
      const required = inner !== null && session.world.source.module(inner)?.dependencies.length === 0 ? inner : null;
      const failed = required ?? file;
      session.bailouts.push({ label: `module ${failed}`, reason: bailout.reason, origin: bailout.origin });
      session.sites.length = sites;
      session.unfollowed.add(failed);
      if (required !== null) continue;
      forgetImported(session, file);
      return leaveDynamic(session, file, module.ir);
    }
  }
}

/** Files the modules that were evaluated, the cjs ones among them that were required for the first time, if that is quiet. */
function noteQuiet(session: Session, run: Run, final: State, file: string): void {
  const { world, quiet } = session;
  const evaluated = world.source.order.filter(
    (other) =>
      world.source.module(other)?.kind === "cjs" &&
      isStarted(world, final.store, other) &&
      !isStarted(world, world.store(), other),
  );
  if (world.source.module(file)?.kind !== "cjs") evaluated.push(file);
  const own = new Set(evaluated.map((one) => environmentOf(world, one)));
  if (isQuiet(run, final, own)) for (const one of evaluated) quiet.add(one);
}

/** as often evaluation goes back, or begins again */
const MOST_RETURNS = 200;

/**
 * Follows what `begin` starts to all its ends. Whenever a decision has been filed it goes back to before that mattered, or
 * begins again, as specialization does.
 */
function follow(session: Session, machine: Machine, label: string, begin: Begin): Run {
  const decisions = new Decisions();
  const sites = session.sites.length;
  let made: Run | null = null;
  for (let n = 0; n < MOST_RETURNS; n++)
    try {
      made ??= started(session, new Run(session, machine, decisions, label), begin);
      drain(made);
      return made;
    } catch (error) {
      if (!(error instanceof Restart)) throw error;
      if (session.manner.rewinds && made?.rewind(error.about) === true) continue;
      made = null;
      session.sites.length = sites;
    }
  throw new Bailout(`evaluating ${label} does not settle`);
}

/** The first path, to its end. */
function started(session: Session, run: Run, begin: Begin): Run {
  const state: State = {
    frames: [],
    store: session.world.storeToAdopt(),
    region: null,
    block: run.newBlock(null),
    fields: new Map(),
    tests: new Map(),
  };
  begin(run, state);
  run.onExit = (s): void => {
    run.exits.push(s);
  };
  runPath(run, state);
  return run;
}

/** The state that a module's evaluation ends in; `sites`: how many there were before. */
function endOfModule(session: Session, run: Run, sites: number): State {
  const [exit, ...others] = run.exits;
  const cause = run.firstFork;
  if (exit === undefined || others.length > 32 || hasTwice(session.sites.slice(sites)))
    throw outcomeUnclear("the module's evaluation", run);
  return cause === null || others.length === 0
    ? exit
    : mergeExits(exit, others, cause, (address) => session.world.handOut(address));
}

/** Two ways lead through one site, each with values of its own. */
function hasTwice(sites: readonly Site[]): boolean {
  return new Set(sites.map(({ origin }) => `${origin.file}:${origin.line}:${origin.column}`)).size < sites.length;
}

/** Calls a function of the program at specialization time; what it makes becomes part of the world. */
export function evaluateCall(session: Session, machine: Machine, fn: Value, args: readonly Value[]): Value {
  const object = fn.kind === "object" ? session.world.get(fn.address) : undefined;
  if (object?.code === undefined || object.code === null || fn.kind !== "object")
    throw new Bailout("the function that sets a context up is not known");
  const { code } = object;
  session.evaluating = true;
  try {
    const run = follow(session, machine, code.code.ir.name, (at, state) =>
      pushFrame(at, state, {
        self: fn.address,
        code,
        receiver: UNDEFINED,
        args,
        newTarget: UNDEFINED,
        result: { kind: "exit" },
        key: "context",
      }),
    );
    const [exit] = run.exits;
    const [result] = run.returns;
    if (exit === undefined || result === undefined || run.exits.length > 1)
      throw outcomeUnclear("setting a context up", run);
    changedBySetup(session.world, exit.store);
    settle(session.world, exit);
    return result;
  } finally {
    session.evaluating = false;
  }
}

/** Evaluation ends in no way, or in several: what it throws, or what the first test asked that nobody can answer. */
function outcomeUnclear(what: string, run: Run): Bailout {
  if (run.exits.length > 1) {
    const test = run.firstFork;
    const asked = test === null ? "" : `: it depends on ${test.what}`;
    return new Bailout(`${what} has more than one outcome${asked}`, test?.origin);
  }
  const thrown = run.blocks.map(({ terminator }) => terminator).find((end) => end?.op === "throw");
  return new Bailout(`${what} throws`, thrown?.origin);
}

/** What evaluation left behind becomes the base; what it could not follow is unknown there. */
function settle(world: World, final: State): void {
  for (const address of final.store.overlaid()) {
    const object = final.store.get(address);
    if (object.residence.kind === "residual" && object.kind !== "function") blank(world, final, address);
    else {
      const edited = final.store.edit(address);
      if (object.residence.kind === "residual") edited.residence = { kind: "virtual" };
      forgetTemps(edited);
    }
  }
  world.adopt(final.store);
}

/** Temporaries mean nothing outside of the run that made them. */
function forgetTemps(object: HeapObject): void {
  const plain = <T extends Value | null | undefined>(value: T): T =>
    value?.kind === "dynamic" ? (dynamic(-1, value.cause, value.fact) as T) : value;
  for (const [key, property] of object.properties)
    object.properties.set(key, { ...property, value: plain(property.value) });
  if (object.elements !== null) object.elements = object.elements.map(plain);
  if (object.entries !== null)
    object.entries = object.entries.map(([key, value]): readonly [Value, Value] => [plain(key), plain(value)]);
  if (object.code !== null) object.code = { ...object.code, captures: object.code.captures.map(plain) };
}

/** An object that was handed to code nobody sees: nothing is known of it, nor of what it will hold. */
function blank(world: World, final: State, address: number): void {
  world.handOut(address);
  const object = final.store.edit(address);
  object.residence = { kind: "virtual" };
  const unknown: Value = dynamic(-1, { what: "an object that was handed to code outside of the program" });
  for (const [key] of object.properties) object.properties.set(key, dataProperty(unknown));
  if (object.elements !== null) object.elements = object.elements.map(() => unknown);
}

/**
 * The functions that the module declares are known, but for those that it assigns; everything else it binds is not. It may
 * have given them properties, or a prototype with methods.
 */
function leaveDynamic(session: Session, file: string, { bindings }: IrModule): void {
  const store = session.world.store();
  const environment = session.world.environment(file);
  if (environment === null) return;
  instantiateModule(session, store, file);
  const { properties } = store.edit(environment);
  for (const [name, { kind, reassigned }] of bindings) {
    const known = properties.get(name)?.value;
    if (known?.kind === "object" && kind === "function") session.world.handOut(known.address);
    if (kind === "import" || (kind === "function" && !reassigned && known?.kind === "object")) continue;
    const cause = { what: `the variable ${name}: its module could not be evaluated` };
    properties.set(name, dataProperty(dynamic(-1, cause)));
  }
  session.world.adopt(store);
}
