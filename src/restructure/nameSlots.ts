/**
 * Names for the slots of one function.
 *
 * Promises: variables that are visible in the same place have different names; no name hides one that is used in the
 * function or in a function inside of it: of a module binding, a global, or a captured variable. The same input gives the
 * same names. Source names are kept where they can be; temporaries are called after what they hold.
 */
import { FreshNames } from "../syntax/freshNames.ts";
import { t } from "../syntax/babel.ts";
import type { IrFunction, IrModule, Slot, SlotInfo } from "../ir/types.ts";
import type { Declarations, Scope } from "./placeDeclarations.ts";
import type { Tree } from "./tree.ts";

export interface NamingRequest {
  readonly module: IrModule;
  readonly fn: IrFunction;
  readonly declarations: Declarations;
  /** names that mean something else in here */
  readonly reserved: ReadonlySet<string>;
  /** what slots that never had a name are first assigned */
  readonly values: ReadonlyMap<Slot, Tree>;
}

export function nameSlots({ module, fn, declarations, reserved, values }: NamingRequest): Map<Slot, string> {
  const names = new Map<Slot, string>();
  const taken = new Map<string, Scope[]>();
  const captured = new Set(fn.captures.map((c) => c.slot));
  const isFree = (name: string, scope: Scope): boolean => {
    if (reserved.has(name) || !isUsable(name)) return false;
    return !(taken.get(name) ?? []).some((other) => other.start < scope.end && scope.start < other.end);
  };
  const take = (slot: Slot, name: string, scope: Scope): void => {
    names.set(slot, name);
    const scopes = taken.get(name);
    if (scopes === undefined) taken.set(name, [scope]);
    else scopes.push(scope);
  };
  const owner = classOwners(declarations, values);
  for (const [slot, name] of declarations.selfCells) names.set(slot, name);
  const slots = [...declarations.scopes].filter(
    ([slot]) => !captured.has(slot) && !isKeyword(fn.slots[slot]!) && !declarations.selfCells.has(slot),
  );
  // Source names first: a temporary makes way for a variable.
  slots.sort(([a, x], [b, y]) => Number(isUnnamed(fn, a)) - Number(isUnnamed(fn, b)) || x.start - y.start || a - b);
  for (const [slot, scope] of slots) {
    const hint = owner.get(slot) ?? fn.slots[slot]!.name ?? hintFor(module, values.get(slot));
    const base = toIdentifier(hint);
    let name = base;
    for (let n = 1; !isFree(name, scope); n++) name = `${base}$${n}`;
    take(slot, name, scope);
  }
  return names;
}

function isUnnamed(fn: IrFunction, slot: Slot): boolean {
  return fn.slots[slot]!.name === undefined;
}

export function isKeyword({ kind }: SlotInfo): boolean {
  return kind === "this" || kind === "arguments" || kind === "newTarget";
}

function isUsable(name: string): boolean {
  return (
    t.isValidIdentifier(name) &&
    !["arguments", "eval", "undefined", "NaN", "Infinity", "async", "await", "yield", "let", "static"].includes(name)
  );
}

function toIdentifier(hint: string): string {
  return new FreshNames().fresh(hint);
}

/** Slots that first hold a class with an inner name are called the same. */
function classOwners(declarations: Declarations, values: ReadonlyMap<Slot, Tree>): Map<Slot, string> {
  const owners = new Map<Slot, string>();
  void declarations;
  for (const [slot, tree] of values)
    if (tree.kind === "operation" && tree.step.op === "class" && tree.step.definition.name !== "")
      owners.set(slot, tree.step.definition.name);
  return owners;
}

function hintFor(module: IrModule, tree: Tree | undefined): string {
  if (tree === undefined) return "value";
  switch (tree.kind) {
    case "method":
      return keyHint(tree.callee.operands[1], "result");
    case "update":
      return tree.target.kind === "operation" ? "old" : "index";
    case "optional":
      return "value";
    case "logical":
    case "conditional":
      return "value";
    case "not":
      return "flag";
    case "operation":
      break;
    default:
      return "value";
  }
  const { step, operands } = tree;
  switch (step.op) {
    case "getProp":
    case "getSuper":
      return keyHint(operands[1], "item");
    case "getPrivate":
    case "getBinding":
    case "getGlobal":
      return step.name;
    case "closure": {
      const { name } = module.functions[step.func]!;
      return name === "" ? "callback" : name.replace(/^(get|set) /, "");
    }
    case "class":
      return step.definition.name || "Anonymous";
    case "call":
      return "result";
    case "construct":
      return "instance";
    case "array":
    case "iterToList":
    case "iterRest":
      return "list";
    case "object":
    case "objectRest":
    case "copyProperties":
      return "object";
    case "template":
      return "text";
    case "iterOpen":
      return "iterator";
    default:
      return "value";
  }
}

function keyHint(key: Tree | undefined, otherwise: string): string {
  if (
    key?.kind !== "constant" ||
    typeof key.value !== "string" ||
    !/^[\w$]+$/.test(key.value) ||
    !/^[a-z_$]/i.test(key.value)
  )
    return otherwise;
  return key.value.length > 24 ? otherwise : key.value;
}
