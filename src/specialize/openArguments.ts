/**
 * The arguments of a call that spreads what only the run time knows, for code that is entered all the same: parameters are
 * taken off the front of a list that nobody else sees, and a rest parameter is what is left of it.
 *
 *   constructor(a, ...rest) { … }      super(n, ...list)       a is n, rest is list
 *                                      super(...list)          [a, ...rest] = list
 */
import type { Argument, IrFunction, Operand } from "../ir/types.ts";
import { emit } from "./emitInstruction.ts";
import { objectFact } from "./facts.ts";
import { read, readArguments } from "./frames.ts";
import { lift } from "./lift.ts";
import { newArray } from "./make.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import type { Value } from "./values.ts";
import { dynamic } from "./values.ts";

export interface OpenArguments {
  readonly args: readonly Value[];
  /** what the rest parameter holds; null: there is none */
  readonly rest: Value | null;
}

/** Null: the code counts its arguments. */
export function openArguments(run: Run, state: State, args: readonly Argument[], ir: IrFunction): OpenArguments | null {
  const known = readArguments(state, args);
  if (known !== null) {
    const rest = ir.rest === null ? null : newArray(run, state, known.slice(ir.params.length), `rest of ${ir.name}`);
    return { args: known, rest };
  }
  if (ir.argumentsSlot !== null) return null;
  const open = args.findIndex((_, i) => readArguments(state, args.slice(0, i + 1)) === null);
  const front = readArguments(state, args.slice(0, open)) ?? [];
  const missing = Math.max(ir.params.length - front.length, 0);
  const behind = front.slice(ir.params.length);
  if (missing === 0 && ir.rest === null) return { args: front, rest: null };
  const list = listOf(run, state, behind, args.slice(open));
  const cause = { what: "an argument of a call that spreads a dynamic list" };
  if (missing === 0) return { args: front, rest: dynamic(list, cause, objectFact) };
  const dsts = Array.from({ length: missing }, (_, i) => run.newTemp(ir.slots[ir.params[front.length + i] ?? 0]?.name));
  const rest = ir.rest === null ? null : run.newTemp(ir.slots[ir.rest]?.name);
  emit(run, state, { op: "arrayPattern", iterable: list, dsts, rest }, false);
  return {
    args: [...front, ...dsts.map((temp) => dynamic(temp, cause))],
    rest: rest === null ? null : dynamic(rest, cause, objectFact),
  };
}

/** What stands behind the arguments that are known, as one list. */
function listOf(run: Run, state: State, before: readonly Value[], args: readonly Argument[]): number {
  const [only] = args;
  const operandOf = (argument: Argument): Argument => {
    if (typeof argument !== "object" || !("spread" in argument)) return lift(run, state, read(state, argument));
    const operand: Operand = lift(run, state, read(state, argument.spread));
    return typeof operand === "number" ? { spread: operand } : operand;
  };
  if (before.length === 0 && args.length === 1 && typeof only === "object" && "spread" in only) {
    const operand = lift(run, state, read(state, only.spread));
    if (typeof operand === "number") return operand;
  }
  const temp = run.newTemp();
  const elements = [...before.map((value) => lift(run, state, value)), ...args.map(operandOf)];
  emit(run, state, { op: "array", dst: temp, elements }, false);
  return temp;
}
