/**
 * A residual that looks, each time it is called, whether what it assumes holds: that built-ins are the original ones, that
 * the objects and variables of the program are what they were at build time, that the engine and the host are what they were
 * taken for, that arguments are what is declared. The first thing that does not hold is thrown, with the place of the site.
 * For development: it costs more than the residual saves.
 */
import { changedBuiltin } from "./changedBuiltin.ts";
import { type DeclaredAs, otherThanDeclared, type Shape } from "./otherThanDeclared.ts";

/**
 * What was relied on: a name for messages, the object, and then what it had: `[name, object, "=", key, value]` a field,
 * `[name, object, "-", key]` none of this key, `[name, object, "keys", [...]]`, `[name, object, "entries", [[key, value]...]]`; or
 * `[name, read, "is", value, assumption]`, where `read` is a function that gives what was that value.
 */
export type Relied = readonly [
  name: string,
  object: object,
  kind: "=" | "-" | "keys" | "entries" | "is",
  ...rest: unknown[],
];

/** An assumption of docs/ASSUMPTIONS.md that does not hold. */
export class AssumptionViolated extends Error {
  override readonly name = "AssumptionViolated";
}

type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** `types`: what is declared of each argument, null where there is nothing to check; shapes are meant by number. */
export function checkAssumptions<F extends Callable>(
  place: string,
  residual: F,
  relied: () => readonly Relied[],
  types: readonly DeclaredAs[],
  shapes: readonly Shape[] = [],
): F {
  function checked(this: unknown, ...args: unknown[]): unknown {
    const violation = violated(args, relied, types, shapes);
    if (violation !== null) throw new AssumptionViolated(`${place}: ${violation}`);
    return Reflect.apply(residual, this, args);
  }
  for (const key of ["name", "length"] as const)
    Object.defineProperty(checked, key, { value: residual[key], configurable: true });
  return checked as F;
}

/** The first thing that does not hold, with the number of its assumption. */
export function violated(
  args: readonly unknown[],
  relied: () => readonly Relied[],
  types: readonly DeclaredAs[],
  shapes: readonly Shape[],
): string | null {
  const builtin = changedBuiltin();
  if (builtin !== null) return `assumption 1 (built-ins): ${builtin} is not the original one`;
  for (const one of whenThere(relied)) {
    if (typeof one === "string") return one;
    const difference = changed(one);
    if (difference !== null) return difference;
  }
  for (const [n, value] of args.entries())
    if (typeof value === "undefined" && value !== undefined)
      return `assumption 3 (no document.all): argument ${n + 1} is an object of which typeof is undefined`;
  for (const [n, declared] of types.entries()) {
    const difference = otherThanDeclared(args[n], declared, shapes, `argument ${n + 1}`);
    if (difference !== null) return difference;
  }
  return null;
}

/** The list names variables of modules, which may not be there yet. */
function whenThere(relied: () => readonly Relied[]): readonly (Relied | string)[] {
  try {
    return relied();
  } catch (error) {
    return [`assumption 5 (all modules have run): ${error instanceof Error ? error.message : String(error)}`];
  }
}

const NAMES: Readonly<Record<number, string>> = {
  2: "2 (the engine)",
  5: "5 (all modules have run)",
  18: "18 (CommonJS as in Node)",
  19: "19 (assume.host)",
};

function changed([name, object, kind, ...rest]: Relied): string | null {
  if (kind === "is") {
    const [value, assumption] = rest as [unknown, number];
    const now = read(object as () => unknown);
    if (Object.is(now.value, value) && now.error === null) return null;
    const found = now.error ?? `it is ${show(now.value)}`;
    return `assumption ${NAMES[assumption] ?? assumption}: ${name} was taken to be ${show(value)}, ${found}`;
  }
  const difference = differing([name, object, kind, ...rest]);
  return difference === null ? null : `assumption 7 (objects do not change): ${difference}`;
}

function read(what: () => unknown): { readonly value: unknown; readonly error: string | null } {
  try {
    return { value: what(), error: null };
  } catch (error) {
    return { value: undefined, error: error instanceof Error ? error.message : String(error) };
  }
}

function differing([name, object, kind, ...rest]: Relied): string | null {
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
    case "is":
      return null;
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

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "another object" : String(value);
}
