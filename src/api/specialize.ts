/**
 * `specialize(fn, statics)` as it runs when no plugin has replaced it: partial application. So a program means the same
 * with the plugin and without it.
 */
import type { AnyFunction } from "./declarationTypes.ts";
import { hasHole } from "./dynamic.ts";
import { parameterNames } from "./parameterNames.ts";
import type { ResidualOf, StaticsFor } from "./residualTypes.ts";

/**
 * A version of `fn` for these static values; it takes the other parameters, in order.
 *
 * `statics` are given by name, `{ n: 3 }`, or by position, `[3, dynamic()]`. A parameter whose value has a hole in it
 * (`dynamic()`) stays a parameter: the caller passes the whole value, of which the rest is as promised.
 */
export function specialize<F extends AnyFunction, const N extends object>(
  fn: F,
  statics: StaticsFor<F, N>,
): ResidualOf<F, N> {
  if (typeof fn !== "function") throw new TypeError("specialize: the first argument is not a function");
  if (typeof statics !== "object" || statics === null) {
    throw new TypeError("specialize: the static values are neither an object by name nor an array by position");
  }
  const fixed = Array.isArray(statics) ? fixedByPosition(statics) : fixedByName(fn, statics);
  const leading = fn.call === Function.prototype.call ? fixed.leading() : null;
  const residual =
    (leading === null ? null : applied(fn, leading)) ??
    function (this: unknown, ...args: unknown[]): unknown {
      return Reflect.apply(fn, this, fixed.complete(args));
    };
  Object.defineProperty(residual, "name", { value: fn.name, configurable: true });
  Object.defineProperty(residual, "length", { value: fixed.remaining(fn.length), configurable: true });
  return residual as ResidualOf<F, N>;
}

/** What most programs ask for, in a form that engines call without making a list of the arguments; null: it is something else. */
function applied(fn: AnyFunction, known: readonly unknown[]): AnyFunction | null {
  const [a, b] = known;
  if (known.length === 1)
    return function (this: unknown, ...args: unknown[]): unknown {
      return fn.call(this, a, ...args);
    };
  if (known.length === 2)
    return function (this: unknown, ...args: unknown[]): unknown {
      return fn.call(this, a, b, ...args);
    };
  return null;
}

/** The arguments that are known, by position; those of a rest parameter at the end. */
class FixedArguments {
  constructor(
    private readonly known: ReadonlyMap<number, unknown>,
    /** where known values for the rest parameter begin, and the values */
    private readonly rest: { readonly from: number; readonly values: readonly unknown[] } | null,
  ) {}

  remaining(length: number): number {
    let count = 0;
    for (let index = 0; index < length; index++) if (!this.known.has(index)) count++;
    return count;
  }

  /** The known arguments, if they are the first ones; null: they are not. */
  leading(): readonly unknown[] | null {
    const { known, rest } = this;
    const values = Array.from({ length: known.size }, (_, index) => known.get(index));
    return rest === null && values.every((_, index) => known.has(index)) ? values : null;
  }

  complete(args: readonly unknown[]): unknown[] {
    const all: unknown[] = [];
    const last = Math.max(-1, ...this.known.keys());
    let next = 0;
    for (let index = 0; this.wants(index, last, args.length - next); index++) {
      all.push(this.known.has(index) ? this.known.get(index) : args[next++]);
    }
    return this.rest === null ? all : [...all, ...this.rest.values];
  }

  private wants(index: number, last: number, left: number): boolean {
    return this.rest === null ? index <= last || left > 0 : index < this.rest.from;
  }
}

function fixedByPosition(statics: readonly unknown[]): FixedArguments {
  const known = new Map<number, unknown>();
  for (let index = 0; index < statics.length; index++) {
    if (index in statics && !hasHole(statics[index])) known.set(index, statics[index]);
  }
  return new FixedArguments(known, null);
}

function fixedByName(fn: AnyFunction, statics: object): FixedArguments {
  const names = parameterNames(fn);
  if (names === null) {
    throw new TypeError(
      `specialize: the parameter names of ${describe(fn)} cannot be read; give its static values by position, [3, dynamic()]`,
    );
  }
  const known = new Map<number, unknown>();
  let rest: { from: number; values: readonly unknown[] } | null = null;
  for (const [name, value] of Object.entries(statics)) {
    const index = names.findIndex((parameter) => parameter.name === name);
    const parameter = names[index];
    if (parameter === undefined)
      throw unknownParameter(
        fn,
        name,
        names.map((known) => known.name),
      );
    if (hasHole(value)) continue;
    if (!parameter.rest) known.set(index, value);
    else if (Array.isArray(value)) rest = { from: index, values: value };
    else throw new TypeError(`specialize: ...${name} of ${describe(fn)} takes an array`);
  }
  return new FixedArguments(known, rest);
}

function unknownParameter(fn: AnyFunction, name: string, names: readonly (string | null)[]): TypeError {
  const listed = names.map((known) => known ?? "(a pattern)").join(", ");
  const has = names.length === 0 ? "it has none" : `it has: ${listed}`;
  return new TypeError(`specialize: ${describe(fn)} has no parameter "${name}"; ${has}`);
}

function describe(fn: AnyFunction): string {
  return fn.name === "" ? "the function" : fn.name;
}
