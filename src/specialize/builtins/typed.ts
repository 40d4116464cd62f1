/** Typed arrays with static elements: making, filling and copying them. Views that share a buffer are not modelled. */
import type { BuiltinModel } from "./model.ts";
import { knownOf } from "./model.ts";
import type { TypedView } from "../heap.ts";
import { newObject } from "../heap.ts";
import { listOf } from "../iterators.ts";
import type { Run } from "../run.ts";
import type { Call, Flow, State } from "../state.ts";
import { set } from "../stepOperators.ts";
import { makeTyped } from "../typedContent.ts";
import type { TypedWindow } from "../typedWindow.ts";
import { contentOf, storeAt, windowOf } from "../typedWindow.ts";
import type { Value } from "../values.ts";
import { UNDEFINED, constant, reference } from "../values.ts";

function constants(values: readonly Value[]): (number | bigint)[] | null {
  const content: (number | bigint)[] = [];
  for (const value of values) {
    if (value.kind !== "const" || (typeof value.value !== "number" && typeof value.value !== "bigint")) return null;
    content.push(value.value);
  }
  return content;
}

/** A typed array of the kind that the receiver constructs. */
function make(run: Run, state: State, call: Call, values: readonly Value[] | null): Flow | null {
  const name = call.receiver.kind === "object" ? state.store.get(call.receiver.address).builtin : null;
  const content = values === null ? null : constants(values);
  if (
    name === null ||
    content === null ||
    !run.session.world.hasIntrinsic(`${name}.prototype`) ||
    !name.endsWith("Array")
  )
    return null;
  const view = makeTyped(name, content);
  if (view === null) return null;
  return give(run, state, call, newTyped(run, state, name, view));
}

function newTyped(run: Run, state: State, name: string, view: TypedView): Value {
  const address = run.newAddress();
  const object = newObject("typed", run.session.intrinsic(`${name}.prototype`), `new ${name}`);
  object.bytes = view;
  state.store.put(address, object);
  return reference(address);
}

function give(run: Run, state: State, call: Call, value: Value): Flow {
  return call.dst === null ? "next" : set(run, state, call.dst, value);
}

/** Integer arguments of fill and slice, relative to a length; null: dynamic. */
function range(call: Call, from: number, length: number): { start: number; end: number } | null {
  const at = (value: Value | undefined, otherwise: number): number | null => {
    if (value === undefined || (value.kind === "const" && value.value === undefined)) return otherwise;
    if (value.kind !== "const" || typeof value.value !== "number") return null;
    const n = Math.trunc(value.value);
    return n < 0 ? Math.max(0, length + n) : Math.min(n, length);
  };
  const start = at(call.args[from], 0);
  const end = at(call.args[from + 1], length);
  return start === null || end === null ? null : { start, end };
}

/** The window of a receiver whose content the specializer holds and may change. */
function windowFor(state: State, value: Value): TypedWindow | null {
  const window = value.kind === "object" ? windowOf(state, value.address) : null;
  return window !== null && state.store.isOwn(window.owner) ? window : null;
}

const fill: BuiltinModel = (run, state, call) => {
  const window = windowFor(state, call.receiver);
  const [value] = call.args;
  const bounds = window === null ? null : range(call, 1, window.length);
  if (window === null || bounds === null || value?.kind !== "const") return null;
  for (let i = bounds.start; i < bounds.end; i++) if (!storeAt(state, window, i, value.value)) return null;
  return give(run, state, call, call.receiver);
};

const copy: BuiltinModel = (run, state, call) => {
  const window = windowFor(state, call.receiver);
  const [source = UNDEFINED, offset = constant(0)] = call.args;
  const list = window === null ? null : listOf(run, state, source);
  const content = list === null ? null : constants(list);
  if (window === null || content === null || offset.kind !== "const" || typeof offset.value !== "number") return null;
  if (offset.value < 0 || offset.value + content.length > window.length) return null;
  for (const [i, element] of content.entries()) if (!storeAt(state, window, offset.value + i, element)) return null;
  return give(run, state, call, UNDEFINED);
};

/** Elements moved within one content. */
const copyWithin: BuiltinModel = (run, state, call) => {
  const window = windowFor(state, call.receiver);
  const [target] = call.args;
  const bounds = window === null ? null : range(call, 1, window.length);
  if (
    window === null ||
    bounds === null ||
    target?.kind !== "const" ||
    typeof target.value !== "number" ||
    target.value < 0
  )
    return null;
  const moved = contentOf(state, window).slice(bounds.start, bounds.end);
  for (const [i, element] of moved.entries())
    if (target.value + i < window.length && !storeAt(state, window, target.value + i, element)) return null;
  return give(run, state, call, call.receiver);
};

const slice: BuiltinModel = (run, state, call) => {
  const known = knownOf(run, state, call.receiver, "typed");
  const window = known === null || call.receiver.kind !== "object" ? null : windowOf(state, call.receiver.address);
  const bounds = window === null ? null : range(call, 0, window.length);
  if (window === null || bounds === null || run.session.isMutable(window.owner, "0")) return null;
  const made = makeTyped(window.constructorName, contentOf(state, window).slice(bounds.start, bounds.end));
  return made === null ? null : give(run, state, call, newTyped(run, state, window.constructorName, made));
};

const subarray: BuiltinModel = (run, state, call) => {
  const window = windowFor(state, call.receiver);
  const bounds = window === null ? null : range(call, 0, window.length);
  if (window === null || bounds === null) return null;
  const address = run.newAddress();
  const view = newObject("typed", run.session.intrinsic(`${window.constructorName}.prototype`), "subarray");
  view.elements = [call.receiver, constant(bounds.start), constant(Math.max(0, bounds.end - bounds.start))];
  state.store.put(address, view);
  return give(run, state, call, reference(address));
};

export const typedModels: ReadonlyMap<string, BuiltinModel> = new Map<string, BuiltinModel>([
  ["%TypedArray%.of", (run, state, call) => make(run, state, call, call.args)],
  [
    "%TypedArray%.from",
    (run, state, call) =>
      call.args.length === 1 ? make(run, state, call, listOf(run, state, call.args[0] ?? UNDEFINED)) : null,
  ],
  ["%TypedArray%.prototype.fill", fill],
  ["%TypedArray%.prototype.set", copy],
  ["%TypedArray%.prototype.copyWithin", copyWithin],
  ["%TypedArray%.prototype.slice", slice],
  ["%TypedArray%.prototype.subarray", subarray],
]);
