/**
 * Whether the program can see that a call of a regular expression is not made: `RegExp.$1`, `RegExp.lastMatch` and their
 * like say what the last match of the program was; and whether it can give an expression another pattern
 * (`expression.compile`).
 *
 * Algorithm: a look at the keys that are read, anywhere in the program, code that was not lowered included. `input` is a
 * field of many things: it counts where the module names `RegExp`; so do computed keys, of `RegExp` itself.
 */
import type { IrFunction } from "../ir/types.ts";
import type { ProgramSource } from "./program.ts";

export interface LegacyRegExp {
  readonly readsLast: boolean;
  readonly compiles: boolean;
}

const LAST = /^(\$[1-9_&+`']|lastMatch|lastParen|leftContext|rightContext)$/;
const found = new WeakMap<ProgramSource, LegacyRegExp>();

export function legacyRegExp(source: ProgramSource): LegacyRegExp {
  let known = found.get(source);
  if (known === undefined) {
    const functions = source.order.map((file) => source.module(file)?.ir.functions ?? []);
    known = {
      readsLast: functions.some((all) => all.some((fn) => readsLast(fn) || (namesRegExp(fn) && all.some(readsInput)))),
      compiles: functions.some((all) => all.some((fn) => keysOf(fn).includes("compile"))),
    };
    found.set(source, known);
  }
  return known;
}

/** Keys that a function reads, those that are computed left out. */
function keysOf({ blocks, opaque }: IrFunction): readonly string[] {
  const keys = blocks.flatMap(({ instructions }) =>
    instructions.flatMap((step) =>
      step.op === "getProp" && typeof step.key === "object" ? [String(step.key.value)] : [],
    ),
  );
  return [...keys, ...(opaque?.mentions?.properties ?? [])];
}

function readsLast(fn: IrFunction): boolean {
  return keysOf(fn).some((key) => LAST.test(key)) || computesKey(fn);
}

function readsInput(fn: IrFunction): boolean {
  return keysOf(fn).includes("input");
}

/** `RegExp[key]` */
function computesKey(fn: IrFunction): boolean {
  const steps = fn.blocks.flatMap(({ instructions }) => instructions);
  const named = new Set(steps.flatMap((step) => (step.op === "getGlobal" && step.name === "RegExp" ? [step.dst] : [])));
  return (
    named.size > 0 &&
    steps.some(
      (step) =>
        step.op === "getProp" &&
        typeof step.key !== "object" &&
        typeof step.object !== "object" &&
        named.has(step.object),
    )
  );
}

function namesRegExp({ blocks, opaque }: IrFunction): boolean {
  if (opaque?.mentions?.names.includes("RegExp") === true) return true;
  return blocks.some(({ instructions }) =>
    instructions.some((step) => step.op === "getGlobal" && step.name === "RegExp"),
  );
}
