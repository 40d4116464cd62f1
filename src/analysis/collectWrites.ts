/**
 * Who may write a field: every write of the program by the name of its property, and the module-scope bindings whose
 * elements are changed. Writes of a constructor to its own `this` and writes while modules are evaluated are listed, but
 * do not count as changes while the program runs.
 */
import type { Instruction, IrFunction } from "../ir/types.ts";
import type { AnalysedProgram, Cause, WriteSite } from "./types.ts";

export interface ProgramWrites {
  readonly sites: ReadonlyMap<string, readonly WriteSite[]>;
  /** names of properties that are assigned while the program runs */
  readonly mutableKeys: ReadonlyMap<string, Cause>;
  /** `file\0name` of bindings whose elements are changed while the program runs */
  readonly mutableElements: ReadonlyMap<string, ElementWrite>;
}

interface ElementWrite {
  readonly cause: Cause;
  /** by a method of that name, which means what it says for arrays and collections only */
  readonly isMethod: boolean;
}

const MUTATORS: ReadonlySet<unknown> = new Set([
  "push",
  "pop",
  "shift",
  "unshift",
  "splice",
  "sort",
  "reverse",
  "fill",
  "set",
  "add",
  "delete",
  "clear",
  "copyWithin",
]);

export function collectWrites(program: AnalysedProgram): ProgramWrites {
  const sites = new Map<string, WriteSite[]>();
  const mutableKeys = new Map<string, Cause>();
  const mutableElements = new Map<string, ElementWrite>();
  for (const { file, ir } of program.modules.values())
    for (const func of ir.functions) {
      const bindings = new Map<number, string>();
      const methods = new Map<number, { binding: string; key: unknown }>();
      for (const block of func.blocks)
        for (const step of block.instructions) {
          const write = writeOf(step);
          if (write !== null) {
            const site: WriteSite = { code: { file, func: func.id }, key: write.key, origin: step.origin ?? null };
            sites.set(write.key, [...(sites.get(write.key) ?? []), site]);
            const cause: Cause = { what: `.${write.key} is assigned here`, origin: site.origin, from: null };
            if (isRunTime(func, write.object) && !mutableKeys.has(write.key)) mutableKeys.set(write.key, cause);
            const binding = typeof write.object === "number" ? bindings.get(write.object) : undefined;
            if (write.key === "*" && binding !== undefined && func.kind !== "module")
              mutableElements.set(binding, {
                cause: { ...cause, what: "an element is assigned here" },
                isMethod: false,
              });
          }
          noteBindings(program, file, func, step, bindings, methods, mutableElements);
        }
    }
  return { sites, mutableKeys, mutableElements };
}

function writeOf(step: Instruction): { key: string; object: unknown } | null {
  switch (step.op) {
    case "setProp":
    case "deleteProp":
      return { key: typeof step.key === "number" ? "*" : String(step.key.value), object: step.object };
    case "setPrivate":
      return { key: `#${step.name}`, object: step.object };
    default:
      return null;
  }
}

function isRunTime(func: IrFunction, object: unknown): boolean {
  if (func.kind === "module") return false;
  const isMaker = func.kind === "constructor" || func.kind === "derivedConstructor" || func.kind === "initializer";
  return !(isMaker && object === func.thisSlot);
}

/** Follows `binding.push` and `binding[i] =` inside a function. */
function noteBindings(
  program: AnalysedProgram,
  file: string,
  func: IrFunction,
  step: Instruction,
  bindings: Map<number, string>,
  methods: Map<number, { binding: string; key: unknown }>,
  mutableElements: Map<string, ElementWrite>,
): void {
  if (step.op === "getBinding") {
    const target = program.resolveBinding(file, step.name);
    if (target?.kind === "local") bindings.set(step.dst, `${target.file}\0${target.name}`);
  } else if (step.op === "copy" && typeof step.value === "number") {
    const binding = bindings.get(step.value);
    if (binding !== undefined) bindings.set(step.dst, binding);
  } else if (step.op === "getProp" && typeof step.object === "number" && typeof step.key !== "number") {
    const binding = bindings.get(step.object);
    if (binding !== undefined) methods.set(step.dst, { binding, key: step.key.value });
  } else if (step.op === "call" && typeof step.callee === "number" && func.kind !== "module") {
    const method = methods.get(step.callee);
    if (method !== undefined && MUTATORS.has(method.key) && !mutableElements.has(method.binding))
      mutableElements.set(method.binding, {
        cause: { what: `changed by .${String(method.key)} here`, origin: step.origin ?? null, from: null },
        isMethod: true,
      });
  }
}
