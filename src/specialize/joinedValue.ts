/** What is said of a value in which several have joined: the type that is declared for all of them, and why it is not static. */
import type { Cause, DeclaredType, DynamicValue, Value } from "./values.ts";

/** The declared type that all values have, null and undefined left aside */
export function commonType(values: readonly Value[]): DeclaredType | null {
  let common: DeclaredType | null = null;
  for (const value of values) {
    if (value.kind === "const" && (value.value === null || value.value === undefined)) continue;
    const declared = value.kind === "dynamic" ? value.declared : null;
    if (declared === null || (common !== null && common.key !== declared.key)) return null;
    common = declared;
  }
  return common;
}

/** Why it is dynamic. */
export function causeOf(values: readonly Value[], name: string): Cause {
  const from = values.find((v): v is DynamicValue => v.kind === "dynamic")?.cause;
  return { what: `${name} differs between the paths that join here`, origin: from?.origin, from };
}
