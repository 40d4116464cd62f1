import type { FunctionId, Instruction } from "../ir/types.ts";

/** Functions that an instruction makes closures of. */
export function functionsIn(step: Instruction): FunctionId[] {
  if (step.op === "closure") return [step.func];
  if (step.op !== "class") return [];
  const refs = [step.definition.constructorFunction, ...step.definition.members.map((m) => m.closure)];
  return refs.flatMap((ref) => (ref === null ? [] : [ref.func]));
}
