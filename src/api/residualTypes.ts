/**
 * The type of a residual. TypeScript does not let a type see the names of parameters, so for static values by name the
 * parameters they may stand for are told by the types of the values; where several readings are left, the residual may be
 * called by each of them.
 */
import type { AnyFunction } from "./declarationTypes.ts";

/** `N` itself, and a type error where no parameters of `F` take these values. */
export type StaticsFor<F extends AnyFunction, N extends object> = N &
  ([RemainingParameters<F, N>] extends [never] ? ValueOfWrongType : unknown);

interface ValueOfWrongType {
  readonly "no parameter takes a value of this type": never;
}

/** `F` without the parameters that `N` supplies. */
export type ResidualOf<F extends AnyFunction, N extends object> = ResidualFunction<
  F,
  RemainingParameters<F, N> extends infer Rest extends unknown[] ? Rest : never
>;

type ResidualFunction<F extends AnyFunction, Rest extends unknown[]> =
  unknown extends ThisParameterType<F>
    ? (...args: Rest) => ReturnType<F>
    : (this: ThisParameterType<F>, ...args: Rest) => ReturnType<F>;

type RemainingParameters<F extends AnyFunction, N extends object> = N extends readonly unknown[]
  ? WithoutPositions<Parameters<F>, N>
  : Simplest<WithoutNames<Parameters<F>, N, keyof N>>;

// ---- by position -------------------------------------------------------------------------------------------------

type WithoutPositions<P extends readonly unknown[], N extends readonly unknown[]> = N extends readonly [
  infer V,
  ...infer Values,
]
  ? P extends readonly []
    ? never
    : P extends readonly [_?: unknown, ...infer T]
      ? [Stays<V, P[0]>] extends [true]
        ? [...Head<P, T>, ...WithoutPositions<T, Values>]
        : Accepts<P[0], V> extends true
          ? WithoutPositions<T, Values>
          : never
      : V extends P[number]
        ? WithoutPositions<P, Values>
        : never
  : P;

// ---- by name -----------------------------------------------------------------------------------------------------

/** All readings: each key of N stands for one parameter that takes its value. */
type WithoutNames<P extends readonly unknown[], N extends object, Keys extends keyof N> = [Keys] extends [never]
  ? P
  : P extends readonly []
    ? never
    : number extends P["length"]
      ? OpenEnd<P, N, Keys>
      : P extends readonly [_?: unknown, ...infer T]
        ? { [K in Keys]: Supplied<P, T, N, Keys, K> }[Keys] | Kept<Head<P, T>, WithoutNames<T, N, Keys>>
        : never;

type Supplied<
  P extends readonly unknown[],
  T extends readonly unknown[],
  N extends object,
  Keys extends keyof N,
  K extends Keys,
> = [Stays<N[K], P[0]>] extends [true]
  ? Kept<Head<P, T>, WithoutNames<T, N, Exclude<Keys, K>>>
  : Accepts<P[0], N[K]> extends true
    ? WithoutNames<T, N, Exclude<Keys, K>>
    : never;

/** A rest parameter of unknown length, perhaps behind fixed ones. */
type OpenEnd<P extends readonly unknown[], N extends object, Keys extends keyof N> = P extends readonly [
  unknown,
  ...infer T,
]
  ? { [K in Keys]: Supplied<P, T, N, Keys, K> }[Keys] | Kept<Head<P, T>, WithoutNames<T, N, Keys>>
  : N[Keys] extends readonly P[number][]
    ? []
    : never;

type Kept<H extends readonly unknown[], T> = T extends readonly unknown[] ? [...H, ...T] : never;

/** The first element; with its label, where TypeScript can keep it: not before a rest of unknown length. */
type Head<P extends readonly unknown[], T extends readonly unknown[]> = number extends P["length"]
  ? [P[0]]
  : P extends readonly [...infer H, ...T]
    ? H
    : [P[0]];

/** One reading of a union of readings that all come to the same. */
type Simplest<U> = [U] extends [never] ? never : AnyOf<U> extends infer One ? ([U] extends [One] ? One : U) : never;

/** Some member of a union: the result of an overload per member is that of the last one. */
type AnyOf<U> = (U extends unknown ? (member: () => U) => void : never) extends (all: infer I) => void
  ? I extends () => infer Last
    ? Last
    : never
  : never;

// ---- holes -------------------------------------------------------------------------------------------------------

/** Whether the value has a hole, so that its parameter stays. A value that is all of an `H` has none. */
type Stays<V, H> = IsAny<V> extends true ? true : [H] extends [V] ? false : HasHole<V, [1, 1, 1, 1]>;

type HasHole<V, Depth extends readonly unknown[]> =
  IsAny<V> extends true
    ? true
    : Depth extends readonly [unknown, ...infer Less]
      ? V extends AnyFunction
        ? false
        : V extends object
          ? true extends { [K in keyof V]: HasHole<V[K], Less> }[keyof V]
            ? true
            : false
          : false
      : false;

type IsAny<V> = 0 extends 1 & V ? true : false;

/** Whether `V` may be supplied for an `H`: it is one, or has some of its fields, which is a promise of the rest. */
type Accepts<H, V> = V extends H
  ? true
  : V extends object
    ? [keyof V & keyof Extract<H, object>] extends [never]
      ? false
      : V extends Promised<Extract<H, object>>
        ? true
        : false
    : false;

type Promised<H> =
  H | (H extends AnyFunction ? never : H extends object ? { readonly [K in keyof H]?: Promised<H[K]> } : never);
