/** The erasable types of declarations: to tsc, `S<T>` and `D<T>` are `T`. The plugin reads them off the syntax. */

/** Static: known when the residual is made. */
export type S<T> = T;

/** Dynamic: known at run time only. */
export type D<T> = T;

/**
 * Partially static: `Spec<Sock, { type: S<number>; wmemAlloc: D<number> }>` says field by field what of a `Sock` is
 * static; what is not listed is dynamic. It is `Sock` itself. A field that `Sock` does not have, or of another type, is
 * a type error.
 */
export type Spec<T, Fields extends FieldsOf<T, Fields>> = T;

/** What the fields of a `Spec` have to be. */
export type FieldsOf<T, Fields> = {
  [K in keyof Fields]: K extends keyof T ? (Equal<Fields[K], T[K]> extends true ? unknown : T[K]) : never;
};

/**
 * Declares a function that stands elsewhere, whose body is analysed:
 * `export type Power = Intern<typeof power, (n: S<number>, x: D<number>) => number>`. The signature has to be that of
 * the function.
 */
export type Intern<F extends AnyFunction, Signature extends SignatureOf<F, Signature>> = F;

/**
 * Declares a function whose calls stay in the residual. The third argument names what a call may change, as paths from the
 * parameters: `Extern<typeof log, (sk: D<Sock>, text: D<string>) => void, "sk.lastLog">`; `never` for nothing. Without
 * it a call may change everything that it can reach.
 */
export type Extern<
  F extends AnyFunction,
  Signature extends SignatureOf<F, Signature>,
  _Changes extends string = string,
> = F;

/** What the signature of an `Intern` or `Extern` has to be: `F` as far as types go, and with as many parameters. */
export type SignatureOf<F extends AnyFunction, Signature> = Equal<F, Signature> extends true ? unknown : F & Misfit;

interface Misfit {
  readonly "the declaration has other parameters or another result than the function": never;
}

/** Assignable both ways. */
type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a function of whatever parameters; `never[]` would not let F be inferred from
export type AnyFunction = (...args: any[]) => any;
