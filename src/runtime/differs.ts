/**
 * Where live objects differ from what a residual was made for: the path of the first difference, or null.
 *
 *   differs(roots, { sk: { type: 2, dst: { dev: { mtu: 1500 } } } })   // "sk.dst.dev.mtu", say
 *
 * Needs: `expected` is written as demands.ts says. Promises: each field is read once, in the order of the literal, so that
 * a path is found to be there before what lies behind it is asked for; nothing is thrown for what is missing.
 */
import { Demand } from "./demands.ts";

type Fields = Readonly<Record<string, unknown>>;

export function differs(roots: unknown, expected: unknown): string | null {
  const seen = Object.create(null) as Record<string, unknown>;
  // Compared at the end: the other way to the object may be further down.
  const aliases: { readonly path: string; readonly other: string }[] = [];

  function walk(found: unknown, wanted: unknown, path: string, key = ""): string | null {
    seen[path] = found;
    if (wanted instanceof Demand) return meets(found, wanted, path, key);
    if (isObject(wanted)) return isObject(found) ? walkFields(found, wanted, path) : path;
    return Object.is(found, wanted) ? null : path;
  }

  function meets(found: unknown, { kind, value, fields }: Demand, path: string, key: string): string | null {
    switch (kind) {
      case "at":
        aliases.push({ path, other: value as string });
        return null;
      case "is":
        return found === value ? null : path;
      case "method":
        return found === (value as { readonly prototype: Fields }).prototype[key] ? null : path;
      case "function":
        return typeof found === "function" ? null : path;
      case "instance":
        if (isObject(found) && Object.getPrototypeOf(found) !== value) return behind(path, "prototype");
        return walk(found, fields, path);
    }
  }

  function walkFields(found: Fields, wanted: Fields, path: string): string | null {
    if (Array.isArray(wanted) && wanted.length !== found["length"]) return behind(path, "length");
    for (const key of Object.keys(wanted)) {
      const difference = walk(found[key], wanted[key], behind(path, key), key);
      if (difference !== null) return difference;
    }
    return null;
  }

  const difference = walk(roots, expected, "");
  if (difference !== null) return difference === "" ? "roots" : difference;
  return aliases.find(({ path, other }) => seen[path] !== seen[other])?.path ?? null;
}

function behind(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
