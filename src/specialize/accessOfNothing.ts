/** What V8 says where a property of `undefined` or `null` is read or set; of iterators it has another word. */
import { nameOfKey } from "./liftSymbol.ts";

/** `key`: a string, or `@@path` for a symbol; null: not known. */
export function accessOfNothing(value: null | undefined, key: string | null, what: "reading" | "setting"): string {
  if (key === "@@Symbol.iterator" && what === "reading") {
    const subject = value === null ? "object null" : "undefined";
    return `${subject} is not iterable (cannot read property Symbol(Symbol.iterator))`;
  }
  const name = key?.startsWith("@@") === true ? `Symbol(${nameOfKey(key).slice(1, -1)})` : (key ?? "?");
  return `Cannot ${what === "reading" ? "read" : "set"} properties of ${String(value)} (${what} '${name}')`;
}
