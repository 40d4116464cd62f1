/** What the lowering of a construct has at hand: the function being written, and the ways to lower its parts. */
import type { FunctionId, FunctionKind, IrFunction, Operand, RegionId, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import type { FunctionBuilder } from "./functionBuilder.ts";
import type { OpenBlock } from "./openBlock.ts";
import type { Binding, FunctionInfo, ScopeAnalysis } from "./scopes.ts";

export interface LowerOptions {
  /**
   * Fields of TypeScript classes without an initializer: "define" makes them own properties with the value undefined, as
   * ECMAScript says; "omit" leaves them out, as Babel 7's TypeScript preset does. Default: "define".
   */
  readonly uninitializedFields?: "define" | "omit";
}

/** A variable of an enclosing function, or what an arrow function takes from there. */
export type CaptureSource = Binding | "this" | "arguments" | "new.target";

export interface LoweredFunction {
  readonly id: FunctionId;
  /** what the closure must capture, in order */
  readonly captures: readonly CaptureSource[];
}

export interface PrivateScope {
  readonly brand: string;
  readonly names: ReadonlySet<string>;
}

export interface ModuleContext {
  readonly file: string;
  readonly options: LowerOptions;
  readonly analysis: ScopeAnalysis;
  readonly functions: (IrFunction | null)[];
  /** of the functions being lowered */
  readonly ids: Map<FunctionInfo, FunctionId>;
  /** classes around, innermost last */
  readonly privateScopes: PrivateScope[];
  /** counts classes and tagged templates */
  sites: number;
  lowerFunction(node: t.Node, name: string, kind: FunctionKind, parent: Context): LoweredFunction;
}

/** Where `break`, `continue` and `return` lead, innermost last. */
export type Control =
  | {
      readonly kind: "target";
      readonly labels: readonly string[];
      readonly breakTo: OpenBlock;
      readonly continueTo: OpenBlock | null;
      readonly isPlain: boolean;
    }
  | FinallyControl;

export interface FinallyControl {
  readonly kind: "finally";
  readonly finalizer: OpenBlock;
  /** number of the completion and its value */
  readonly how: Slot;
  readonly value: Slot;
  /** completions by number; 0 is normal, 1 is throw */
  readonly completions: Completion[];
}

export type Completion =
  | { readonly kind: "normal" }
  | { readonly kind: "throw" }
  | { readonly kind: "return" }
  | { readonly kind: "jump"; readonly target: Control & { kind: "target" }; readonly isContinue: boolean };

export interface Context {
  readonly module: ModuleContext;
  readonly info: FunctionInfo;
  readonly kind: FunctionKind;
  readonly build: FunctionBuilder;
  readonly control: Control[];
  /** labels of the statement about to be lowered */
  labels: string[];
  /** TypeScript's parameter properties, to be assigned when `this` exists */
  readonly parameterProperties: readonly t.Identifier[];

  /** The value of an expression; `dst` is where it may be put. */
  expression(node: t.Node, dst?: Slot): Operand;
  /** As `expression`; an anonymous function or class gets this name. */
  named(node: t.Node, name: string, dst?: Slot): Operand;
  /** For its effects alone. */
  effect(node: t.Node): void;
  /** Branches on its truth. */
  condition(node: t.Node, then: OpenBlock, otherwise: OpenBlock): void;
  statement(node: t.Node): void;
  /** The slot of a variable of this or (captured) an enclosing function; cells: of the cell. */
  slotOf(binding: Binding): Slot;
  bindingOf(slot: Slot): Binding | undefined;
  capture(source: CaptureSource): Slot;
}

/** An assignment target whose reference has been evaluated. */
export interface PreparedTarget {
  /** where one instruction may put the value directly */
  readonly slot: Slot | undefined;
  /** where the value may be put by steps: nobody can read it yet */
  readonly fresh: Slot | undefined;
  store(value: Operand): void;
}

/** The value of an expression, in `dst`. */
export function into(ctx: Context, node: t.Node, dst: Slot): void {
  ctx.build.copy(dst, ctx.expression(node, dst));
}

/** Runs `body` with `node` as the origin of what it emits. */
export function at<R>(ctx: Context, node: t.Node, body: () => R): R {
  const outer = ctx.build.at;
  ctx.build.at = node;
  const result = body();
  ctx.build.at = outer;
  return result;
}

/** `operand` as it is now, even if evaluating `later` assigns the variable it stands for. */
export function stable(ctx: Context, operand: Operand, ...later: readonly (t.Node | null | undefined)[]): Operand {
  if (typeof operand !== "number") return operand;
  const binding = ctx.bindingOf(operand);
  if (binding === undefined || !binding.reassigned) return operand;
  for (const node of later) {
    if (!node) continue;
    const span = ctx.module.analysis.spans.get(node);
    if (span !== undefined && !assignsWithin(binding, span.start, span.end)) continue;
    return ctx.build.compute(undefined, (dst) => ({ op: "copy", dst, value: operand }));
  }
  return operand;
}

/** As `stable`, for one of several values that are evaluated in order. */
export function stableAmong(ctx: Context, operand: Operand, nodes: readonly (t.Node | null)[], index: number): Operand {
  if (typeof operand !== "number" || ctx.bindingOf(operand)?.reassigned !== true) return operand;
  return stable(ctx, operand, ...nodes.slice(index + 1));
}

function assignsWithin(binding: Binding, start: number, end: number): boolean {
  let low = 0;
  let high = binding.writes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (binding.writes[middle]! < start) low = middle + 1;
    else high = middle;
  }
  return low < binding.writes.length && binding.writes[low]! <= end;
}

/** Runs `body` within a region. */
export function inRegion(ctx: Context, region: RegionId, body: () => void): void {
  const outer = ctx.build.region;
  ctx.build.region = region;
  body();
  ctx.build.region = outer;
}

export const UNDEFINED: Operand = { value: undefined };
