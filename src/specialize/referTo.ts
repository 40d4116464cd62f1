/** Names in residual code for objects of the world: bindings and paths from them, and standard built-ins. */
import type { Operand, Primitive } from "../ir/types.ts";
import { Bailout } from "./limits.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import type { Address, Temp, Value } from "./values.ts";
import { dynamic } from "./values.ts";

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
  if (found === undefined) return null;
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
  const elements: Primitive[] = [];
  for (const element of object.elements) {
    if (element?.kind !== "const") return null;
    elements.push(element.value);
  }
  if (elements.some((e) => typeof e === "bigint" || Object.is(e, -0))) return null;
  const temp = run.newTemp();
  run.write(state, { op: "getBinding", dst: temp, name: run.session.nameOf({ kind: "data", elements }) });
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

/** Reads a standard built-in by its path: `Math.floor`, `Array.prototype.map`. */
export function liftIntrinsic(run: Run, state: State, path: string): Operand {
  if (path.startsWith("%")) throw new Bailout(`the built-in ${path} has no name to refer to it by`);
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
  let temp = run.newTemp();
  run.write(state, { op: "getGlobal", dst: temp, name: head });
  for (const name of rest) {
    const next = run.newTemp();
    run.write(state, { op: "getProp", dst: next, object: temp, key: { value: name } });
    temp = next;
  }
  return temp;
}
