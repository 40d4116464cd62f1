/**
 * Assignments that read their target, compute, and write it again.
 *
 *   t = o.k; v = t op r; o.k = v       o.k op= r, whose value is v
 *   t = o.k; n = toNumeric t; v = inc n; o.k = v     ++o.k, whose value is v, or o.k++, whose value is n
 */
import type { Instruction, Operand, Slot } from "../ir/types.ts";
import type { Entry, PendingValues } from "./pendingValues.ts";
import type { SlotFacts } from "./slotFacts.ts";
import type { CompoundOperator, Operation, Tree } from "./tree.ts";
import { sameLeaf } from "./treeShapes.ts";

export interface Compound {
  readonly target: Operation;
  /** waits in the slot that is written to the target */
  readonly value: Entry;
  /** of `target++` whose old value is used: waits in the slot of that */
  readonly old: Entry | null;
  readonly operator: CompoundOperator | "++" | "--";
  /** null: a step */
  readonly right: Tree | null;
}

type Leaf = (operand: Operand) => Tree;

/** The compound assignment that ends with this instruction, as far as its shape goes. */
export function compoundIn(step: Instruction, values: PendingValues, facts: SlotFacts, leafOf: Leaf): Compound | null {
  if (step.op !== "setProp" && step.op !== "setPrivate" && step.op !== "setCell" && step.op !== "setBinding")
    return null;
  const leaf = leafOf(step.value);
  const value = leaf.kind === "slot" ? values.get(leaf.slot) : undefined;
  if (value === undefined || facts.reads[value.slot]! > 2 || facts.isCaptured[value.slot]) return null;
  const found = shapeOf(value, values, facts);
  return found !== null && isTarget(step, found.target, leafOf) ? { ...found, value } : null;
}

function shapeOf({ slot, tree }: Entry, values: PendingValues, facts: SlotFacts): Omit<Compound, "value"> | null {
  if (tree.kind !== "operation") return null;
  const { step } = tree;
  const first = tree.operands[0];
  if (step.op === "binary" && first?.kind === "operation" && /^([-+*/%&|^]|\*\*|<<|>>>?)$/.test(step.operator)) {
    return { target: first, operator: step.operator as CompoundOperator, right: tree.operands[1]!, old: null };
  }
  if (step.op !== "unary" || (step.operator !== "inc" && step.operator !== "dec") || first === undefined) return null;
  const operator = step.operator === "inc" ? "++" : "--";
  const old = first.kind === "slot" ? oldValue(first.slot, values, facts) : null;
  if (old !== null && facts.reads[slot] !== 1) return null;
  const target = converted(old === null ? first : old.tree);
  return target === null ? null : { target, operator, right: null, old };
}

function oldValue(slot: Slot, values: PendingValues, facts: SlotFacts): Entry | null {
  const entry = values.get(slot);
  return entry !== undefined && facts.reads[slot] === 2 && !facts.isCaptured[slot] ? entry : null;
}

/** What `toNumeric` converts, if that is read from somewhere; it is not converted where it is known to be a number. */
function converted(tree: Tree): Operation | null {
  if (tree.kind !== "operation") return null;
  if (tree.step.op !== "unary" || tree.step.operator !== "toNumeric") return tree;
  const read = tree.operands[0]!;
  return read.kind === "operation" ? read : null;
}

function isTarget(step: Instruction, target: Operation, leafOf: Leaf): boolean {
  const read = target.step;
  if (step.op === "setCell")
    return read.op === "getCell" && !step.checked && !read.checked && sameLeaf(target.operands[0]!, leafOf(step.cell));
  if (step.op === "setBinding") return read.op === "getBinding" && !step.init && read.name === step.name;
  if (step.op === "setPrivate")
    return read.op === "getPrivate" && read.name === step.name && sameLeaf(target.operands[0]!, leafOf(step.object));
  if (step.op !== "setProp" || read.op !== "getProp") return false;
  return sameLeaf(target.operands[0]!, leafOf(step.object)) && sameLeaf(target.operands[1]!, leafOf(step.key));
}
