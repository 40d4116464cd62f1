/**
 * What random programs run in, in whatever engine: hosts that log, call back and change what they are handed, proxies
 * that log, inputs by kind. The same salt gives the same inputs. One function that needs nothing but its parameters, so
 * that its text can be handed to another engine.
 *
 * Objects with a field `fixed` and arrays that start with 77 are static ones: hosts leave them as they are, because that
 * is assumed (docs/ASSUMPTIONS.md, 6 to 8).
 */
import type { Input } from "./runProgram.ts";

export interface Surroundings {
  /** every call in every round, as lines of text; the last one is the module's exports */
  run(
    namespace: Record<string, unknown>,
    calls: readonly { name: string; inputs: readonly Input[] }[],
    seed: number,
  ): string[];
}

type Show = (value: unknown) => string;

export function surroundings(
  show: Show,
  showThrown: Show,
  evaluate: (text: string) => unknown,
  rounds: number,
): Surroundings {
  const NUMBERS = [0, 1, -1, 2, 3, 7, -0, 0.5, NaN, Infinity, 2 ** 31 - 1, -(2 ** 31), 1e21, 12.75, 255];
  const TEXTS = ["", "a", "abc", "7", "hello world", "b,c", "__proto__", "é€😀"];
  const number = (at: number): number => NUMBERS[at % NUMBERS.length] as number;
  type Thing = Record<string, unknown>;

  function change(object: Thing, at: number): void {
    if (Object.hasOwn(object, "fixed") || (Array.isArray(object) && object[0] === 77)) return;
    if (Array.isArray(object)) {
      if (at % 2 === 0) object.push(at);
      else object[0] = at;
    } else if (object instanceof Map) object.set("host", at);
    else if (object instanceof Set) object.add(at);
    else if (Object.hasOwn(object, "t")) object[at % 2 === 0 ? "a" : "b"] = at;
    else if (at % 4 === 0) delete object["b"];
    else if (at % 4 === 1) object["a"] = at;
    else object["n"] = null;
  }

  function note(log: string[], text: string): void {
    log.push(text);
    if (log.length > 300) throw new Error("too much");
  }

  function makeHost(log: string[], salt: number, kept: Thing[]): unknown {
    let depth = 0;
    return function host(...args: unknown[]) {
      note(log, "host " + args.map(show).join());
      const at = log.length;
      if (salt % 5 === 4 && at % 7 === 6) throw new RangeError("host refuses");
      for (const one of args) {
        if (typeof one === "function" && depth < 2 && salt % 3 !== 0) {
          depth++;
          try {
            note(log, "gives " + show((one as (x: number) => unknown)(number(at))));
          } finally {
            depth--;
          }
        } else if (typeof one === "object" && one !== null && !(one instanceof Error)) {
          if (salt % 4 === 1) change(one as Thing, at);
          if (salt % 4 === 2) kept.push(one as Thing);
        }
      }
      if (kept.length > 0 && at % 3 === 0) change(kept[at % kept.length] as Thing, at);
      return ((at * 7 + salt) % 11) - 3;
    };
  }

  function makeProxy(log: string[], salt: number): unknown {
    const target = { a: salt % 5, b: (salt % 3) - 1, n: null, s: "p" + String(salt % 4) };
    const trap =
      (name: "get" | "set" | "has" | "deleteProperty" | "ownKeys" | "getOwnPropertyDescriptor") =>
      (...args: unknown[]): unknown => {
        note(log, name + " " + String(args[1]) + (name === "set" ? " " + show(args[2]) : ""));
        return (Reflect[name] as (...all: unknown[]) => unknown)(...(name === "set" ? args.slice(0, 3) : args));
      };
    const handler = {
      get: trap("get"),
      set: trap("set"),
      has: trap("has"),
      deleteProperty: trap("deleteProperty"),
      ownKeys: trap("ownKeys"),
      getOwnPropertyDescriptor: trap("getOwnPropertyDescriptor"),
    };
    return new Proxy(target, handler as ProxyHandler<typeof target>);
  }

  function makeIterable(log: string[], salt: number): unknown {
    return {
      [Symbol.iterator]() {
        note(log, "iterate");
        let at = 0;
        return {
          next() {
            note(log, "next");
            if (salt % 11 === 10 && at === 1) throw new RangeError("no next");
            return { done: ++at > salt % 4, value: number(salt + at) };
          },
          return() {
            note(log, "return");
            return {};
          },
        };
      },
    };
  }

  function input(kind: Input, salt: number, log: string[], kept: Thing[], common: Thing): unknown {
    if (typeof kind === "object") {
      let at = salt;
      return evaluate(kind.shape.replace(/#/g, () => show(number(at++))));
    }
    switch (kind) {
      case "num":
        return salt % 19 === 18 ? undefined : number(salt);
      case "str":
        return TEXTS[salt % TEXTS.length];
      case "bool":
        return salt % 2 === 0;
      case "host":
        return makeHost(log, salt, kept);
      case "proxy":
        return makeProxy(log, salt);
      case "arr":
        return [salt, salt + 5, salt + 3].slice(0, salt % 4).map(number);
      case "object":
        return salt % 3 === 0 ? common : { a: number(salt), n: salt % 2 === 0 ? null : common, b: salt };
      case "iterable":
        return makeIterable(log, salt);
      case "number":
        return number(salt);
      case "record":
        return (common["record"] ??= { t: 1, a: number(salt), b: 1, n: null, list: [1, 2, 3], s: "c" });
      case "bytes":
        return (common["bytes"] ??= new Uint8Array([salt, 1, 2, 3]));
      case "list":
        return (common["list"] ??= [number(salt), 2, 3]);
      case "any":
        return [number(salt), "x", null, undefined, { a: 1, n: null }, [1], true, -0][(salt >> 1) % 8];
      default:
        return (x: number) => x - (salt % 7);
    }
  }

  function call(target: unknown, kinds: readonly Input[], salt: number): string {
    const log: string[] = [];
    const kept: Thing[] = [];
    const common = { a: 2, n: null, b: 1 };
    const inputs = kinds.map((kind, index) => input(kind, salt + index * 13, log, kept, common));
    let text: string;
    try {
      const result = (target as (...all: unknown[]) => unknown)(...inputs);
      log.push("| then");
      text = show([result, ...inputs, common]);
      if (typeof result === "function") text += " gives " + show((result as (x: number) => unknown)(2));
    } catch (error) {
      text = showThrown(error) + " " + show([...inputs, common]);
    }
    return `${text} | log ${log.join("; ")}`;
  }

  return {
    run(namespace, calls, seed) {
      const lines: string[] = [];
      for (let round = 0; round < rounds; round++)
        for (const { name, inputs } of calls) lines.push(call(namespace[name], inputs, seed * 31 + round * 17));
      lines.push(show(namespace));
      return lines;
    },
  };
}
