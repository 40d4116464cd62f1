/**
 * A plain object that is needed at run time: a literal of the same properties, in order. Methods, getters and setters of a
 * literal stand in it again, as themselves; what no literal can say (a property that is hidden or cannot be written, a
 * getter that was defined) gets its place in it and is defined afterwards. Parts that are not finished yet are assigned
 * afterwards too.
 *
 *   Object.defineProperty(o, "id", { value: 7 })       const o = { v: x, id: undefined };
 *                                                      Object.defineProperty(o, "id", { value: 7, writable: false, … });
 */
import type { Operand, PropertyDefinition } from "../ir/types.ts";
import type { FunctionCode, HeapObject, Property } from "./heap.ts";
import { CONFIGURABLE, ENUMERABLE, PLAIN, WRITABLE } from "./heap.ts";
import { Bailout } from "./limits.ts";
import { nameOfKey } from "./liftSymbol.ts";
import { liftIntrinsic } from "./referTo.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";
import type { Address, Temp, Value } from "./values.ts";
import { UNDEFINED } from "./values.ts";
import { Restart } from "./versions.ts";

/** How parts of an object are lifted. */
export interface Parts {
  lift(value: Value): Operand;
  key(key: string): Operand;
  /** a part that is itself being rebuilt is handed to `assign` later */
  part(value: Value, assign: (operand: Operand) => void): Operand;
  later(action: () => void): void;
  /** it is itself being rebuilt: it is not there yet */
  isBeingMade(value: Value): boolean;
}

export function rebuildPlain(run: Run, state: State, address: Address, temp: Temp, parts: Parts): void {
  const object = state.store.get(address);
  const properties = prototypeOf(run, state, object, parts);
  const restriction = restrictionOf(object);
  for (const [key, property] of object.properties) {
    const name = parts.key(key);
    const isPlain = property.flags === (restriction?.flags ?? PLAIN);
    const { get, set, value } = property;
    if (standsAsAccessor(state, address, key, property, restriction)) {
      if (get?.kind === "object") properties.push({ kind: "get", key: name, value: parts.lift(get) });
      if (set?.kind === "object") properties.push({ kind: "set", key: name, value: parts.lift(set) });
    } else if (get !== null || set !== null || !isPlain) {
      properties.push({ kind: "init", key: name, value: { value: undefined } });
      parts.later(() => define(run, state, temp, name, property, parts));
    } else {
      const isMethod = methodAt(state, address, key, value)?.code.ir.kind === "method";
      const names = key.startsWith("@@") && codeNamedBy(state, key, value) !== null ? ({ names: "same" } as const) : {};
      const assign = (operand: Operand): void =>
        run.write(state, { op: "setProp", object: temp, key: name, value: operand });
      properties.push({ kind: isMethod ? "method" : "init", key: name, value: parts.part(value, assign), ...names });
    }
  }
  run.write(state, { op: "object", dst: temp, properties });
  if (restriction !== null) parts.later(() => restrict(run, state, temp, restriction));
}

/** `__proto__: …`, where it is not the standard one. */
function prototypeOf(run: Run, state: State, object: HeapObject, parts: Parts): PropertyDefinition[] {
  if (object.prototype === run.session.intrinsic("Object.prototype")) return [];
  if (
    object.site.startsWith("new ") &&
    run.session.canConstruct(state, object.prototype) &&
    run.session.leaveMaking(object.site)
  )
    throw new Restart(`${object.site} is needed at run time`);
  const proto: Operand =
    object.prototype === null ? { value: null } : parts.lift({ kind: "object", address: object.prototype });
  return [{ kind: "proto", key: { value: "__proto__" }, value: proto }];
}

/** The code of a function that a literal can have in this place as a method, getter or setter: it was made there. */
function methodAt(state: State, home: Address, key: string, value: Value | null): FunctionCode | null {
  const code = codeNamedBy(state, key, value);
  return code?.home === home ? code : null;
}

