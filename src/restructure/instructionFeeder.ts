/**
 * Instructions of a straight line, one after the other, into pending values and lines: see `PendingValues` for what may be
 * nested where. Here the shapes are recognised that take several instructions and one expression: method calls, compound
 * assignments, steps.
 */
import { invariant } from "../base/invariant.ts";
import { operandsOf } from "../ir/operands.ts";
import type { Instruction, IrFunction, IrModule, Operand, Origin, Slot } from "../ir/types.ts";
import { compoundIn } from "./compoundIn.ts";
import type { Effects, EffectsReader } from "./effects.ts";
import { builtinNames, noEffects } from "./effects.ts";
import type { Entry, PendingValues } from "./pendingValues.ts";
import type { SlotFacts } from "./slotFacts.ts";
import { capturedBy } from "./slotFacts.ts";
import type { CallStep, Operation, Tree } from "./tree.ts";
import { sameLeaf } from "./treeShapes.ts";

export class InstructionFeeder {
  readonly #alias = new Map<Slot, Tree>();

  constructor(
    private readonly module: IrModule,
    private readonly fn: IrFunction,
    private readonly facts: SlotFacts,
    private readonly effects: EffectsReader,
  ) {}

  feedBlock(values: PendingValues, steps: readonly Instruction[], condition: Operand | null): void {
    const tail = this.#logicalTail(steps, condition);
    steps.forEach((step, index) => {
      if (index === tail && "dst" in step) this.#feedTail(values, step, step.dst);
      else this.#feed(values, step);
    });
  }

