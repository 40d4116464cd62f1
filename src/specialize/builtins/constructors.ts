/** `new` of built-ins that the specializer can hold: Map, Set, Array, Object, RegExp, errors, typed arrays with static contents. */
import type { ConstructorModel } from "./model.ts";
import { newRegExpModel } from "./regExps.ts";
import { TYPE, isOnly } from "../facts.ts";
import type { ObjectKind } from "../heap.ts";
import { HIDDEN, dataProperty, newObject } from "../heap.ts";
import { listOf, pairOf } from "../iterators.ts";
import { lookup } from "../lookup.ts";
import { constructionSite, newArray } from "../make.ts";
import type { Run } from "../run.ts";
import type { Construction, Flow, State } from "../state.ts";
import { set } from "../stepOperators.ts";
import { makeTyped } from "../typedContent.ts";
import type { Address, Value } from "../values.ts";
import { UNDEFINED, constant, reference } from "../values.ts";

function prototypeOf(run: Run, state: State, newTarget: Value, fallback: string): Address | null {
  if (newTarget.kind !== "object") return null;
  const found = lookup(run, state, newTarget.address, "prototype");
  return found.kind === "data" && found.value.kind === "object"
    ? found.value.address
    : found.kind === "unknown"
      ? null
      : run.session.intrinsic(`${fallback}.prototype`);
}

function make(run: Run, state: State, kind: ObjectKind, prototype: Address | null, site: string): Address {
  const address = run.newAddress();
  state.store.put(address, newObject(kind, prototype, site));
  return address;
}

function collection(name: "Map" | "Set"): ConstructorModel {
  return (run, state, call, newTarget) => {
    const prototype = prototypeOf(run, state, newTarget, name);
    if (prototype === null) return null;
    const source = call.args[0] ?? UNDEFINED;
    const empty = isNothing(source);
    if (!empty && !isFilledByBuiltin(run, state, prototype, name)) return null;
    const list = empty ? [] : listOf(run, state, source);
    const entries = list === null ? null : entriesOf(run, state, list, name);
    if (entries === null) return null;
    const address = make(run, state, name === "Map" ? "map" : "set", prototype, `new ${name}`);
    state.store.edit(address).entries = entries;
    return set(run, state, call.dst, reference(address));
  };
}

function isNothing(value: Value): boolean {
  return value.kind === "const" && (value.value === undefined || value.value === null);
}

/** The entries are put in by the instance's own `set` or `add`, which a subclass may have. */
function isFilledByBuiltin(run: Run, state: State, prototype: Address, name: "Map" | "Set"): boolean {
  const key = name === "Map" ? "set" : "add";
  const found = lookup(run, state, prototype, key);
  const original = run.session.intrinsic(`${name}.prototype.${key}`);
  return found.kind === "data" && found.value.kind === "object" && found.value.address === original;
}

/** `super(iterable)` of a Map or Set whose class has a `set` or `add` of its own: the empty collection; null: nothing of that sort. */
export function collectionToFill(
  run: Run,
  state: State,
  path: string,
  source: Value,
  newTarget: Value,
): Address | null {
  if ((path !== "Map" && path !== "Set") || isNothing(source)) return null;
  const prototype = prototypeOf(run, state, newTarget, path);
  if (prototype === null || isFilledByBuiltin(run, state, prototype, path)) return null;
  const address = make(run, state, path === "Map" ? "map" : "set", prototype, `new ${path}`);
  state.store.edit(address).entries = [];
  return address;
}

/** null: a key is dynamic, or a key comes twice (rare: leave it to the run time) */
function entriesOf(
  run: Run,
  state: State,
  list: readonly Value[],
  name: "Map" | "Set",
): (readonly [Value, Value])[] | null {
  const entries = new Map<string, readonly [Value, Value]>();
  for (const item of list) {
    let pair: readonly [Value, Value] = [item, item];
    if (name === "Map") {
      const found = pairOf(run, state, item);
      if (found === null) return null;
      pair = found;
    }
    // as Map.prototype.set does: -0 becomes 0
    if (pair[0].kind === "const" && pair[0].value === 0) pair = [constant(0), name === "Set" ? constant(0) : pair[1]];
    const [key] = pair;
    if (key.kind === "dynamic") return null;
    const id =
      key.kind === "const"
        ? `${typeof key.value} ${String(key.value)}`
        : key.kind === "object"
          ? `@${key.address}`
          : key.key;
    const old = entries.get(id);
    entries.set(id, old === undefined ? pair : [old[0], pair[1]]);
  }
  return [...entries.values()];
}

