/**
 * The door to the table of built-in functions: which there are, what they give on known primitives, and what a call of
 * them can do.
 *
 * Example: callBuiltin("String.prototype.slice", "abc", [1]) is the value "bc"; callBuiltin("Math.random", …) is unknown.
 */
import type { Primitive } from "../base/primitive.ts";
import { attempt } from "./attempt.ts";
import type { BuiltinEffect, BuiltinInfo } from "./builtins/builtinInfo.ts";
import type { CallEffect } from "./builtins/callEffect.ts";
import { callEffect } from "./builtins/callEffect.ts";
import { numberBuiltins } from "./builtins/numberBuiltins.ts";
import { objectBuiltins } from "./builtins/objectBuiltins.ts";
import { resultFact } from "./builtins/resultFact.ts";
import { stringBuiltins } from "./builtins/stringBuiltins.ts";
import { tooLarge } from "./builtins/tooLarge.ts";
import type { Completion } from "./completion.ts";
import { unknown } from "./completion.ts";
import type { TypeFact } from "./facts/typeFact.ts";
import { intrinsicAt } from "./intrinsics.ts";

export { ofEngine } from "./builtins/ofEngine.ts";
export type { BuiltinEffect, BuiltinInfo } from "./builtins/builtinInfo.ts";
export type { CallEffect } from "./builtins/callEffect.ts";

/** Every built-in of which something is known, by path. */
export const builtins: ReadonlyMap<string, BuiltinInfo> = new Map(
  [...numberBuiltins, ...stringBuiltins, ...objectBuiltins].map((info) => [info.path, info]),
);

/** Calls the built-in at `path`; unknown where that is not to be done at build time. */
export function callBuiltin(path: string, receiver: Primitive, args: readonly Primitive[]): Completion {
  const info = builtins.get(path);
  if (info?.primitive !== true) return unknown(`${path} is not evaluated at build time`);
  const reason = tooLarge(path, receiver, args);
  if (reason !== null) return unknown(reason);
  const callee = intrinsicAt(path);
  if (typeof callee !== "function") return unknown(`there is no ${path} here`);
  return attempt(() => Reflect.apply(callee, receiver, args));
}

/** What a call of the built-in at `path` can do; "effect" where nothing is known of it. */
export function builtinCallEffect(path: string, receiver: TypeFact, args: readonly TypeFact[]): CallEffect {
  const info = builtins.get(path);
  return info === undefined ? "effect" : callEffect(info, receiver, args);
}

/** What the built-in at `path` does beyond giving a value; null: nothing is known of it. */
export function builtinEffect(path: string): BuiltinEffect | null {
  return builtins.get(path)?.effect ?? null;
}

/** What is known of the result of a call; undefined where nothing is. */
export function builtinResult(path: string, args: readonly TypeFact[] = []): TypeFact | undefined {
  const info = builtins.get(path);
  return info === undefined ? undefined : resultFact(info, args);
}
