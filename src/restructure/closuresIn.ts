import type { FunctionId } from "../ir/types.ts";
import type { Operation, Tree } from "./tree.ts";

/** A function made by a closure or class instruction, with its captures as operands. */
export interface MadeFunction {
  readonly func: FunctionId;
  readonly captures: readonly Tree[];
}

/** The functions that an instruction makes: of a class the constructor first, then those of the members, null for none. */
export function closuresIn({ step, operands }: Operation): (MadeFunction | null)[] {
  if (step.op === "closure") return [{ func: step.func, captures: operands }];
  if (step.op !== "class") return [];
  const { definition } = step;
  let next = definition.superClass === null ? 0 : 1;
  const made: (MadeFunction | null)[] = [];
  const take = (ref: { readonly func: FunctionId; readonly captures: readonly unknown[] } | null): void => {
    if (ref === null) made.push(null);
    else {
      made.push({ func: ref.func, captures: operands.slice(next, next + ref.captures.length) });
      next += ref.captures.length;
    }
  };
  take(definition.constructorFunction);
  for (const member of definition.members) {
    if (member.key !== null && !(typeof member.key === "object" && "privateName" in member.key)) next++;
    take(member.closure);
  }
  return made;
}