const newArrayModel: ConstructorModel = (run, state, call, newTarget) => {
  if (prototypeOf(run, state, newTarget, "Array") !== run.session.intrinsic("Array.prototype")) return null;
  const [length] = call.args;
  if (call.args.length !== 1 || length === undefined)
    return set(run, state, call.dst, newArray(run, state, call.args, "new Array"));
  if (length.kind === "dynamic") return null;
  if (length.kind !== "const" || typeof length.value !== "number")
    return set(run, state, call.dst, newArray(run, state, [length], "new Array"));
  if (!Number.isInteger(length.value) || length.value < 0 || length.value > 1_000_000) return null;
  return set(run, state, call.dst, newArray(run, state, new Array<null>(length.value).fill(null), "new Array"));
};

/** The message as a text; null: making one of it may run code of the program. */
function textOf(message: Value): Value | null {
  if (message.kind === "const") return message.value === undefined ? UNDEFINED : constant(String(message.value));
  return message.kind === "dynamic" && isOnly(message.fact, TYPE.string) ? message : null;
}

function error(name: string): ConstructorModel {
  return (run, state, call, newTarget) => {
    const prototype = prototypeOf(run, state, newTarget, name);
    const [message, options] = call.args;
    if (prototype === null || options !== undefined) return null;
    const text = message === undefined ? UNDEFINED : textOf(message);
    if (text === null || (text.kind === "dynamic" && !run.session.knowledge.assume.builtins)) return null;
    const address = make(
      run,
      state,
      "error",
      prototype,
      newTarget === call.callee ? `new ${name}` : constructionSite(state),
    );
    if (text !== UNDEFINED) state.store.edit(address).properties.set("message", dataProperty(text, HIDDEN));
    return set(run, state, call.dst, reference(address));
  };
}

function typed(name: string): ConstructorModel {
  return (run, state, call, newTarget): Flow | null => {
    if (prototypeOf(run, state, newTarget, name) !== run.session.intrinsic(`${name}.prototype`) || call.args.length > 1)
      return null;
    const content = typedContent(run, state, call);
    if (content === null) return null;
    const view = makeTyped(name, content);
    if (view === null) return null;
    const address = make(run, state, "typed", run.session.intrinsic(`${name}.prototype`), `new ${name}`);
    state.store.edit(address).bytes = view;
    return set(run, state, call.dst, reference(address));
  };
}

function typedContent(run: Run, state: State, call: Construction): number | (number | bigint)[] | null {
  const [source] = call.args;
  if (source === undefined) return 0;
  if (source.kind === "const")
    return typeof source.value === "number" && source.value >= 0 && source.value <= 10_000_000 ? source.value : null;
  const list = listOf(run, state, source);
  if (list === null) return null;
  const content: (number | bigint)[] = [];
  for (const value of list) {
    if (value.kind !== "const" || (typeof value.value !== "number" && typeof value.value !== "bigint")) return null;
    content.push(value.value);
  }
  return content;
}

const TYPED = [
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
];
const ERRORS = ["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError"];

export const constructorModels: ReadonlyMap<string, ConstructorModel> = new Map<string, ConstructorModel>([
  ["Map", collection("Map")],
  ["Set", collection("Set")],
  ["Array", newArrayModel],
  ["RegExp", newRegExpModel],
  [
    "Object",
    (run, state, call) =>
      call.args.length > 0
        ? null
        : set(
            run,
            state,
            call.dst,
            reference(make(run, state, "plain", run.session.intrinsic("Object.prototype"), "new Object")),
          ),
  ],
  ...ERRORS.map((name): [string, ConstructorModel] => [name, error(name)]),
  ...TYPED.map((name): [string, ConstructorModel] => [name, typed(name)]),
]);
