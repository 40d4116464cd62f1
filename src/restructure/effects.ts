/**
 * What evaluating a tree may do and depend on, so that one can tell whether two evaluations may change places.
 *
 * `effect`: may run foreign code, throw, or change state. `state`: reads what an effect may change (cells, module
 * bindings). Slots are seen by nobody else, so only reads and writes of the same slot conflict; slots that are written
 * once do not count. Arithmetic on what may be an object is an effect (valueOf); on numbers it is none.
 */
import { keepTime } from "../base/exhausted.ts";
import { isPure } from "../ir/isPure.ts";
import type { Instruction, IrModule, Slot } from "../ir/types.ts";
import type { SlotFacts } from "./slotFacts.ts";
import { numericBinary, numericUnary } from "./slotFacts.ts";
import type { Tree } from "./tree.ts";
import { partsOf } from "./tree.ts";

export interface Effects {
  readonly effect: boolean;
  readonly state: boolean;
  /** changing slots read, and slots read that may still wait for being written out */
  readonly reads: readonly Slot[];
  readonly writes: readonly Slot[];
}

const none: Effects = { effect: false, state: false, reads: [], writes: [] };

/** Names bound nowhere that mean the built-ins: reading them has no effect. */
export const builtinNames: ReadonlySet<string> = new Set(
  (
    "undefined NaN Infinity globalThis Object Function Array String Number Boolean Symbol BigInt Math JSON Map Set WeakMap " +
    "WeakSet WeakRef Promise Proxy Reflect RegExp Date Error AggregateError EvalError RangeError ReferenceError SyntaxError " +
    "TypeError URIError ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array " +
    "Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array Atomics Intl parseInt " +
    "parseFloat isNaN isFinite encodeURIComponent decodeURIComponent encodeURI decodeURI"
  ).split(" "),
);

export class EffectsReader {
  readonly #known = new WeakMap<Tree, Effects>();

  constructor(
    private readonly module: IrModule,
    private readonly facts: SlotFacts,
  ) {}

  of(tree: Tree): Effects {
    const known = this.#known.get(tree);
    if (known !== undefined) return known;
    const found = this.#compute(tree);
    this.#known.set(tree, found);
    return found;
  }

