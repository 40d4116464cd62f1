/**
 * A function that is needed at run time as it is: its generic code becomes part of the output, with the variables it
 * captured lifted and the module's names referred to from the target file.
 *
 * Needs: every module binding the code uses can be named from the target. Promises: the same behaviour as the closure it
 * stands for; only its identity is new.
 */
import type { ClosureRef, Instruction, IrFunction, Operand } from "../ir/types.ts";
import type { FunctionCode } from "./heap.ts";
import { Bailout } from "./limits.ts";
import type { Code } from "./program.ts";
import type { Run } from "./run.ts";
import type { Session } from "./session.ts";
import type { Value } from "./values.ts";
import { UNDEFINED } from "./values.ts";

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

function copyCode(session: Session, run: Run, code: Code, made: Map<number, number>): number {
  const known = made.get(code.ir.id);
  if (known !== undefined) return known;
  if (code.ir.opaque !== null && code.file !== session.target)
    throw new Bailout(
      `${code.ir.name === "" ? "a function" : code.ir.name} (${code.ir.opaque.reason}) would have to be copied from another file`,
    );
  const id = session.reserve();
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
  const fn: IrFunction = {
    ...code.ir,
    id,
    parent: null,
    blocks: code.ir.blocks.map((b) => ({ ...b, instructions: b.instructions.map(copy) })),
  };
  session.functions[id] = fn;
  return id;
}
