/** Checked by tsc alone (see types.test.ts): every line marked as an error has to be one, and no other may be. */
import { dynamic, specialize, type D, type Extern, type Intern, type S, type Spec } from "../../src/index.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(..._: Same<A, B> extends true ? [] : ["these types differ"]): void;

function power(n: S<number>, x: D<number>): number {
  return n === 0 ? 1 : x * power(n - 1, x);
}
interface Sock {
  type: number;
  wmem: number;
  peer?: string;
}
declare function send(sk: Sock, text: string, ...parts: number[]): boolean;
declare function onSock(this: Sock, n: number): void;
declare function pad(text: string, length?: number): string;
declare function seven(a: Sock, b: number, c: Uint8Array, d: number, e: string, f: Sock, g: number): number;

// ---- S and D are T ----------------------------------------------------------------------------------------------
same<S<number>, number>();
same<D<Sock>, Sock>();
same<Spec<Sock, { type: S<number> }>, Sock>();

// ---- the type of a residual --------------------------------------------------------------------------------------
const cube: (x: number) => number = specialize(power, { n: 3 });
same<Parameters<typeof cube>, [x: number]>();
const byName = specialize(power, { n: 3 });
same<typeof byName, (x: number) => number>();
const byPosition = specialize(power, [3, dynamic()]);
same<typeof byPosition, (x: number) => number>();
const shorter = specialize(power, [3]);
same<typeof shorter, (x: number) => number>();
const none = specialize(power, {});
same<typeof none, (n: number, x: number) => number>();
const all = specialize(power, { n: 3, x: 2 });
same<typeof all, () => number>();
const whole = specialize(power, { n: 3, x: dynamic() });
same<Parameters<typeof whole>["length"], 1>();
const holed = specialize(send, { sk: { type: 2, wmem: dynamic() } });
holed({ type: 2, wmem: 1 }, "a", 1, 2);
const second = specialize(send, { text: "a" });
same<typeof second, (sk: Sock, ...parts: number[]) => boolean>();
const method = specialize(onSock, { n: 1 });
same<typeof method, (this: Sock) => void>();
const padded = specialize(pad, { length: 3 });
padded("a");
const known: Sock = { type: 1, wmem: 2 };
const ofKnown = specialize(send, { sk: known, text: "" });
same<typeof ofKnown, (...parts: number[]) => boolean>();
const many = specialize(seven, { a: known, c: new Uint8Array(4), e: "x", d: 2 });
many(1, known, 2);
// @ts-expect-error -- no parameter of power is a string
specialize(power, { n: "3" });
// @ts-expect-error -- nor has it three parameters
specialize(power, [1, 2, 3]);
// @ts-expect-error -- the one parameter that is left is a number
byName("x");
// @ts-expect-error -- not a function
specialize(3, { n: 3 });
// @ts-expect-error -- the hole keeps the whole socket a parameter
holed("a");

// ---- declarations aside ------------------------------------------------------------------------------------------
export type Good1 = Intern<typeof power, (n: S<number>, x: D<number>) => number>;
export type Good2 = Extern<typeof send, (sk: D<Sock>, text: S<string>, ...parts: D<number[]>) => boolean>;
export type Good3 = Extern<typeof send, (sk: D<Sock>, text: S<string>, ...parts: D<number>[]) => boolean, "sk.wmem">;
export type Good4 = Spec<Sock, { type: S<number>; wmem: D<number>; peer: S<string> }>;
export type Good5 = Intern<
  typeof send,
  (sk: Spec<Sock, { type: S<number> }>, text: D<string>, ...p: number[]) => boolean
>;
// @ts-expect-error -- one parameter too few
export type Bad1 = Intern<typeof power, (n: S<number>) => number>;
// @ts-expect-error -- one too many
export type Bad2 = Intern<typeof power, (n: S<number>, x: D<number>, y: D<number>) => number>;
// @ts-expect-error -- of another type
export type Bad3 = Intern<typeof power, (n: S<string>, x: D<number>) => number>;
// @ts-expect-error -- another result
export type Bad4 = Extern<typeof power, (n: S<number>, x: D<number>) => string>;
// @ts-expect-error -- not a function
export type Bad5 = Intern<Sock, (n: S<number>) => number>;
// @ts-expect-error -- Sock has no such field
export type Bad6 = Spec<Sock, { typ: S<number> }>;
// @ts-expect-error -- of another type
export type Bad7 = Spec<Sock, { type: S<string> }>;
