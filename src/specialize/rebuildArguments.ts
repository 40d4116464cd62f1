/**
 * An `arguments` object that is needed at run time is made as a call makes it.
 *
 *   function () { return arguments; }(1, x)
 *
 * Needs: nothing has been done to it but that elements were assigned.
 */
import type { Operand } from "../ir/types.ts";
import { copyGeneric } from "./copyGeneric.ts";
import type { HeapObject } from "./heap.ts";
import { HIDDEN, OF_ARGUMENTS, PLAIN } from "./heap.ts";
import { Bailout } from "./limits.ts";
import { argumentsCode } from "./madeCode.ts";
import type { Parts } from "./rebuildPlain.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import type { Address, Temp } from "./values.ts";

export function rebuildArguments(run: Run, state: State, address: Address, temp: Temp, parts: Parts): void {
  const object = state.store.get(address);
  if (!run.session.evaluating && !isAsMade(run, object))
    throw new Bailout("an arguments object that has been changed is needed at run time");
  const code = { code: argumentsCode(), captures: [], home: null, fields: null, isClass: false };
  const { func } = copyGeneric(run, code, () => ({ value: undefined }));
  const callee = run.newTemp();
  run.write(state, { op: "closure", dst: callee, func, captures: [] });
  const args: Operand[] = [];
  for (const [key, { value }] of object.properties) {
    if (key !== String(args.length)) break;
    const assign = (operand: Operand): void =>
      run.write(state, { op: "setProp", object: temp, key: { value: key }, value: operand });
    args.push(parts.part(value, assign));
  }
  run.write(state, { op: "call", dst: temp, callee, receiver: { value: undefined }, args });
}

/** It has the properties that a call gives it, in their order. */
function isAsMade(run: Run, { properties, prototype, extensible }: HeapObject): boolean {
  if (!extensible || prototype !== run.session.intrinsic("Object.prototype")) return false;
  const keys = [...properties.keys()];
  const count = keys.length - 3;
  const length = properties.get("length");
  const iterator = properties.get("@@Symbol.iterator");
  const expected = [...Array.from({ length: count }, (_, i) => String(i)), "length", "@@Symbol.iterator", OF_ARGUMENTS];
  return (
    keys.join() === expected.join() &&
    [...properties.values()]
      .slice(0, count)
      .every(({ get, set, flags }) => get === null && set === null && flags === PLAIN) &&
    length?.flags === HIDDEN &&
    length.value.kind === "const" &&
    length.value.value === count &&
    iterator?.flags === HIDDEN &&
    iterator.value.kind === "object" &&
    iterator.value.address === run.session.intrinsic("Array.prototype.values")
  );
}