/** The code of a function that stands for itself under this key: it is made there, and called after it. */
function codeNamedBy(state: State, key: string, value: Value | null): FunctionCode | null {
  if (value?.kind !== "object" || key === "__proto__") return null;
  const { code, residence, properties } = state.store.get(value.address);
  if (code === null || code.isClass || residence.kind !== "virtual" || state.store.isFixed(value.address)) return null;
  const own = properties.get("name")?.value;
  const name = own === undefined ? code.code.ir.name : own.kind === "const" ? String(own.value) : "";
  const isNamed = name.replace(/^[gs]et /, "") === nameOfKey(key);
  return isNamed && properties.size === (own === undefined ? 0 : 1) ? code : null;
}

function standsAsAccessor(
  state: State,
  home: Address,
  key: string,
  { get, set, flags }: Property,
  restriction: Restriction | null,
): boolean {
  if (get?.kind !== "object" && set?.kind !== "object") return false;
  const isPlain = (flags | WRITABLE) === ((restriction?.flags ?? PLAIN) | WRITABLE);
  const isGetter = get?.kind !== "object" || methodAt(state, home, key, get)?.code.ir.kind === "getter";
  const isSetter = set?.kind !== "object" || methodAt(state, home, key, set)?.code.ir.kind === "setter";
  return isPlain && isGetter && isSetter;
}

/** The property is made what it was here, in the place that the literal has given it. */
export function define(run: Run, state: State, temp: Temp, key: Operand, property: Property, parts: Parts): void {
  if (!run.session.knowledge.assume.builtins)
    throw new Bailout(
      "a property that is not plain data is needed at run time, and how one is defined may have changed",
    );
  const { get, set, value, flags } = property;
  const init = (name: string, operand: Operand): PropertyDefinition => ({
    kind: "init",
    key: { value: name },
    value: operand,
  });
  const isAccessor = get !== null || set !== null;
  const descriptor = run.newTemp();
  const content = isAccessor
    ? [init("get", parts.lift(get ?? UNDEFINED)), init("set", parts.lift(set ?? UNDEFINED))]
    : [init("value", parts.lift(value)), init("writable", { value: (flags & WRITABLE) !== 0 })];
  const properties = [
    ...content,
    init("enumerable", { value: (flags & ENUMERABLE) !== 0 }),
    init("configurable", { value: (flags & CONFIGURABLE) !== 0 }),
  ];
  run.write(state, { op: "object", dst: descriptor, properties });
  callOfObject(run, state, "Object.defineProperty", [temp, key, descriptor]);
}

export interface Restriction {
  readonly builtin: string;
  /** what properties and elements are then */
  readonly flags: number;
}
const NO_MORE: Restriction = { builtin: "Object.preventExtensions", flags: PLAIN };
const RESTRICTIONS: readonly Restriction[] = [
  { builtin: "Object.freeze", flags: ENUMERABLE },
  { builtin: "Object.seal", flags: ENUMERABLE | WRITABLE },
  NO_MORE,
];

/** What was done to an object that takes no more properties; null: nothing. Getters and setters are never writable. */
export function restrictionOf(object: HeapObject): Restriction | null {
  if (object.extensible) return null;
  const all = [...object.properties.values()];
  const fits = ({ flags }: Restriction): boolean =>
    all.every(({ get, set, flags: own }) =>
      get === null && set === null ? own === flags : (own | WRITABLE) === (flags | WRITABLE),
    );
  const found = RESTRICTIONS.find((one) => fits(one) && (object.kind !== "array" || object.elementFlags === one.flags));
  if (found !== undefined) return found;
  if (object.kind !== "array") return NO_MORE;
  throw new Bailout("an array of which only some properties are frozen is needed at run time");
}

/** When the object is complete: it is frozen, as it was here. */
export function restrict(run: Run, state: State, temp: Temp, { builtin }: Pick<Restriction, "builtin">): void {
  callOfObject(run, state, builtin, [temp]);
}

function callOfObject(run: Run, state: State, path: string, args: readonly Operand[]): void {
  const callee = liftIntrinsic(run, state, path);
  const receiver = liftIntrinsic(run, state, "Object");
  run.write(state, { op: "call", dst: run.newTemp(), callee, receiver, args });
}
