/**
 * Names that a function, with the functions inside of it, uses from outside of all of them: module bindings, globals, and
 * what occurs free in syntax that stays as it is. Nothing of ours may be called so where these are used.
 */
import type { FunctionId, Instruction, IrModule } from "../ir/types.ts";
import { freeNames } from "./freeNames.ts";
import { functionsIn } from "./functionsIn.ts";
import type { t } from "../syntax/babel.ts";

export function usedNames(module: IrModule): (func: FunctionId) => ReadonlySet<string> {
  const known = new Map<FunctionId, ReadonlySet<string>>();
  const namesOf = (id: FunctionId): ReadonlySet<string> => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const names = new Set<string>();
    known.set(id, names);
    const fn = module.functions[id]!;
    if (fn.opaque !== null) {
      const captured = new Set(fn.captures.map((c) => c.name));
      for (const name of freeNames(fn.syntax as t.Node)) if (!captured.has(name)) names.add(name);
      return names;
    }
    for (const block of fn.blocks) {
      for (const step of block.instructions) {
        for (const name of namesIn(step)) names.add(name);
        for (const inner of functionsIn(step)) for (const used of namesOf(inner)) names.add(used);
      }
    }
    return names;
  };
  return namesOf;
}

function namesIn(step: Instruction): readonly string[] {
  switch (step.op) {
    case "getBinding":
    case "setBinding":
    case "getGlobal":
    case "typeofGlobal":
    case "setGlobal":
      return [step.name];
    case "throwError":
      return [step.error];
    case "requireObject":
      return ["TypeError"];
    case "call":
      return ["Reflect"];
    case "unary":
      if (step.operator === "toThis") return ["Object", "globalThis"];
      return step.operator === "toPropertyKey" ? ["Reflect"] : [];
    case "objectRest":
      return ["Object", "Reflect"];
    case "iterOpen":
      return ["Symbol", "Object", "TypeError", "Reflect"];
    default:
      return [];
  }
}
