/**
 * In a build with `checkAssumptions`, operations inside of a residual about which something is assumed are done by a function
 * that looks whether it holds (babel-plugin-specialize/checks): writes of sloppy code (17), calls of functions declared
 * `Extern` with what they change (15). Everything else is looked at from around the residual (src/runtime/checkAssumptions.ts).
 *
 *   table.k = x   =>   writeProperty("main.cjs:3:1", table, "k", x)
 */
import type { Argument, Instruction, Operand, Origin, Slot } from "../ir/types.ts";
import type { ExternChange, Session } from "./session.ts";

type Write = Extract<Instruction, { op: "setProp" | "deleteProp" }>;
type CallStep = Extract<Instruction, { op: "call" }>;

/** A write of sloppy code: what stands for it. */
export function checkedWrite(session: Session, step: Write, newSlot: () => Slot): Instruction[] {
  const isSet = step.op === "setProp";
  const dst = isSet ? newSlot() : step.dst;
  const args: Operand[] = [{ value: placeText(step.origin) }, step.object, step.key];
  const check = isSet ? "writeProperty" : "deleteProperty";
  return callOf(session, check, dst, isSet ? [...args, step.value] : args, step.origin, newSlot);
}

/** A call of a function that is declared to change what is listed, and nothing else. */
export function checkedExtern(
  session: Session,
  step: CallStep,
  changes: readonly ExternChange[],
  newSlot: () => Slot,
): Instruction[] {
  const listed = changes.map(({ param, path }) => [param, ...path].join(".")).join(" ");
  const args = [{ value: placeText(step.origin) }, { value: listed }, step.callee, step.receiver, ...step.args];
  return callOf(session, "callExtern", step.dst, args, step.origin, newSlot);
}

function callOf(
  session: Session,
  name: string,
  dst: Slot,
  args: readonly Argument[],
  origin: Origin | undefined,
  newSlot: () => Slot,
): Instruction[] {
  const callee = newSlot();
  const reference = session.nameOf({ kind: "external", module: "babel-plugin-specialize/checks", name });
  return [
    { op: "getBinding", dst: callee, name: reference },
    { op: "call", dst, callee, receiver: { value: undefined }, args, origin },
  ];
}

function placeText(origin: Origin | undefined): string {
  if (origin === undefined) return "a place without a line";
  const name = origin.file.slice(Math.max(origin.file.lastIndexOf("/"), origin.file.lastIndexOf("\\")) + 1);
  return `${name}:${origin.line}:${origin.column + 1}`;
}
