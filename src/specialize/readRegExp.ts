/** What a regular expression object holds; `isPlain`: nothing but that, and `lastIndex` as it was made. */
import type { HeapObject } from "./heap.ts";
import { WRITABLE } from "./heap.ts";

export function readRegExp({ properties }: HeapObject): {
  readonly pattern: string;
  readonly flags: string;
  /** null: it is not known, or no number */
  readonly lastIndex: number | null;
  readonly isPlain: boolean;
} {
  const text = (key: string): string => {
    const value = properties.get(key)?.value;
    return value?.kind === "const" ? String(value.value) : "";
  };
  const at = properties.get("lastIndex");
  const lastIndex = at?.value.kind === "const" && typeof at.value.value === "number" ? at.value.value : null;
  const isPlain =
    at?.flags === WRITABLE && [...properties.keys()].every((key) => key.startsWith("\u0000") || key === "lastIndex");
  return { pattern: text("\u0000source"), flags: text("\u0000flags"), lastIndex, isPlain };
}