  #compute(tree: Tree): Effects {
    switch (tree.kind) {
      case "constant":
        return none;
      case "slot":
        return { ...none, reads: [tree.slot] };
      case "operation":
        return unite(
          tree.operands.map((o) => this.of(o)),
          this.own(tree.step, tree.operands),
        );
      case "assign":
        return unite([this.of(tree.value)], { ...none, writes: [tree.slot] });
      case "update": {
        const calm = tree.target.kind === "slot" && this.isNumber(tree.target);
        return unite([this.of(tree.target)], {
          ...none,
          effect: !calm,
          writes: tree.target.kind === "slot" ? [tree.target.slot] : [],
        });
      }
      case "method":
      case "compound":
        return unite(
          partsOf(tree).map((p) => this.of(p)),
          { ...none, effect: true },
        );
      default:
        return unite(
          partsOf(tree).map((p) => this.of(p)),
          none,
        );
    }
  }

  /** What the instruction itself does once its operands are there. */
  own(step: Instruction, operands: readonly Tree[]): Effects {
    const level = this.#level(step, operands);
    return { ...none, effect: level === "effect", state: level === "state" };
  }

  #level(step: Instruction, operands: readonly Tree[]): "none" | "state" | "effect" {
    if (isPure(step)) return step.op === "getProp" || step.op === "call" ? "state" : "none";
    switch (step.op) {
      case "newCell":
        return "none";
      case "unary":
        return this.#unary(step.operator, operands[0]!) ? "none" : "effect";
      case "binary":
        return this.#binary(step.operator, operands[0]!, operands[1]!) ? "none" : "effect";
      case "getCell":
        return step.checked ? "effect" : "state";
      case "getBinding": {
        const binding = this.module.bindings.get(step.name);
        return binding?.kind === "function" && !binding.reassigned ? "none" : "state";
      }
      case "getGlobal":
        return builtinNames.has(step.name) ? "none" : "effect";
      case "typeofGlobal":
        return "state";
      default:
        return "effect";
    }
  }

  #unary(operator: string, value: Tree): boolean {
    if (operator === "!" || operator === "typeof" || operator === "isNullish" || operator === "toThis") return true;
    if (operator === "inc" || operator === "dec") return true; // what it steps has been converted
    if (operator === "toString" || operator === "toPropertyKey") return this.isPrimitive(value);
    return this.isNumber(value);
  }

  #binary(operator: string, left: Tree, right: Tree): boolean {
    if (operator === "===" || operator === "!==") return true;
    if (operator === "in" || operator === "instanceof") return false;
    if (operator === "==" || operator === "!=") {
      return isNullishConstant(left) || isNullishConstant(right) || (this.isPrimitive(left) && this.isPrimitive(right));
    }
    if (operator === "+" || operator.startsWith("<") || operator.startsWith(">")) {
      if (this.isString(left) && this.isString(right)) return !["<<", ">>", ">>>"].includes(operator);
    }
    return this.isNumber(left) && this.isNumber(right);
  }

  isNumber(tree: Tree): boolean {
    keepTime();
    if (tree.kind === "constant") return typeof tree.value === "number";
    if (tree.kind === "slot") return this.facts.isNumber[tree.slot] === true;
    if (tree.kind === "conditional") return this.isNumber(tree.then) && this.isNumber(tree.else);
    if (tree.kind === "update") return tree.target.kind === "slot" && this.isNumber(tree.target);
    if (tree.kind === "assign") return this.isNumber(tree.value);
    if (tree.kind !== "operation") return false;
    const { step, operands } = tree;
    if (step.op === "copy") return this.isNumber(operands[0]!);
    if (step.op === "unary")
      return step.operator === "+" || (numericUnary.has(step.operator) && this.isNumber(operands[0]!));
    if (step.op !== "binary") return false;
    return step.operator === ">>>" || (numericBinary.has(step.operator) && operands.every((o) => this.isNumber(o)));
  }

  isString(tree: Tree): boolean {
    if (tree.kind === "constant") return typeof tree.value === "string";
    if (tree.kind !== "operation") return false;
    const { step, operands } = tree;
    if (step.op === "template") return true;
    if (step.op === "unary") return step.operator === "typeof" || step.operator === "toString";
    return step.op === "binary" && step.operator === "+" && operands.some((o) => this.isString(o));
  }

  /** Not an object and not a symbol. */
  isPrimitive(tree: Tree): boolean {
    if (tree.kind === "constant" || tree.kind === "not") return true;
    if (tree.kind === "conditional") return this.isPrimitive(tree.then) && this.isPrimitive(tree.else);
    if (this.isNumber(tree) || this.isString(tree)) return true;
    if (tree.kind !== "operation") return false;
    if (tree.step.op === "typeofGlobal" || tree.step.op === "deleteProp") return true;
    return (
      tree.step.op === "binary" ||
      (tree.step.op === "unary" && !["toPropertyKey", "toThis"].includes(tree.step.operator))
    );
  }
}

function isNullishConstant(tree: Tree): boolean {
  return tree.kind === "constant" && (tree.value === null || tree.value === undefined);
}

export function unite(parts: readonly Effects[], last: Effects): Effects {
  const all = parts.filter((p) => p !== none);
  if (all.length === 0) return last;
  if (all.length === 1 && last === none) return all[0]!;
  all.push(last);
  return {
    effect: all.some((p) => p.effect),
    state: all.some((p) => p.state),
    reads: all.flatMap((p) => p.reads),
    writes: all.flatMap((p) => p.writes),
  };
}

/** May two evaluations change places? `guarded`: an exception of one may be caught by code that sees writes of slots. */
export function commute(a: Effects, b: Effects, guarded: boolean): boolean {
  if (a.effect && (b.effect || b.state)) return false;
  if (b.effect && a.state) return false;
  if (a.writes.length === 0 && b.writes.length === 0) return true;
  if (guarded && ((a.effect && b.writes.length > 0) || (b.effect && a.writes.length > 0))) return false;
  return !meets(a.writes, b.reads) && !meets(a.reads, b.writes) && !meets(a.writes, b.writes);
}

function meets(a: readonly Slot[], b: readonly Slot[]): boolean {
  if (a.length === 0 || b.length === 0) return false;
  return a.some((slot) => b.includes(slot));
}

export const noEffects: Effects = none;
