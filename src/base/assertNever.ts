import { InvariantViolation } from "./invariant.ts";

/** The end of an exhaustive switch: the type checker proves that it is not reached, this says so at run time. */
export function assertNever(value: never, what = "case"): never {
  throw new InvariantViolation(`unexpected ${what}: ${describe(value)}`);
}

function describe(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    const tag = value as { op?: unknown; kind?: unknown; type?: unknown };
    return String(tag.op ?? tag.kind ?? tag.type ?? "object");
  }
  return String(value);
}
