/** What a callee reads: properties, elements, bindings, globals; null where reading may run code of the program. */
import type { Operand } from "../../ir/types.ts";
import { TYPE, factOf } from "../../semantics/numberFacts.ts";
import { isOnly } from "../facts.ts";
import { arrayIndex } from "../lookup.ts";
import type { Callee } from "./callee.ts";
import type { Seen } from "./seen.ts";
import { ANYTHING, ofBuiltin, ofDeclared, ofFact, ofValue } from "./seen.ts";

const TYPED = /^(Int|Uint|Float|Big)\w*Array$/;

/** object[key], of plain data, strings and the standard namespaces. */
export function propertyOf(at: Callee, object: Seen, key: Operand): Seen | null {
  const name = typeof key === "object" ? String(key.value) : null;
  const seenKey = at.read(key).fact;
  if (isOnly(object.fact, TYPE.null | TYPE.undefined)) return ofFact(factOf(undefined));
  if (name === null && !isOnly(seenKey, TYPE.number | TYPE.string)) return null;
  if (object.builtin !== null) return name === null ? null : builtinAt(at, object.builtin, name);
  if (isOnly(object.fact, TYPE.string)) return ofString(at, name, isOnly(seenKey, TYPE.number));
  const { declared } = object;
  if (declared === null) return null;
  if (!isOnly(seenKey, TYPE.number) && declared.isAccessor(name)) return null;
  if (name === null || arrayIndex(name) !== null)
    return name !== null || isOnly(seenKey, TYPE.number) ? ofDeclared(declared.element()) : ANYTHING;
  const holder = TYPED.test(declared.name) ? "%TypedArray%" : declared.name;
  const method = name === "length" ? null : at.calls.session.builtinAt(`${holder}.prototype`, name);
  return method !== null && declared.property(name) === null ? ofBuiltin(method) : ofDeclared(declared.property(name));
}

function builtinAt(at: Callee, holder: string, name: string): Seen | null {
  const path = `${holder}.${name}`;
  return at.calls.session.world.hasIntrinsic(path) ? ofBuiltin(path) : null;
}

function ofString(at: Callee, name: string | null, isIndex: boolean): Seen | null {
  if (name === "length") return ofFact({ types: TYPE.number });
  if (name === null || arrayIndex(name) !== null)
    return isIndex || name !== null ? ofFact({ types: TYPE.string | TYPE.undefined }) : null;
  return builtinAt(at, "String.prototype", name);
}

/** An element of what is iterated in the standard way; null: not known to be. */
export function elementOf(iterable: Seen): Seen | null {
  if (isOnly(iterable.fact, TYPE.string)) return ofFact({ types: TYPE.string });
  const { declared } = iterable;
  if (declared === null || !(TYPED.test(declared.name) || declared.name === "Array")) return null;
  return ofDeclared(declared.element());
}

/** A variable of the module, or what it imports. */
export function bindingOf(at: Callee, name: string): Seen {
  const { session, store } = at.calls;
  const target = session.world.resolve(at.code.code.file, name);
  if (target?.kind !== "local" || session.world.isReassigned(target.file, target.name)) return ANYTHING;
  const environment = session.world.environment(target.file);
  const property = environment === null ? undefined : store.get(environment).properties.get(target.name);
  if (environment === null || property === undefined || session.world.isMutable(environment, target.name))
    return ANYTHING;
  return ofValue(session, store, property.value);
}

/** A standard global; others may have a getter. */
export function globalOf(at: Callee, name: string): Seen | null {
  const value = at.calls.session.global(name);
  return value === null ? null : ofValue(at.calls.session, at.calls.store, value);
}
