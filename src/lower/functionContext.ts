/** The context of one function: slots for variables on first use, captures as they are needed. */
import { definitely } from "../base/invariant.ts";
import type { CaptureInfo, FunctionKind, Slot, SlotInfo } from "../ir/types.ts";
import type { t } from "../syntax/babel.ts";
import { lowerCondition } from "./conditions.ts";
import { at, type CaptureSource, type Context, type ModuleContext } from "./context.ts";
import { lowerEffect, lowerExpression, lowerNamed } from "./expressions.ts";
import { FunctionBuilder } from "./functionBuilder.ts";
import { ownerOfThis, type Binding, type FunctionInfo } from "./scopes.ts";
import { lowerStatement } from "./statements.ts";

/** What a function turned out to use while it was lowered. */
export interface Uses {
  readonly captures: CaptureInfo[];
  readonly sources: CaptureSource[];
  thisSlot: Slot | null;
  /** `this` of sloppy code as the object that it is converted to */
  thisObject: Slot | null;
  argumentsSlot: Slot | null;
  newTargetSlot: Slot | null;
  selfSlot: Slot | null;
}

export interface FunctionContext extends Context {
  readonly uses: Uses;
  /** Makes `slot` the home of a variable. */
  place(binding: Binding, slot: Slot): void;
}

export function functionContext(
  module: ModuleContext,
  info: FunctionInfo,
  kind: FunctionKind,
  parameterProperties: readonly t.Identifier[],
): FunctionContext {
  const build = new FunctionBuilder(module.file);
  const slots = new Map<Binding, Slot>();
  const bindings = new Map<Slot, Binding>();
  const uses: Uses = {
    captures: [],
    sources: [],
    thisSlot: null,
    thisObject: null,
    argumentsSlot: null,
    newTargetSlot: null,
    selfSlot: null,
  };

  const captureSlot = (source: CaptureSource, slotKind: SlotInfo["kind"], name: string): Slot => {
    const slot = build.newSlot(slotKind, name);
    uses.captures.push({ slot, name, isCell: slotKind === "cell" });
    uses.sources.push(source);
    return slot;
  };
  const place = (binding: Binding, slot: Slot): void => {
    slots.set(binding, slot);
    if (binding.storage === "slot") bindings.set(slot, binding);
  };
  const slotOf = (binding: Binding): Slot => {
    const known = slots.get(binding);
    if (known !== undefined) return known;
    const isOwn = binding.func === info;
    const slotKind = binding.storage === "cell" ? "cell" : isOwn && binding.kind === "self" ? "self" : "variable";
    const slot = isOwn ? build.newSlot(slotKind, binding.name) : captureSlot(binding, slotKind, binding.name);
    if (isOwn && slotKind === "self") uses.selfSlot = slot;
    place(binding, slot);
    return slot;
  };
  const implicit = (
    what: "thisSlot" | "argumentsSlot" | "newTargetSlot",
    source: CaptureSource & string,
    slotKind: SlotInfo["kind"],
  ): Slot => {
    uses[what] ??= kind === "arrow" ? captureSlot(source, slotKind, source) : build.newSlot(slotKind, source);
    return definitely(uses[what], source);
  };
  const sloppyThis = (): Slot => {
    if (kind === "arrow") return (uses.thisObject ??= captureSlot("this", "variable", "self"));
    implicit("thisSlot", "this", "this");
    return (uses.thisObject ??= build.newSlot("variable", "self"));
  };
  const ctx: FunctionContext = {
    module,
    info,
    kind,
    build,
    uses,
    place,
    parameterProperties,
    control: [],
    labels: [],
    expression: (node, dst) => at(ctx, node, () => lowerExpression(ctx, node, dst)),
    named: (node, name, dst) => at(ctx, node, () => lowerNamed(ctx, node, name, dst)),
    effect: (node) => at(ctx, node, () => lowerEffect(ctx, node)),
    condition: (node, then, otherwise) => at(ctx, node, () => lowerCondition(ctx, node, then, otherwise)),
    statement: (node) => at(ctx, node, () => lowerStatement(ctx, node)),
    slotOf,
    bindingOf: (slot) => bindings.get(slot),
    capture: (source) => {
      switch (source) {
        case "this":
          return hasSloppyThis(info) ? sloppyThis() : implicit("thisSlot", source, "this");
        case "arguments":
          return implicit("argumentsSlot", source, "arguments");
        case "new.target":
          return implicit("newTargetSlot", source, "newTarget");
        default:
          return slotOf(source);
      }
    },
  };
  return ctx;
}

/** Its `this` is that of a function of sloppy code. */
function hasSloppyThis(info: FunctionInfo): boolean {
  const owner = ownerOfThis(info);
  return owner.node !== null && !owner.strict;
}
