/** What a run let be seen: values in depth with property order, -0 and NaN, aliases; exceptions. */

export interface Observer {
  /** a text that is the same for two values only if they cannot be told apart from outside */
  show(value: unknown): string;
  showThrown(error: unknown): string;
}

/**
 * Needs nothing from outside, so that its text can be handed to another engine. Messages of errors are part of what is
 * shown unless they are left out: those of engines differ from one to the other.
 */
export function observer(withMessages = true): Observer {
  const MAX_DEPTH = 8;

  function showIn(value: unknown, seen: Map<object, number>, depth: number): string {
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "symbol") return "symbol";
    if (value === null || (typeof value !== "object" && typeof value !== "function")) return String(value);
    const known = seen.get(value);
    if (known !== undefined) return `#${known}`;
    seen.set(value, seen.size);
    if (typeof value === "function")
      return `function ${showIn(value.name, seen, depth)}/${showIn(value.length, seen, depth)}`;
    if (depth > MAX_DEPTH) return "...";
    const inner = (one: unknown): string => showIn(one, seen, depth + 1);
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    if (tag === "Map")
      return `Map{${[...(value as Map<unknown, unknown>)].map((pair) => pair.map(inner).join("=>")).join()}}`;
    if (tag === "Set") return `Set{${[...(value as Set<unknown>)].map(inner).join()}}`;
    const members = Reflect.ownKeys(value)
      .filter((key) => tag !== "Error" || (key !== "stack" && key !== "message"))
      .map((key) => member(value, key, inner))
      .join();
    if (tag === "Error") return `${(value as Error).name}(${messageOf(value as Error)}){${members}}`;
    return `${restrictions(value)}${nameOf(value)}{${members}}`;
  }

  function restrictions(value: object): string {
    return Object.isFrozen(value) ? "frozen " : Object.isExtensible(value) ? "" : "closed ";
  }

  function nameOf(value: object): string {
    if (Array.isArray(value)) return `Array(${value.length})`;
    const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null;
    return prototype === null ? "null" : String(prototype.constructor?.name);
  }

  function member(value: object, key: string | symbol, inner: (one: unknown) => string): string {
    const { get, set, enumerable, value: plain } = Object.getOwnPropertyDescriptor(value, key) ?? {};
    const what = get !== undefined || set !== undefined ? "accessor" : inner(plain);
    return `${String(key)}${enumerable === true ? "" : "?"}:${what}`;
  }

  /** V8 puts the text of the expression into some messages; what is left tells the errors apart all the same. */
  function messageOf({ message, constructor }: Error): string {
    if (!withMessages && constructor !== Error) return "";
    const text = String(message);
    const kind = / (is not (a function|iterable|a constructor)).*$/.exec(text);
    // a destructuring that is written out calls x[Symbol.iterator] (docs/ASSUMPTIONS.md, 4)
    if (kind !== null) return `... ${kind[1] === "is not iterable" ? "is not a function" : kind[1]}`;
    if (/^Cannot destructure|^Cannot (read|set) properties of/.test(text)) return "... of undefined or null";
    return text;
  }

  return {
    show: (value) => showIn(value, new Map(), 0),
    showThrown(error) {
      if (typeof error !== "object" || error === null || !("message" in error))
        return `throws ${showIn(error, new Map(), 0)}`;
      return `throws ${(error as Error).constructor.name} ${showIn(error, new Map(), 0)}`;
    },
  };
}

const here = observer();
export const show = here.show.bind(here);
export const showThrown = here.showThrown.bind(here);
