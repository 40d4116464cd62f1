/** A short text of what is static in a value: equal texts mean that unfolding again would meet the same again. */
import { asResidual } from "./resolve.ts";
import type { State } from "./state.ts";
import type { Address, Value } from "./values.ts";

/** Describes a value down to its dynamic leaves (`?`); virtual objects by their fields, with cycles cut. */
export function describe(state: State, value: Value, seen: ReadonlySet<Address> = new Set()): string {
  const v = asResidual(state, value);
  if (v.kind === "const")
    return typeof v.value === "string"
      ? JSON.stringify(v.value)
      : Object.is(v.value, -0)
        ? "-0"
        : String(v.value) + (typeof v.value === "bigint" ? "n" : "");
  if (v.kind === "symbol") return v.key;
  if (v.kind === "dynamic") return "?";
  if (state.store.isBase(v.address)) return `@${v.address}`;
  if (seen.has(v.address) || seen.size > 12) return "^";
  const object = state.store.get(v.address);
  const inner = new Set([...seen, v.address]);
  const of = (x: Value | null | undefined): string => (x === null || x === undefined ? "-" : describe(state, x, inner));
  const parts: string[] = [object.kind];
  if (object.code !== null) parts.push(object.code.code.key, ...object.code.captures.map(of));
  for (const [key, property] of object.properties) parts.push(`${key}:${of(property.value)}`);
  if (object.elements !== null) parts.push(...object.elements.slice(0, 200).map(of), String(object.elements.length));
  for (const [key, entry] of (object.entries ?? []).slice(0, 200)) parts.push(`${of(key)}=>${of(entry)}`);
  return `{${parts.join(" ")}}`;
}
