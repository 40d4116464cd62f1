/**
 * A function that is needed at run time as it is: its generic code becomes part of the output, with the variables it
 * captured lifted and the module's names referred to from the target file. What has no name there comes with it: constants,
 * and functions that are only called.
 *
 * Needs: the modules have been evaluated. Promises: the same behaviour as the closure it stands for; only its identity is
 * new. Refused: names for anything else that the target cannot see, and for variables that somebody assigns.
 *
 *   const LIMIT = 3; const short = (x) => x.slice(0, LIMIT); export const all = (xs) => xs.map((x) => short(x))
 *   =>  const short = (x) => x.slice(0, 3);  xs.map((x) => short(x))
 */
import { operandsOf } from "../ir/operands.ts";
import type { ClosureRef, Instruction, IrFunction, Operand, Slot } from "../ir/types.ts";
import { checkedWrite } from "./checkedSteps.ts";
import type { FunctionCode, HeapObject } from "./heap.ts";
import { CONFIGURABLE } from "./heap.ts";
import { Bailout } from "./limits.ts";
import type { Code } from "./program.ts";
import type { Run } from "./run.ts";
import type { Session } from "./session.ts";
import { noteCodeThatStays } from "./stays/codeThatStays.ts";
import type { Address, Value } from "./values.ts";
import { UNDEFINED } from "./values.ts";

type GetBinding = Extract<Instruction, { op: "getBinding" }>;

/** The id of the copied function in the output and the operands for its captures. */
export function copyGeneric(
  run: Run,
  code: FunctionCode | null,
  liftValue: (value: Value) => Operand,
  /** null: its own */
  name: string | null = null,
): { func: number; captures: Operand[] } {
  if (code === null || code.isClass) throw new Bailout("a class made during specialization is needed at run time");
  const func = copyCode(run.session, run, code.code, new Map());
  const made = run.session.functions[func];
  if (name !== null && made !== undefined) run.session.functions[func] = { ...made, name };
  return { func, captures: code.captures.map((c) => liftValue(c ?? UNDEFINED)) };
}

function copyCode(
  session: Session,
  run: Run,
  code: Code,
  made: Map<number, number>,
  reserved: number | null = null,
): number {
  const known = made.get(code.ir.id);
  if (known !== undefined) return known;
  if (code.ir.opaque !== null && code.file !== session.target)
    throw new Bailout(
      `${code.ir.name === "" ? "a function" : code.ir.name} (${code.ir.opaque.reason}) would have to be copied from another file`,
    );
  const id = reserved ?? session.reserve();
  made.set(code.ir.id, id);
  const closure = (ref: ClosureRef): ClosureRef => ({
    func: copyCode(session, run, run.program.code(code.file, ref.func), made),
    captures: ref.captures,
  });
  const copy = (at: Instruction): Instruction => {
    switch (at.op) {
      case "closure":
        return { ...at, ...closure(at) };
      case "class":
        return {
          ...at,
          definition: {
            ...at.definition,
            constructorFunction:
              at.definition.constructorFunction === null ? null : closure(at.definition.constructorFunction),
            members: at.definition.members.map((m) =>
              m.kind === "field"
                ? { ...m, closure: m.closure === null ? null : closure(m.closure) }
                : { ...m, closure: closure(m.closure) },
            ),
          },
        };
      case "getBinding":
      case "setBinding": {
        const copied = at.op === "getBinding" ? copyBinding(session, run, code, at) : null;
        if (copied !== null) return copied;
        const name = session.referToBinding(code.file, at.name);
        if (name === null || (at.op === "setBinding" && code.file !== session.target))
          throw new Bailout(
            `${at.name} is private to ${code.file}; export it to specialize code that needs it`,
            at.origin,
          );
        return { ...at, name };
      }
      case "unary":
        if (at.operator === "toThis" && !session.knowledge.assume.builtins)
          throw new Bailout(
            "`this` of sloppy code is converted by Object, which may not be the original one",
            at.origin,
          );
        return at;
      default:
        return at;
    }
  };
  const slots = [...code.ir.slots];
  const isChecked = session.knowledge.isChecked && !code.ir.strict;
  const written = (at: Instruction): Instruction[] =>
    isChecked && (at.op === "setProp" || at.op === "deleteProp")
      ? checkedWrite(session, at, () => slots.push({ kind: "temporary" }) - 1)
      : [copy(at)];
  const fn: IrFunction = {
    ...code.ir,
    id,
    parent: null,
    blocks: code.ir.blocks.map((b) => ({ ...b, instructions: b.instructions.flatMap(written) })),
    slots,
  };
  session.functions[id] = fn;
  return id;
}

/**
 * The instruction in a copy for a name that the target cannot see: what it stands for, if that is a constant or a function
 * of the module. The function is copied once for all residuals of the target. Null: it is something else, or has a name.
 */
function copyBinding(session: Session, run: Run, code: Code, at: GetBinding): Instruction | null {
  const { file } = code;
  if (session.evaluating || session.referToBinding(file, at.name) !== null) return null;
  const value = session.valueKept(file, at.name);
  if (value?.kind === "const") return { ...at, op: "copy", value: { value: value.value } };
  if (value?.kind !== "object") return null;
  const object = session.world.get(value.address);
  if (object?.code === null || object?.code === undefined || !isOnlyCode(session, value.address, object)) return null;
  if (object.code.code.ir.kind !== "arrow" && !isOnlyCalled(code.ir, at.dst)) return null;
  noteCodeThatStays(session, session.world.store(), value.address);
  const id = copyOnce(session, run, value.address, object.code.code);
  return { ...at, name: session.nameOf({ kind: "function", id, name: at.name }) };
}

/** Functions that call each other have their ids before they are copied; if one cannot be, none that came with it is. */
function copyOnce(session: Session, run: Run, address: Address, code: Code): number {
  const { copied } = session;
  const known = copied.get(address);
  if (known !== undefined) return known;
  const id = session.reserve();
  copied.set(address, id);
  try {
    return copyCode(session, run, code, new Map(), id);
  } catch (error) {
    for (const [one, its] of copied) if (its >= id) copied.delete(one);
    throw error;
  }
}

/** Nothing is known or kept of the function but what it does: it captured nothing, and nobody gave it a property. */
function isOnlyCode(
  session: Session,
  address: Address,
  { code, builtin, extensible, properties }: HeapObject,
): boolean {
  if (code === null || builtin !== null || code.isClass || code.captures.length > 0 || code.home !== null) return false;
  const { kind, thisSlot, argumentsSlot, newTargetSlot } = code.code.ir;
  const isOwn = thisSlot === null && argumentsSlot === null && newTargetSlot === null;
  if (kind !== "function" && !(kind === "arrow" && isOwn)) return false;
  const isNamed = [...properties].every(([key, { flags }]) => key === "name" && flags === CONFIGURABLE);
  return extensible && isNamed && !session.changesKeys(address) && !session.isMutable(address, "name");
}

/** Of a function that is called only nobody asks which one it is: not for its `prototype`, nor for what is an instance of it. */
function isOnlyCalled(ir: IrFunction, slot: Slot): boolean {
  return ir.blocks.every(
    ({ instructions, terminator }) =>
      !operandsOf(terminator).includes(slot) &&
      instructions.every(
        (step) =>
          !operandsOf(step).includes(slot) ||
          (step.op === "call" && step.callee === slot && operandsOf(step).filter((one) => one === slot).length === 1),
      ),
  );
}
