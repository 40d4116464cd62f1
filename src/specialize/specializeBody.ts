/**
 * Makes one residual function: pushes the frame of the generic function with its static arguments, specializes until the
 * queue is empty, and goes back whenever a decision has been filed: to where it was first looked at, or to the beginning.
 * Both give the same, since specialization is deterministic. Ends: decisions only go one way and are finite in number
 * below the limits.
 */
import type { IrFunction, Origin } from "../ir/types.ts";
import { anyFact } from "../semantics/numberFacts.ts";
import { drain, runPath } from "./control.ts";
import { entryArguments, type ArgumentsTail } from "./entryArguments.ts";
import { objectFact } from "./facts.ts";
import { figuresOf } from "./figures.ts";
import { finishResidual } from "./finishResidual.ts";
import type { FunctionCode, Store } from "./heap.ts";
import { knowParts } from "./knownFields.ts";
import { Bailout } from "./limits.ts";
import { makeArgument } from "./makeArgument.ts";
import { pushFrame } from "./pushFrame.ts";
import type { Machine } from "./run.ts";
import { Run } from "./run.ts";
import type { Session } from "./session.ts";
import type { SharedArgument } from "./sharedArgument.ts";
import type { ResidualBlock, State } from "./state.ts";
import type { Address, Temp, Value } from "./values.ts";
import { UNDEFINED, dynamic, sameValueRef } from "./values.ts";
import type { Decisions } from "./decisions.ts";
import { Restart } from "./versions.ts";

export interface BodyRequest {
  readonly id: number;
  readonly label: string;
  /** tells residual functions apart from one round to the next */
  readonly key: string;
  readonly store: Store;
  readonly self: Address | null;
  readonly code: FunctionCode;
  readonly receiver: SharedArgument;
  readonly args: readonly SharedArgument[];
  /** a dynamic receiver is the first parameter; else it is `this` */
  readonly receiverIsParam: boolean;
  /** the rest parameter of the generic function stays one; else it is made of the arguments behind the parameters */
  readonly keepsRest: boolean;
  /** what ends the `arguments` of the generic function; null: it has just the arguments of the request */
  readonly argumentsTail: ArgumentsTail | null;
}
export interface Body {
  readonly fn: IrFunction;
  /** the static value that every return gives, if there is one */
  readonly result: Value | null;
  readonly decisions: Decisions;
  /** live objects in the order of the function's captures */
  readonly captured: readonly Address[];
  readonly stats: Readonly<
    Record<"versions" | "points" | "restarts" | "steps" | "differences" | "staticControl" | "partlyStatic", number>
  >;
}

/** The residual function of a request. Throws Bailout when there is none. */
export function specializeBody(session: Session, machine: Machine, request: BodyRequest): Body {
  const decisions = session.learned.decisionsFor(request.key);
  let made: Started | null = null;
  for (let restarts = 0; restarts <= session.limits.restarts; restarts++) {
    try {
      made ??= start(session, new Run(session, machine, decisions, request.label), request);
      drain(made.run);
      return finish(session, made, request, restarts);
    } catch (error) {
      const goesOn = error instanceof Restart && session.manner.rewinds && made?.run.rewind(error.about) === true;
      if (goesOn) continue;
      made = null;
      if (error instanceof Bailout && leaveInnermost(session, error)) continue;
      if (!(error instanceof Restart)) throw error;
    }
  }
  throw new Bailout("specialization was started again too often", request.code.code.ir.origin);
}

/**
 * The innermost unfolded call of a function that has a name stays a call from now on; false: there is none left, and the
 * whole function stays generic.
 */
function leaveInnermost(session: Session, error: Bailout): boolean {
  for (const { self, key } of (error.frames ?? []).slice(1).reverse()) {
    if (self === null || session.learned.left.has(key) || !session.names().has(self)) continue;
    session.learned.left.set(key, error.reason);
    return true;
  }
  return false;
}

/** A residual function whose first path has been followed. */
interface Started {
  readonly run: Run;
  readonly entry: ResidualBlock;
  readonly params: Temp[];
  readonly thisTemp: Temp | null;
  readonly rest: Temp | null;
  /** of the residual */
  readonly ownArguments: Temp | null;
}

