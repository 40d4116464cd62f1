/** Names in residual code for objects of the world: bindings and paths from them, plain data, and standard built-ins. */
import type { Operand, Primitive } from "../ir/types.ts";
import { PLAIN } from "./heap.ts";
import { legacyRegExp } from "./legacyRegExp.ts";
import { Bailout } from "./limits.ts";
import { readRegExp } from "./readRegExp.ts";
import type { Run } from "./run.ts";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";
import type { Address, Temp, Value } from "./values.ts";
import { dynamic } from "./values.ts";
import type { Data } from "./world.ts";

/** An operand for an object of the world, or null if it has no name that the target file can see. */
export function referTo(run: Run, state: State, address: Address): Operand | null {
  const { session } = run;
  const path = session.world.intrinsicPath(address);
  if (path !== null) return liftIntrinsic(run, state, path);
  const live = session.live?.get(address);
  if (live !== undefined) {
    let held = run.captured.get(address);
    if (held === undefined) {
      run.captured.set(address, (held = run.newTemp(live.path[live.path.length - 1] ?? "roots")));
      run.record(() => run.captured.delete(address));
    }
    return held;
  }
  const found = session.names().get(address);
  if (found === undefined) return referToLiteral(run, state, address) ?? referToRegExp(run, state, address);
  const base = session.nameOf(found.binding);
  const name = found.path.length === 0 ? base : session.nameOf({ kind: "path", base, path: found.path });
  const temp = run.newTemp();
  run.write(state, { op: "getBinding", dst: temp, name });
  return temp;
}

/** An operand for reading elements of an array of constants that has no name: the array, written out; null for others. */
export function referToData(run: Run, state: State, address: Address): Operand | null {
  const object = state.store.get(address);
  if (object.kind !== "array" || object.elements === null || run.session.live?.get(address) !== undefined) return null;
  const literal = referToLiteral(run, state, address);
  if (literal !== null) return literal;
  if (mayChange(run, address)) return null;
  const elements: Primitive[] = [];
  for (const [i, element] of object.elements.entries()) {
    if (element?.kind !== "const" || run.session.isMutable(address, String(i))) return null;
    elements.push(element.value);
  }
  const id = elements.map(exactText).join();
  const data = elements.map((value): Data => ({ kind: "constant", value }));
  return readData(run, state, id, { kind: "array", part: "", elements: data });
}

/** A copy would not see what other code writes to it. */
function mayChange({ session }: Run, address: Address): boolean {
  const isAssumed = session.knowledge.assume.statics || session.isPrivate(address);
  return !isAssumed || session.changesKeys(address) || session.world.isHandedOut(address);
}

/** Texts are the same for the same value only: `[null]`, `[NaN]` and `[undefined]` are three tables. */
function exactText(value: Primitive): string {
  if (typeof value === "string") return JSON.stringify(value);
  return Object.is(value, -0) ? "-0" : `${value}${typeof value === "bigint" ? "n" : ""}`;
}

/**
 * An operand for an object that is written down at a site: a constant of the module, the same wherever it is needed, so
 * that it stays one object and a write to it is seen by later calls. Null for others, and for what is not plain data.
 */
function referToLiteral(run: Run, state: State, address: Address): Operand | null {
  // without the assumption, what is static of it holds only as long as nobody else gets hold of it
  if (!run.session.knowledge.assume.statics || !run.session.literals.has(address)) return null;
  const data = literalData(run.session, address);
  return data === null || data.kind === "constant" ? null : readData(run, state, data.part, data);
}

function literalData(session: Session, address: Address): Data | null {
  const object = session.world.get(address);
  if (object === undefined || !session.literals.has(address) || session.world.isHandedOut(address)) return null;
  const standard = session.intrinsic(object.kind === "array" ? "Array.prototype" : "Object.prototype");
  if (!object.extensible || (object.prototype !== standard && object.prototype !== null)) return null;
  const part = `literal ${address}`;
  if (object.kind === "array") {
    if (object.properties.size > 0 || object.prototype === null) return null;
    const elements = (object.elements ?? []).map((value) => (value ? valueData(session, value) : null));
    return elements.every((one) => one !== null) ? { kind: "array", part, elements } : null;
  }
  if (object.kind !== "plain") return null;
  const properties: [string, Data][] = [];
  for (const [key, { value, get, set, flags }] of object.properties) {
    const data = get === null && set === null && flags === PLAIN ? valueData(session, value) : null;
    if (data === null || key.startsWith("@@") || key.startsWith("\u0000")) return null;
    properties.push([key, data]);
  }
  return { kind: "object", part, hasPrototype: object.prototype !== null, properties };
}

