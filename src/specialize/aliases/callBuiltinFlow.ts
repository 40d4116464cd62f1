/**
 * What a call of a built-in moves: what is in its receiver and arguments may be given back, put into something, or handed
 * to a callback; one that changes what it is called on writes that.
 */
import { builtinEffect } from "../../semantics/builtins.ts";
import { ALL, ELEMENTS, ENTRIES } from "../world.ts";
import { readRegExp } from "../readRegExp.ts";
import type { HeapFlow, Item, Items } from "./heapFlow.ts";

const GIVES_PRIMITIVES = /^(Math|Number|String|BigInt|Symbol|Boolean|Date|JSON|\w*Error)(\.|$)/;
const OF_NUMBERS = /^(%TypedArray%\.|(Int|Uint|Float|BigInt|BigUint)\d+(Clamped)?Array|DataView|ArrayBuffer)/;

interface Handed {
  readonly receiver: Items;
  readonly args: readonly Items[];
}
interface Actions {
  write(objects: Items, change: string): void;
  /** a function is called with these; false: it is not known */
  run(callback: Item, receiver: Items, args: readonly Items[]): boolean;
}

/** Adds what the built-in at `path` does; its result goes to the place `result`. */
export function callBuiltinFlow(
  flow: HeapFlow,
  path: string,
  { receiver, args }: Handed,
  result: string,
  actions: Actions,
): void {
  const effect = builtinEffect(path);
  const all: Items = new Set([...receiver, ...args.flatMap((items) => [...items])]);
  if (/^(Reflect\.(apply|construct)|Function\.prototype\.(call|apply|bind))$/.test(path))
    return callIndirectly(flow, path, { receiver, args }, result, actions);
  if (GIVES_PRIMITIVES.test(path) || (effect === "none" && all.size === 0)) return;
  if (OF_NUMBERS.test(path)) {
    // what is in it are numbers; some methods give what they are called on, or a view on it
    if (path.includes(".prototype.")) flow.add(result, receiver);
    if (effect === "mutates") actions.write(receiver, ELEMENTS);
    return;
  }
  if (path === "Array.from" && arrayFrom(flow, { receiver, args }, actions)) return;
  const inside = new Set([...flow.contents(all), ...(/^(Object|Reflect)\./.test(path) ? flow.read(all, null) : [])]);
  const moved = new Set([...all, ...inside]);
  flow.add(result, moved);
  flow.store(ELEMENTS, moved);
  if (/^(Map|Set|Weak\w+)\b/.test(path)) flow.store(ENTRIES, moved);
  if (path === "Object.assign" || path === "Object.defineProperty" || path === "Reflect.set") flow.store(null, moved);
  for (const arg of args)
    for (const callback of arg)
      if (actions.run(callback, moved, [moved, moved, moved, moved]))
        flow.store(ELEMENTS, flow.at(`result ${callback}`));
  if (effect !== "mutates" && effect !== null) return;
  if (!path.includes(".prototype.")) actions.write(args[0] ?? new Set(), ALL);
  else if (/^RegExp\.prototype\.(exec|test)$/.test(path)) writeExpressions(flow, receiver, actions);
  else
    actions.write(
      receiver,
      /^(Map|Set)\./.test(path) ? ENTRIES : /^(Array|%TypedArray%)\./.test(path) ? ELEMENTS : ALL,
    );
}

/** A list of what is in its first argument, or of what the second one makes of that; false: it is not as simple. */
function arrayFrom(flow: HeapFlow, { receiver, args }: Handed, { run }: Actions): boolean {
  const [items = new Set<Item>(), callbacks = new Set<Item>(), self = new Set<Item>()] = args;
  if (![...receiver].every((one) => typeof one === "number" && flow.get(one)?.builtin === "Array")) return false;
  const inside = flow.contents(items);
  if (![...callbacks].every((callback) => run(callback, self, [inside]))) return false;
  if (callbacks.size === 0) flow.store(ELEMENTS, inside);
  for (const callback of callbacks) flow.store(ELEMENTS, flow.at(`result ${callback}`));
  return true;
}

/** Only an expression that goes on from where it stood writes that down; one that is not as it was made may have methods of its own. */
function writeExpressions(flow: HeapFlow, expressions: Items, actions: Actions): void {
  for (const item of expressions) {
    const object = typeof item === "number" ? flow.get(item) : null;
    const isKnown = object?.kind === "regexp" && flow.get(object.prototype ?? -1)?.builtin === "RegExp.prototype";
    const { isPlain, flags } = isKnown ? readRegExp(object) : { isPlain: false, flags: "" };
    if (!isPlain) actions.write(new Set([item]), ALL);
    else if (/[gy]/.test(flags)) actions.write(new Set([item]), "lastIndex");
  }
}

/** The function that is called is the receiver, or the first argument. */
function callIndirectly(
  flow: HeapFlow,
  path: string,
  { receiver, args }: Handed,
  result: string,
  actions: Actions,
): void {
  const isReflect = path.startsWith("Reflect.");
  const callees = isReflect ? (args[0] ?? new Set()) : receiver;
  const rest = isReflect ? args.slice(1) : args;
  const given = new Set(rest.slice(1).flatMap((items) => [...items, ...flow.contents(items)]));
  for (const callee of callees) {
    const builtin = typeof callee === "number" ? (flow.get(callee)?.builtin ?? null) : null;
    const self = rest[0] ?? new Set<Item>();
    if (builtin !== null && !/^(Reflect\.|Function\.prototype\.)/.test(builtin))
      callBuiltinFlow(flow, builtin, { receiver: self, args: [given, given] }, result, actions);
    else if (actions.run(callee, self, [given, given, given, given])) flow.add(result, flow.at(`result ${callee}`));
    else flow.add(result, new Set([...self, ...given]));
  }
}
