/** What one function that stays writes, calls and makes. */
import type { ClosureRef, Instruction, Operand } from "../../ir/types.ts";
import { builtinEffect } from "../../semantics/builtins.ts";
import { arrayIndex } from "../lookup.ts";
import type { Code, Program } from "../program.ts";
import { isSlot } from "../program.ts";
import type { Address } from "../values.ts";
import { ALL, ELEMENTS, ENTRIES } from "../world.ts";
import { CALLED_BY_BUILT_INS } from "./calledByBuiltIns.ts";
import type { Objects } from "./objects.ts";
import type { Origin } from "./origin.ts";
import { UNKNOWN } from "./origin.ts";
import type { Slots } from "./slotOrigins.ts";
import { slotOrigins } from "./slotOrigins.ts";

/** What has been found of all functions so far. */
export class Found {
  readonly writes: { readonly address: Address; readonly change: string }[] = [];
  /** changes of objects that are not known: fields by name, or as the world has them */
  readonly unknown = new Set<string>();
  /** names of methods that are called, and of properties that are read or written, of objects that are not known */
  readonly called = new Set<string>(CALLED_BY_BUILT_INS);
  callsAny = false;
  /** to be looked at */
  readonly functions: Address[] = [];
  readonly closures: { readonly code: Code; readonly captures: readonly Origin[] }[] = [];

  hasWork(): boolean {
    return this.functions.length > 0 || this.closures.length > 0;
  }
  write(origin: Origin, change: string): void {
    for (const address of origin.known) this.writes.push({ address, change });
    if (origin.unknown) this.unknown.add(change);
  }
}

/** Adds what a function does. */
export function scanFunction(
  objects: Objects,
  found: Found,
  code: Code,
  captures: readonly Origin[],
  program: Program,
): void {
  if (code.ir.opaque !== null) return scanOpaque(objects, found, code, captures);
  const slots = slotOrigins(objects, code, captures);
  const keys = new Map<number, { readonly object: Operand; readonly name: string | null }>();
  for (const { instructions } of code.ir.blocks)
    for (const step of instructions)
      if (step.op === "getProp")
        keys.set(step.dst, { object: step.object, name: isSlot(step.key) ? null : String(step.key.value) });
  const inner = (ref: ClosureRef): void => {
    found.closures.push({
      code: program.code(code.file, ref.func),
      captures: ref.captures.map((c) => slots.origin(c)),
    });
  };
  for (const { instructions } of code.ir.blocks)
    for (const step of instructions) scanStep(objects, found, slots, step, keys, inner);
}

function scanStep(
  objects: Objects,
  found: Found,
  slots: Slots,
  step: Instruction,
  reads: ReadonlyMap<number, { readonly object: Operand; readonly name: string | null }>,
  inner: (ref: ClosureRef) => void,
): void {
  switch (step.op) {
    case "getProp":
      // an accessor of it may run
      if (!isSlot(step.key)) found.called.add(String(step.key.value));
      return;
    case "setProp":
    case "deleteProp":
      return found.write(slots.origin(step.object), changeOf(slots, step.key, found));
    case "setPrivate":
      return found.write(slots.origin(step.object), `\u0000${step.name}@${step.brand}`);
    case "getPrivate":
      found.called.add(`\u0000${step.name}@${step.brand}`);
      return;
    case "setSuper":
      return found.write(slots.origin(step.receiver), changeOf(slots, step.key, found));
    case "closure":
      return inner(step);
    case "class": {
      const { constructorFunction, members } = step.definition;
      if (constructorFunction !== null) inner(constructorFunction);
      for (const { closure } of members) if (closure !== null) inner(closure);
      return;
    }
    case "call":
      return scanCall(objects, found, slots, step, isSlot(step.callee) ? reads.get(step.callee) : undefined);
    case "construct":
      for (const address of slots.origin(step.callee).known) found.functions.push(address);
      return;
    default:
      return;
  }
}

/** What is written under a key. */
function changeOf(slots: Slots, key: Operand, found: Found): string {
  if (isSlot(key)) return slots.isNumber(key) ? ELEMENTS : ALL;
  const name = String(key.value);
  // a setter may run
  found.called.add(name);
  return arrayIndex(name) === null && name !== "length" ? name : ELEMENTS;
}

const MUTATES_ELEMENTS = /^(push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|set)$/;
const MUTATES_ENTRIES = /^(set|add|delete|clear)$/;

function scanCall(
  objects: Objects,
  found: Found,
  slots: Slots,
  step: Extract<Instruction, { op: "call" }>,
  read: { readonly object: Operand; readonly name: string | null } | undefined,
): void {
  const callee = slots.origin(step.callee);
  const args = step.args.map((a): Origin => (typeof a === "object" && "spread" in a ? UNKNOWN : slots.origin(a)));
  // a callback runs, whoever it is handed to
  for (const { known } of args) for (const address of known) found.functions.push(address);
  for (const address of callee.known) {
    const builtin = objects.get(address)?.builtin ?? null;
    if (builtin === null) found.functions.push(address);
    else if (/^Function\.prototype\.(call|apply|bind)$/.test(builtin))
      found.functions.push(...slots.origin(step.receiver).known);
    else scanBuiltin(found, slots.origin(step.receiver), args, builtin);
  }
  if (read === undefined || !callee.unknown) return;
  if (read.name === null) found.callsAny = true;
  else {
    found.called.add(read.name);
    const holder = slots.origin(read.object);
    if (MUTATES_ELEMENTS.test(read.name)) found.write(holder, ELEMENTS);
    if (MUTATES_ENTRIES.test(read.name)) found.write(holder, ENTRIES);
  }
}

function scanBuiltin(found: Found, receiver: Origin, args: readonly Origin[], path: string): void {
  const effect = builtinEffect(path);
  if (effect === "none" || effect === "callsBack") return;
  if (!path.includes(".prototype.")) for (const arg of args) found.write(arg, ALL);
  else found.write(receiver, /^(Map|Set)\./.test(path) ? ENTRIES : ELEMENTS);
}

/** Of code that was not lowered, the names that occur in it are known. */
function scanOpaque(objects: Objects, found: Found, code: Code, captures: readonly Origin[]): void {
  const mentions = code.ir.opaque?.mentions;
  if (mentions === undefined) return;
  const held = [...captures, ...mentions.names.map((name) => objects.binding(code.file, name))];
  for (const { known } of held)
    for (const address of known) {
      objects.reached.add(address);
      found.functions.push(address);
    }
  for (const name of mentions.properties) {
    found.called.add(name);
    if (MUTATES_ELEMENTS.test(name)) found.unknown.add(ELEMENTS);
    if (MUTATES_ENTRIES.test(name)) found.unknown.add(ENTRIES);
  }
  for (const name of mentions.assigned)
    found.unknown.add(arrayIndex(name) === null && name !== "length" ? name : ELEMENTS);
  if (mentions.computes) found.unknown.add(ALL);
}
