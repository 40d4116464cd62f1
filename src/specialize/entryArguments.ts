/**
 * Writes down, at the beginning of a residual function, the `arguments` that its generic function would have: what a
 * function gives that does nothing but return its own.
 *
 * Needs: a strict function; static arguments that are constants. Promises: a new object with the same elements and length,
 * and nothing else that differs.
 */
import type { Argument } from "../ir/types.ts";
import { argumentsCode } from "./madeCode.ts";
import { copyGeneric } from "./copyGeneric.ts";
import { lift } from "./lift.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import type { Temp, Value } from "./values.ts";
import { UNDEFINED } from "./values.ts";

/** What follows the static arguments: all that the caller passes, or what it passes behind the parameters. */
export type ArgumentsTail = "own" | "rest";

/** `args`, then what `tail` holds; only the static ones of `args` where `tail` holds the others too. */
export function entryArguments(
  run: Run,
  state: State,
  args: readonly Value[],
  from: { readonly tail: ArgumentsTail; readonly temp: Temp },
): Temp {
  const given = from.tail === "own" ? args.filter(({ kind }) => kind === "const") : args;
  if (given.length === 0) return from.temp;
  const listed: Argument[] = given.map((value) => lift(run, state, value));
  const code = { code: argumentsCode(), captures: [], home: null, fields: null, isClass: false };
  const { func } = copyGeneric(run, code, () => ({ value: undefined }));
  const callee = run.newTemp();
  run.write(state, { op: "closure", dst: callee, func, captures: [] });
  const made = run.newTemp("given");
  const receiver = lift(run, state, UNDEFINED);
  run.write(state, { op: "call", dst: made, callee, receiver, args: [...listed, { spread: from.temp }] });
  return made;
}