  /** The instruction that writes the left value of `&&`, `||`, `??`: the last one, but for the test on null. */
  #logicalTail(steps: readonly Instruction[], condition: Operand | null): number {
    if (typeof condition !== "number") return -1;
    let index = steps.length - 1;
    let slot = condition;
    const last = steps[index];
    if (
      last?.op === "unary" &&
      last.operator === "isNullish" &&
      last.dst === condition &&
      typeof last.value === "number"
    ) {
      slot = last.value;
      index--;
    }
    const step = steps[index];
    if (step === undefined || !("dst" in step) || step.dst !== slot || step.op === "iterStep") return -1;
    return this.isTemporary(slot) && this.facts.writes[slot]! > 1 ? index : -1;
  }

  #feedTail(values: PendingValues, step: Instruction, dst: Slot): void {
    const tree = this.#treeOf(values, step, false);
    const read = this.effects.of(tree).reads.includes(dst);
    if (read) this.emit(values, dst, tree, step.origin);
    else values.push(dst, tree, step.origin);
  }

  isTemporary(slot: Slot): boolean {
    const info = this.fn.slots[slot]!;
    if (this.facts.isCell[slot]) return false;
    // Variables of a residual function hold what a source variable was at some time: they count as temporaries.
    if (this.fn.syntax === undefined && info.kind === "variable") return true;
    return info.kind === "temporary" && info.name === undefined;
  }

  canWait(slot: Slot): boolean {
    return this.isTemporary(slot) && this.facts.writes[slot] === 1;
  }

  leaf(operand: Operand): Tree {
    if (typeof operand !== "number") return { kind: "constant", value: operand.value };
    let leaf: Tree = { kind: "slot", slot: operand };
    for (
      let to = this.#alias.get(operand);
      to !== undefined;
      to = leaf.kind === "slot" ? this.#alias.get(leaf.slot) : undefined
    )
      leaf = to;
    return leaf;
  }

  #feed(values: PendingValues, step: Instruction): void {
    if (step.op === "copy" && this.#feedCopy(step.dst, this.leaf(step.value))) return;
    if (step.op === "unary" && this.#feedUpdate(values, step)) return;
    if (this.#feedCompound(values, step)) return;
    const dst = "dst" in step && step.op !== "iterStep" ? step.dst : null;
    if (dst !== null && this.canWait(dst) && step.op !== "newCell" && this.facts.reads[dst]! > 0) {
      values.push(dst, this.#treeOf(values, step, false), step.origin);
      return;
    }
    const isUnused = dst !== null && this.facts.reads[dst] === 0 && this.isTemporary(dst);
    const written = dst === null || isUnused || this.facts.writes[dst] === 1 ? [] : [dst];
    const tree = this.#treeOf(values, step, true, written);
    if (isUnused && !this.isEffectful(tree)) return;
    // A step whose result nobody needs converts its operand, and no more.
    const used = isUnused && tree.kind === "operation" && isStep(step) ? tree.operands[0]! : tree;
    this.#write(values, isUnused ? null : dst, used, step.origin);
  }

  isEffectful(tree: Tree): boolean {
    const { effect, writes } = this.effects.of(tree);
    return effect || writes.length > 0;
  }

  /** `x = t` where t is only waiting: everybody else who reads t reads x. */
  #write(values: PendingValues, dst: Slot | null, tree: Tree, origin: Origin | undefined): void {
    const value = tree.kind === "operation" && tree.step.op === "copy" ? tree.operands[0]! : tree;
    const canBeOne = value.kind === "slot" && dst !== null && this.facts.writes[dst] === 1 && this.canWait(value.slot);
    if (!canBeOne || !values.renameLine(value.slot, dst)) {
      values.write(dst, value, origin);
      return;
    }
    this.#alias.set(value.slot, { kind: "slot", slot: dst });
    this.facts.reads[dst]! += this.facts.reads[value.slot]! - 1;
    if (this.facts.isCaptured[value.slot]) (this.facts.isCaptured as boolean[])[dst] = true;
  }

  /** The slot that a slot has become one with. */
  finalSlot(slot: Slot): Slot {
    const leaf = this.leaf(slot);
    return leaf.kind === "slot" ? leaf.slot : slot;
  }

  #feedCopy(dst: Slot, value: Tree): boolean {
    if (!this.canWait(dst)) return false;
    if (value.kind === "slot" && this.facts.writes[value.slot] !== 1) return false;
    if (value.kind === "slot") this.facts.reads[value.slot]! += this.facts.reads[dst]! - 1;
    if (value.kind === "slot" && this.facts.isCaptured[dst]) (this.facts.isCaptured as boolean[])[value.slot] = true;
    this.#alias.set(dst, value);
    return true;
  }

  /** `old = toNumeric x; x = inc old` with old used later is the value of `x++`. */
  #feedUpdate(values: PendingValues, step: Extract<Instruction, { op: "unary" }>): boolean {
    if (!isStep(step) || typeof step.value !== "number") return false;
    const entry = values.get(step.value);
    if (
      entry === undefined ||
      entry !== values.last ||
      this.facts.reads[entry.slot] !== 2 ||
      this.facts.isCaptured[entry.slot]
    )
      return false;
    const { tree } = entry;
    if (tree.kind !== "operation" || tree.step.op !== "unary" || tree.step.operator !== "toNumeric") return false;
    const target = tree.operands[0]!;
    if (target.kind !== "slot" || target.slot !== step.dst) return false;
    values.remove(entry);
    this.facts.reads[entry.slot] = 1;
    values.push(
      entry.slot,
      { kind: "update", target, operator: step.operator === "inc" ? "++" : "--", prefix: false },
      step.origin,
    );
    return true;
  }

  /** The instruction with everything nested into it that may be. */
  #treeOf(values: PendingValues, step: Instruction, emits: boolean, written: readonly Slot[] = []): Tree {
    if (step.op === "call") {
      const method = this.#method(values, step, emits, written);
      if (method !== null) return method;
    }
    const leaves = operandsOf(step).map((o) => this.leaf(o));
    const own = {
      ...this.#ownEffects(
        values,
        step,
        leaves.map((l) => this.#pendingTree(values, l)),
      ),
      writes: step.op === "initCell" ? [...written, step.cell] : written,
    };
    const captured = new Set(
      capturedBy(step)
        .map((s) => this.leaf(s))
        .flatMap((l) => (l.kind === "slot" ? [l.slot] : [])),
    );
    const isPinned = (index: number): boolean => {
      const leaf = leaves[index]!;
      return leaf.kind === "slot" && (captured.has(leaf.slot) || this.mustStand(values, leaf.slot, step, index, emits));
    };
    const operands = values.take(leaves, own, emits, isPinned);
    if (step.op === "copy") return operands[0]!;
    return { kind: "operation", step, operands };
  }

  #ownEffects(values: PendingValues, step: Instruction, leaves: readonly Tree[]): Effects {
    if (step.op === "newCell") values.ownCells.add(step.dst);
    for (const slot of capturedBy(step)) values.ownCells.delete(slot);
    if (step.op === "initCell" && values.ownCells.has(step.cell)) return noEffects;
    return this.effects.own(step, leaves);
  }

  /** What waits in the slot must become a line: `x++` of what may be a bigint, a function whose name comes from its variable. */
  mustStand(values: PendingValues, slot: Slot, step: Instruction | null, index: number, emits: boolean): boolean {
    const tree = values.get(slot)?.tree;
    if (tree?.kind !== "operation") return false;
    const isCopy = step?.op === "copy" && emits;
    if (isStep(tree.step)) return !isCopy && this.isLine(tree);
    const name = this.#functionName(tree);
    if (name === null) return false;
    if (step?.op === "object") {
      const property = step.properties[index >> 1]!;
      if (property.kind !== "init" || property.names !== undefined) return false;
      return !(typeof property.key === "object" && property.key.value === name);
    }
    return !isCopy && step?.op !== "initCell" && step?.op !== "setBinding";
  }

  /** A step that only `++` and `--` can do. */
  isLine(tree: Tree): boolean {
    return tree.kind === "operation" && isStep(tree.step) && !this.effects.isNumber(tree.operands[0]!);
  }

  /** The name that a function or class gets from where it stands; null: none, or its own. */
  #functionName({ step }: Operation): string | null {
    if (step.op === "class")
      return step.definition.name === "" || step.definition.selfCell !== null ? null : step.definition.name;
    if (step.op !== "closure") return null;
    const { name, kind, syntax } = this.module.functions[step.func]!;
    if (name === "" || (kind !== "arrow" && kind !== "function")) return null;
    const hasOwn = (syntax as { readonly id?: unknown } | undefined)?.id;
    return hasOwn ? null : name;
  }

  #pendingTree(values: PendingValues, leaf: Tree): Tree {
    return leaf.kind === "slot" ? (values.get(leaf.slot)?.tree ?? leaf) : leaf;
  }

  /** `f = o.k; call f with receiver o` */
  #method(values: PendingValues, step: CallStep, emits: boolean, written: readonly Slot[]): Tree | null {
    const callee = this.leaf(step.callee);
    const receiver = this.leaf(step.receiver);
    const entry = callee.kind === "slot" && this.facts.reads[callee.slot] === 1 ? values.get(callee.slot) : undefined;
    if (entry?.tree.kind !== "operation" || !["getProp", "getPrivate", "getSuper"].includes(entry.tree.step.op))
      return null;
    const object = entry.tree.operands[0]!;
    if (!sameLeaf(object, receiver)) return this.#namedMethod(values, step, entry, emits, written);
    const args = operandsOf(step)
      .slice(2)
      .map((o) => this.leaf(o));
    const isRead = object.kind === "slot";
    if (isRead) this.facts.reads[object.slot]!--;
    const own = { ...noEffects, effect: true, writes: written };
    const key = entry.tree.operands.slice(1);
    // The receiver is evaluated first, then the rest of the callee, then the arguments.
    const all = [object, callee, ...args];
    const isPinned = (index: number): boolean => {
      const leaf = all[index]!;
      return leaf.kind === "slot" && index !== 1 && this.mustStand(values, leaf.slot, step, index, emits);
    };
    const [first, taken, ...rest] = values.take(all, own, emits, isPinned);
    if (taken !== undefined && first !== undefined && taken.kind === "operation" && taken === entry.tree) {
      return {
        kind: "method",
        step,
        callee: { kind: "operation", step: taken.step, operands: [first, ...key] },
        args: rest,
      };
    }
    if (isRead) this.facts.reads[object.slot]!++;
    // Whatever was written out with the callee reads the receiver, so that is written out too.
    invariant(first === object, "the receiver of a property that was written out is a slot");
    return { kind: "operation", step, operands: [taken!, receiver, ...rest] };
  }

  /** `f = Math.max; call f with receiver Math`, where both are read by the same name and it always means the same. */
  #namedMethod(
    values: PendingValues,
    step: CallStep,
    callee: Entry,
    emits: boolean,
    written: readonly Slot[],
  ): Tree | null {
    const receiver = this.leaf(step.receiver);
    const read =
      receiver.kind === "slot" && this.facts.reads[receiver.slot] === 1 ? values.get(receiver.slot) : undefined;
    const { tree } = callee;
    if (read === undefined || tree.kind !== "operation" || !this.#isSameName(tree.operands[0]!, read.tree)) return null;
    values.remove(read);
    const args = operandsOf(step)
      .slice(2)
      .map((o) => this.leaf(o));
    const all = [slotTree(callee.slot), ...args];
    const isPinned = (index: number): boolean => {
      const leaf = all[index]!;
      return leaf.kind === "slot" && index > 0 && this.mustStand(values, leaf.slot, step, index, emits);
    };
    const [taken, ...rest] = values.take(all, { ...noEffects, effect: true, writes: written }, emits, isPinned);
    if (taken === tree) return { kind: "method", step, callee: tree, args: rest };
    return { kind: "operation", step, operands: [taken!, read.tree, ...rest] };
  }

  #isSameName(a: Tree, b: Tree): boolean {
    if (a.kind !== "operation" || b.kind !== "operation") return false;
    if (a.step.op === "getGlobal" && b.step.op === "getGlobal")
      return a.step.name === b.step.name && builtinNames.has(a.step.name);
    if (a.step.op !== "getBinding" || b.step.op !== "getBinding" || a.step.name !== b.step.name) return false;
    return this.module.bindings.get(a.step.name)?.reassigned === false;
  }

  /** Assignments in the form `target op= value`, `target++`: read, computed and written in three steps. */
  #feedCompound(values: PendingValues, step: Instruction): boolean {
    const found = compoundIn(step, values, this.facts, (o) => this.leaf(o));
    if (found === null) return false;
    const { target, value, old, right, operator } = found;
    const slots = target.operands.filter((o) => o.kind === "slot").map((o) => o.slot);
    const isValue = old !== null || this.facts.reads[value.slot] === 2;
    const holder = old ?? value;
    const parts: Tree[] = [...target.operands, ...(old === null ? [] : [slotTree(old.slot)]), slotTree(value.slot)];
    for (const slot of slots) this.facts.reads[slot]!--;
    if (isValue) this.facts.reads[holder.slot]!--;
    const taken = values.take(parts, { ...noEffects, effect: true }, !isValue);
    const operands = taken.slice(0, target.operands.length);
    if (taken[parts.length - 1] !== value.tree || (old !== null && taken[parts.length - 2] !== old.tree)) {
      for (const slot of slots) this.facts.reads[slot]!++;
      if (isValue) this.facts.reads[holder.slot]!++;
      invariant(
        operands.every((o, i) => o === target.operands[i]),
        "what a value that was written out reads is a slot",
      );
      // what it steps was written out in front of something that stands between: the step goes on by itself
      if (taken[parts.length - 1] === value.tree) values.push(value.slot, value.tree, step.origin);
      return false;
    }
    const whole: Operation = { ...target, operands };
    const tree: Tree =
      right === null
        ? { kind: "update", target: whole, operator: operator as "++" | "--", prefix: old === null && isValue }
        : { kind: "compound", target: whole, operator: operator as "+", right };
    if (isValue) values.push(holder.slot, tree, step.origin);
    else values.write(null, tree, step.origin);
    return true;
  }

  emit(values: PendingValues, dst: Slot, tree: Tree, origin: Origin | undefined): void {
    const isKnown = this.facts.writes[dst] === 1;
    values.take([tree], { ...noEffects, writes: isKnown ? [] : [dst] }, true);
    values.write(dst, tree, origin);
  }
}

/** `++` and `--` of what has been converted */
function isStep(step: Instruction): boolean {
  return step.op === "unary" && (step.operator === "inc" || step.operator === "dec");
}

function slotTree(slot: Slot): Tree {
  return { kind: "slot", slot };
}