function valueData(session: Session, value: Value): Data | null {
  if (value.kind === "const") return { kind: "constant", value: value.value };
  return value.kind === "object" ? literalData(session, value.address) : null;
}

/**
 * An operand for a regular expression that has no name: the same expression, as a constant of the module. What calls do is
 * the same with either, for nothing is kept in one from call to call; one with `g` or `y` keeps where it stands
 * (`startsAt0`: the call it is for does not ask that).
 */
export function referToRegExp(run: Run, state: State, address: Address, startsAt0 = false): Operand | null {
  const { session } = run;
  const object = session.world.get(address);
  if (object?.kind !== "regexp" || mayChange(run, address) || session.isMutable(address, "lastIndex")) return null;
  if (session.evaluating || legacyRegExp(session.world.source).compiles) return null;
  const { pattern, flags, lastIndex, isPlain } = readRegExp(object);
  const keepsPlace = (startsAt0 ? /y/ : /[gy]/).test(flags);
  const isStandard = isPlain && object.extensible && object.prototype === session.intrinsic("RegExp.prototype");
  if (!isStandard || keepsPlace || lastIndex !== 0) return null;
  const part = `expression ${address}`;
  return readData(run, state, part, { kind: "regexp", part, pattern, flags });
}

function readData(run: Run, state: State, id: string, data: Data): Operand {
  const temp = run.newTemp();
  run.write(state, { op: "getBinding", dst: temp, name: run.session.nameOf({ kind: "data", id, data }) });
  return temp;
}

/** The value a field of a known object has in residual code: fields that evaluation left dynamic are read there. */
export function materialField(run: Run, state: State, value: Value, holder: Address, key: string): Value {
  if (value.kind !== "dynamic" || run.session.evaluating || !state.store.isBase(holder)) return value;
  const object = referTo(run, state, holder);
  if (object === null) throw new Bailout(`field ${key} is dynamic and its object has no name`);
  const temp = run.newTemp(key);
  run.write(state, { op: "getProp", dst: temp, object, key: { value: key } });
  return dynamic(temp, { what: `field ${key}, which is not known before run time`, from: value.cause });
}

/**
 * Reads a standard built-in by its path: `Math.floor`, `Array.prototype.map`. What all typed arrays share stands in an
 * object without a name, and is read where one of them inherits it: `Int8Array.from`.
 */
export function liftIntrinsic(run: Run, state: State, path: string): Operand {
  const shared = /^%TypedArray%\.(?=prototype\.(?!constructor$)|from$|of$)/.exec(path);
  if (shared !== null) return liftIntrinsic(run, state, `Int8Array.${path.slice(shared[0].length)}`);
  if (/^%|^[gs]et /.test(path)) throw new Bailout(`the built-in ${path} has no name to refer to it by`);
  // Behind `@@` is the path of a symbol, which is a key: `Map.prototype.@@Symbol.iterator`.
  const [, plain = path, symbol = null] = /^(.*?)\.@@(.*)$/.exec(path) ?? [];
  const object = followNames(run, state, plain);
  if (symbol === null) return object;
  if (symbol.includes(".@@")) throw new Bailout(`the built-in ${path} has no name to refer to it by`);
  const key = followNames(run, state, symbol);
  const temp = run.newTemp();
  run.write(state, { op: "getProp", dst: temp, object, key });
  return temp;
}

function followNames(run: Run, state: State, path: string): Temp {
  const [head = "", ...rest] = path.split(".");
  const isPlain = run.session.knowledge.assume.builtins;
  let temp = run.newTemp();
  run.write(state, { op: "getGlobal", dst: temp, name: head, isPlain });
  for (const name of rest) {
    const next = run.newTemp();
    run.write(state, { op: "getProp", dst: next, object: temp, key: { value: name }, isPlain });
    temp = next;
  }
  return temp;
}