function start(session: Session, run: Run, request: BodyRequest): Started {
  const ir = request.code.code.ir;
  const entry = run.newBlock(null);
  const state: State = {
    frames: [],
    store: request.store.fork(),
    region: null,
    block: entry,
    fields: new Map(),
    tests: new Map(),
  };
  const params: Temp[] = [];
  let thisTemp: Temp | null = null;
  const objects = new Map<number, Value>();
  const given = (argument: SharedArgument, name: string | undefined): Value => {
    if (argument.kind === "static") return argument.value;
    if (argument.kind === "again") return objects.get(argument.id) ?? UNDEFINED;
    if (argument.kind === "made") return makeArgument(run, state, argument, { name, objects, given });
    const temp = run.newTemp(name);
    params.push(temp);
    if (argument.parts !== undefined) knowParts(state, temp, argument.parts);
    return dynamic(temp, declaredCause(name, ir.origin), argument.fact, null, argument.declared);
  };
  let receiver: Value = UNDEFINED;
  if (request.receiver.kind === "static" || request.receiverIsParam) receiver = given(request.receiver, "self");
  else if (ir.thisSlot !== null) {
    thisTemp = run.newTemp();
    receiver = dynamic(thisTemp, declaredCause("this", ir.origin), anyFact);
  }
  const args = request.args.map((a, i) => given(a, nameOfParam(ir, i)));
  const key = `entry ${request.label}`;
  const frame = pushFrame(run, state, {
    self: request.self,
    code: request.code,
    receiver,
    args,
    newTarget: UNDEFINED,
    result: { kind: "exit" },
    key,
  });
  let rest: Temp | null = null;
  if (ir.rest !== null && request.keepsRest) {
    rest = run.newTemp(ir.slots[ir.rest]?.name);
    frame.slots.set(ir.rest, dynamic(rest, declaredCause(ir.slots[ir.rest]?.name, ir.origin), objectFact));
  }
  let ownArguments: Temp | null = null;
  if (ir.argumentsSlot !== null && request.argumentsTail !== null) {
    const temp = run.newTemp("others");
    if (request.argumentsTail === "own") ownArguments = temp;
    else rest = temp;
    const made = entryArguments(run, state, args, { tail: request.argumentsTail, temp });
    frame.slots.set(ir.argumentsSlot, dynamic(made, declaredCause("arguments", ir.origin), objectFact));
  }
  runPath(run, state);
  return { run, entry, params, thisTemp, rest, ownArguments };
}

function finish(
  session: Session,
  { run, entry, params, thisTemp, rest, ownArguments }: Started,
  request: BodyRequest,
  restarts: number,
): Body {
  const ir = request.code.code.ir;
  const fn = finishResidual(run, entry, request.id, {
    name: request.label,
    kind: "function",
    length: request.receiverIsParam
      ? params.length
      : request.args.filter(({ kind }, i) => kind === "dynamic" && i < ir.length).length,
    params,
    rest,
    thisTemp,
    ownArguments,
    captures: [...run.captured.values()].map((slot) => ({ slot, name: run.nameOf(slot) ?? "object", isCell: false })),
    origin: ir.origin,
  });
  session.live?.noteBroken(run.promisesWritten.values());
  const [first] = run.returns;
  const constant =
    first !== undefined &&
    (first.kind === "const" || (first.kind === "object" && session.world.get(first.address) !== undefined));
  const result = constant && run.returns.every((r) => sameValueRef(r, first)) ? first : null;
  const figures = figuresOf(run);
  return {
    fn,
    result,
    decisions: run.decisions,
    captured: [...run.captured.keys()],
    stats: {
      versions: [...run.versions.values()].reduce((n, v) => n + v.length, 0),
      points: run.versions.size,
      restarts,
      steps: run.steps,
      differences: figures.differences,
      staticControl: figures.staticControl,
      partlyStatic: figures.partlyStatic,
    },
  };
}

function nameOfParam(ir: IrFunction, i: number): string | undefined {
  const slot = ir.params[i];
  return slot === undefined ? undefined : ir.slots[slot]?.name;
}

function declaredCause(
  name: string | undefined,
  origin: Origin | undefined,
): { what: string; origin: Origin | undefined } {
  return { what: `parameter ${name ?? ""} is dynamic`, origin };
}
