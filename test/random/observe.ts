/** What a run let be seen: values in depth with property order, -0 and NaN, aliases; exceptions; what was logged. */

const MAX_DEPTH = 8;

/** A text that is the same for two values only if they cannot be told apart from outside. */
export function show(value: unknown, seen = new Map<object, number>(), depth = 0): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol") return "symbol";
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return String(value);
  const known = seen.get(value);
  if (known !== undefined) return `#${known}`;
  seen.set(value, seen.size);
  if (typeof value === "function") return "function";
  if (depth > MAX_DEPTH) return "...";
  const inner = (one: unknown): string => show(one, seen, depth + 1);
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag === "Map")
    return `Map{${[...(value as Map<unknown, unknown>)].map((pair) => pair.map(inner).join("=>")).join()}}`;
  if (tag === "Set") return `Set{${[...(value as Set<unknown>)].map(inner).join()}}`;
  if (tag === "Error") return `${(value as Error).name}(${messageOf(value as Error)})`;
  return `${nameOf(value)}{${Reflect.ownKeys(value)
    .map((key) => member(value, key, inner))
    .join()}}`;
}

function nameOf(value: object): string {
  if (Array.isArray(value)) return "Array";
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null;
  return prototype === null ? "null" : String(prototype.constructor?.name);
}

function member(value: object, key: string | symbol, inner: (one: unknown) => string): string {
  const { get, set, enumerable, value: plain } = Object.getOwnPropertyDescriptor(value, key) ?? {};
  const what = get !== undefined || set !== undefined ? "accessor" : inner(plain);
  return `${String(key)}${enumerable === true ? "" : "?"}:${what}`;
}

/** V8 puts the text of the expression into some messages; what is left tells the errors apart all the same. */
function messageOf({ message }: Error): string {
  const text = String(message);
  const kind = / (is not (a function|iterable|a constructor)).*$/.exec(text);
  if (kind !== null) return `... ${kind[1]}`;
  if (/^Cannot destructure|^Cannot read properties of/.test(text)) return "... of undefined or null";
  return text;
}

export function showThrown(error: unknown): string {
  if (typeof error !== "object" || error === null || !("message" in error)) return `throws ${show(error)}`;
  const { name } = (error as Error).constructor;
  return `throws ${name}: ${messageOf(error as Error)}`;
}
