/**
 * A residual that looks, each time it is called, whether what it assumes holds: that built-ins are the original ones, that
 * the objects of the program are what they were at build time, that arguments have their declared types. The first thing
 * that does not hold is thrown, with the place of the site. For development: it costs more than the residual saves.
 */
import { changedBuiltin } from "./changedBuiltin.ts";

/**
 * What was relied on: a name for messages, the object, and then what it had: `[name, object, "=", key, value]` a field,
 * `[name, object, "-", key]` none of this key, `[name, object, "keys", [...]]`, `[name, object, "entries", [[key, value]...]]`.
 */
export type Relied = readonly [name: string, object: object, kind: "=" | "-" | "keys" | "entries", ...rest: unknown[]];

/** An assumption of docs/ASSUMPTIONS.md that does not hold. */
export class AssumptionViolated extends Error {
  override readonly name = "AssumptionViolated";
}

type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** `types`: for each argument the types that were declared, null where there is nothing to check. */
export function checkAssumptions<F extends Callable>(
  place: string,
  residual: F,
  relied: () => readonly Relied[],
  types: readonly (readonly string[] | null)[],
): F {
  function checked(this: unknown, ...args: unknown[]): unknown {
    const violation = violated(args, relied, types);
    if (violation !== null) throw new AssumptionViolated(`${place}: ${violation}`);
    return Reflect.apply(residual, this, args);
  }
  for (const key of ["name", "length"] as const)
    Object.defineProperty(checked, key, { value: residual[key], configurable: true });
  return checked as F;
}

function violated(
  args: readonly unknown[],
  relied: () => readonly Relied[],
  types: readonly (readonly string[] | null)[],
): string | null {
  const builtin = changedBuiltin();
  if (builtin !== null) return `assumption 1 (built-ins): ${builtin} is not the original one`;
  for (const one of relied()) {
    const difference = changed(one);
    if (difference !== null) return `assumption 7 (objects do not change): ${difference}`;
  }
  for (const [n, names] of types.entries())
    if (names !== null && !names.includes(typeName(args[n])))
      return `assumption 13 (declared types): argument ${n + 1} is ${typeName(args[n])}, declared is ${names.join(" or ")}`;
  return null;
}

function changed([name, object, kind, ...rest]: Relied): string | null {
  switch (kind) {
    case "=": {
      const [key, value] = rest as [string, unknown];
      const property = Object.getOwnPropertyDescriptor(object, key);
      // of Maps and Sets, which have it from their prototype
      const now: unknown = property === undefined && key === "size" ? Reflect.get(object, key) : property?.value;
      if (property === undefined && now === undefined) return `${name} is gone`;
      return Object.is(now, value) ? null : `${name} is ${show(now)}, at build time it was ${show(value)}`;
    }
    case "-":
      return Object.hasOwn(object, rest[0] as string) ? `${name} was not there at build time` : null;
    case "keys": {
      const now = Object.getOwnPropertyNames(object).filter((key) => !Array.isArray(object) || key !== "length");
      return sameLists(now, rest[0] as string[]) ? null : `the keys of ${name} are others than at build time`;
    }
    case "entries": {
      // primitives, all of them: an array is an entry of a Map
      const now = [...(object as Set<unknown>)].map((one) => (Array.isArray(one) ? (one as unknown[]) : [one, one]));
      return sameLists(now.flat(), (rest[0] as unknown[][]).flat())
        ? null
        : `the entries of ${name} are others than at build time`;
    }
  }
}

function sameLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, n) => Object.is(one, b[n]));
}

function typeName(value: unknown): string {
  return value === null ? "null" : typeof value;
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "another object" : String(value);
}
