/** Reading, assigning and initializing variables, wherever they live. */
import type { Operand, Slot } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import type { Context } from "./context.ts";
import { needsCheck } from "./planStorage.ts";
import type { Binding } from "./scopes.ts";

const constantGlobals: ReadonlyMap<string, undefined | number> = new Map([
  ["undefined", undefined],
  ["NaN", NaN],
  ["Infinity", Infinity],
]);

/** `x` as a value. A variable in a slot is that slot: copy it (`stable`) if something may assign it before the use. */
export function readVariable(ctx: Context, node: t.Identifier, dst?: Slot): Operand {
  const binding = ctx.module.analysis.bindings.get(node) ?? null;
  if (binding !== null) return readBinding(ctx, binding, isChecked(ctx, binding, node), dst);
  if (node.name === "arguments" && ctx.info.usesArguments && ctx.kind !== "module") return ctx.capture("arguments");
  if (constantGlobals.has(node.name)) return { value: constantGlobals.get(node.name) };
  return ctx.build.compute(dst, (to) => ({ op: "getGlobal", dst: to, name: node.name }));
}

export function isChecked(ctx: Context, binding: Binding, node: t.Identifier): boolean {
  const reference = ctx.module.analysis.references.get(node);
  return reference !== undefined && needsCheck(binding, reference);
}

export function readBinding(ctx: Context, binding: Binding, checked: boolean, dst?: Slot): Operand {
  const { build } = ctx;
  if (binding.scope.kind === "enum") {
    const object = readEnum(ctx, binding);
    return build.compute(dst, (to) => ({ op: "getProp", dst: to, object, key: { value: binding.name } }));
  }
  switch (binding.storage) {
    case "module":
      return build.compute(dst, (to) => ({ op: "getBinding", dst: to, name: binding.name }));
    case "cell": {
      const cell = ctx.slotOf(binding);
      return build.compute(dst, (to) => ({ op: "getCell", dst: to, cell, checked }));
    }
    case "slot":
      return ctx.slotOf(binding);
  }
}

/** The object of the enum whose member this is. */
function readEnum(ctx: Context, member: Binding): Operand {
  const { node } = member.scope;
  const binding = node?.type === "TSEnumDeclaration" ? ctx.module.analysis.bindings.get(node.id) : null;
  if (binding) return readBinding(ctx, binding, false);
  throw new Error(`no enum has the member ${member.name}`);
}

/** `x = value` */
export function assignVariable(ctx: Context, node: t.Identifier, value: Operand): void {
  const binding = ctx.module.analysis.bindings.get(node) ?? null;
  const { build } = ctx;
  if (binding === null) {
    build.emit({ op: "setGlobal", name: node.name, value });
    return;
  }
  if (isConstant(binding)) {
    assignConstant(ctx, binding, node);
    return;
  }
  switch (binding.storage) {
    case "module":
      build.emit({ op: "setBinding", name: binding.name, value, init: false });
      return;
    case "cell":
      build.emit({ op: "setCell", cell: ctx.slotOf(binding), value, checked: isChecked(ctx, binding, node) });
      return;
    case "slot":
      build.copy(ctx.slotOf(binding), value);
  }
}

function isConstant(binding: Binding): boolean {
  return (
    binding.kind === "const" ||
    binding.kind === "import" ||
    binding.kind === "classSelf" ||
    binding.kind === "self" ||
    binding.scope.kind === "enum"
  );
}

function assignConstant(ctx: Context, binding: Binding, node: t.Identifier): void {
  if (binding.kind === "self" && !ctx.info.strict) return;
  const checked = isChecked(ctx, binding, node);
  if (checked) readBinding(ctx, binding, true);
  ctx.build.emit({ op: "throwError", error: "TypeError", message: "Assignment to constant variable." });
}

/** Gives a variable its first value, where it is declared. */
export function initializeVariable(ctx: Context, binding: Binding, value: Operand): void {
  const { build } = ctx;
  switch (binding.storage) {
    case "module":
      build.emit({ op: "setBinding", name: binding.name, value, init: true });
      return;
    case "cell": {
      const cell = ctx.slotOf(binding);
      if (!isCreatedEarly(binding)) build.emit({ op: "newCell", dst: cell, name: binding.name, initialized: false });
      build.emit({ op: "initCell", cell, value });
      return;
    }
    case "slot":
      build.copy(ctx.slotOf(binding), value);
  }
}

/** The cell exists from the beginning of the scope, not from the declaration. */
export function isCreatedEarly(binding: Binding): boolean {
  return binding.early || binding.kind === "var" || binding.kind === "function" || binding.forHead !== null;
}

/** The slot that a value for this variable may be computed into without anyone noticing too early. */
export function directSlot(ctx: Context, binding: Binding): Slot | undefined {
  return binding.storage === "slot" ? ctx.slotOf(binding) : undefined;
}
