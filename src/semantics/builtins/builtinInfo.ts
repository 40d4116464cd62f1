/** One row of the table of built-in functions. Name and length are properties of the function: see intrinsics.ts. */
import type { TypeFact } from "../facts/typeFact.ts";

/**
 * What a built-in does to its receiver or an argument before use.
 * any: nothing; number: ToNumber; numeric: ToNumeric; string: ToString; text: ToString, symbols allowed; bigint: ToBigInt;
 * thisText: RequireObjectCoercible and ToString; thisNumber and the like: must be of that type; thisObject: must be an
 * object of the right kind; pattern: a string, or an object whose own method takes over; json: what JSON.stringify does;
 * notProxy: looked at, which throws on a revoked Proxy alone.
 */
export type Conversion =
  | "any"
  | "number"
  | "numeric"
  | "string"
  | "text"
  | "bigint"
  | "pattern"
  | "json"
  | "notProxy"
  | "thisText"
  | "thisNumber"
  | "thisString"
  | "thisBoolean"
  | "thisBigint"
  | "thisObject";

/**
 * none: gives a value and does nothing else; callsBack: runs code of the program (callbacks, getters, traps, iterators);
 * mutates: changes objects that it is given; io: reads or changes what is outside of the program.
 */
export type BuiltinEffect = "none" | "callsBack" | "mutates" | "io";

export interface BuiltinInfo {
  /** as the standard writes it: "Math.floor", "String.prototype.slice" */
  readonly path: string;
  /** may be called at build time where receiver and arguments are known primitives */
  readonly primitive: boolean;
  readonly effect: BuiltinEffect;
  /** throws on some values that pass the conversions, of primitive types too */
  readonly throws: "never" | "withArguments" | "maybe";
  readonly receiver: Conversion;
  readonly params: readonly Conversion[];
  /** conversion of all arguments after `params`; "any": they are ignored */
  readonly rest: Conversion;
  /** what is known of the result whatever comes in */
  readonly result?: TypeFact;
}

/** What a row may say beyond its path and parameters; the rest is as most built-ins have it. */
export type Row = Partial<Omit<BuiltinInfo, "path">>;

/** A row for the function at `path`; `params` in one string with spaces between, "...number" for a rest. */
export function builtin(path: string, params: string, row: Row): BuiltinInfo {
  const words = params === "" ? [] : (params.split(" ") as Conversion[]);
  const last = words.at(-1);
  const rest = last?.startsWith("...") === true ? (last.slice(3) as Conversion) : "any";
  const fixed = words.filter((word) => !word.startsWith("..."));
  return {
    path,
    primitive: true,
    effect: "none",
    throws: "never",
    receiver: "any",
    ...row,
    params: row.params ?? fixed,
    rest: row.rest ?? rest,
  };
}
