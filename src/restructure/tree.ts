/**
 * What the passes of this room hand to each other: expression trees, the graph of nodes that hold them, and structured
 * statements. Slots are still slots; names come last.
 */
import type { BlockId, Instruction, IrFunction, Origin, Primitive, RegionId, Slot } from "../ir/types.ts";

export type CallStep = Extract<Instruction, { op: "call" }>;

/** A value as it will be written. Operands are evaluated in the order in which they stand. */
export type Tree =
  | { readonly kind: "constant"; readonly value: Primitive }
  | { readonly kind: "slot"; readonly slot: Slot }
  /** an instruction; `operands` stands for `operandsOf(step)` */
  | { readonly kind: "operation"; readonly step: Instruction; readonly operands: readonly Tree[] }
  /** `callee` reads a property (getProp, getPrivate, getSuper) of what becomes the receiver */
  | { readonly kind: "method"; readonly step: CallStep; readonly callee: Operation; readonly args: readonly Tree[] }
  | { readonly kind: "conditional"; readonly test: Tree; readonly then: Tree; readonly else: Tree }
  | { readonly kind: "logical"; readonly operator: LogicalOperator; readonly left: Tree; readonly right: Tree }
  | { readonly kind: "not"; readonly value: Tree }
  /** `base?.chain`: in `chain` the slot `hole`, which occurs once, innermost, stands for the base */
  | { readonly kind: "optional"; readonly base: Tree; readonly hole: Slot; readonly chain: Tree }
  /** `target op= right`; the target is a getProp, getPrivate, getSuper or getCell */
  | { readonly kind: "compound"; readonly target: Operation; readonly operator: CompoundOperator; readonly right: Tree }
  /** `target++`; a slot, or as for compound */
  | { readonly kind: "update"; readonly target: Tree; readonly operator: "++" | "--"; readonly prefix: boolean }
  /** `slot = value` for its value */
  | { readonly kind: "assign"; readonly slot: Slot; readonly value: Tree };

export type Operation = Extract<Tree, { kind: "operation" }>;
export type LogicalOperator = "&&" | "||" | "??";
export type CompoundOperator = "+" | "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>" | ">>>";

/** One straight-line step: `dst = tree`, or the tree for its effect. */
export interface Line {
  readonly dst: Slot | null;
  readonly tree: Tree;
  readonly origin?: Origin | undefined;
}

export type NodeId = BlockId;

export type Exit = { readonly origin?: Origin | undefined } & (
  | { readonly op: "jump"; readonly to: NodeId }
  | { readonly op: "branch"; readonly test: Tree; readonly then: NodeId; readonly else: NodeId }
  | {
      readonly op: "switch";
      readonly value: Tree;
      readonly cases: readonly { readonly test: Primitive; readonly to: NodeId }[];
      readonly default: NodeId;
    }
  | { readonly op: "return" | "throw"; readonly value: Tree }
  | {
      readonly op: "try";
      readonly region: RegionId;
      readonly body: NodeId;
      readonly handler: NodeId;
      readonly exception: Slot;
    }
  | { readonly op: "forOf" | "forIn"; readonly region: RegionId; readonly iterable: Tree; readonly next: NodeId }
  | {
      readonly op: "next";
      readonly region: RegionId;
      readonly value: Slot;
      readonly body: NodeId;
      readonly exit: NodeId;
    }
  | { readonly op: "unreachable" }
);

export interface GraphNode {
  readonly id: NodeId;
  readonly region: RegionId | null;
  readonly lines: readonly Line[];
  readonly exit: Exit;
}

export interface Graph {
  readonly fn: IrFunction;
  readonly entry: NodeId;
  readonly nodes: ReadonlyMap<NodeId, GraphNode>;
}

/**
 * A place to jump to: behind the labelled block of a node (break), the next round of the loop with this header (continue),
 * behind a loop or switch (exit; `node` is the loop's header or the switch's number).
 */
export interface Label {
  readonly kind: "break" | "continue" | "exit";
  readonly node: NodeId;
}

export type Statement = { readonly origin?: Origin | undefined } & (
  | { readonly kind: "line"; readonly line: Line }
  | { readonly kind: "if"; readonly test: Tree; readonly then: List; readonly else: List }
  | { readonly kind: "block"; readonly label: Label; readonly body: List }
  | Loop
  | {
      readonly kind: "forEach";
      readonly label: Label;
      readonly of: boolean;
      readonly value: Slot;
      readonly iterable: Tree;
      readonly body: List;
    }
  | { readonly kind: "switch"; readonly node: NodeId; readonly value: Tree; readonly clauses: readonly Clause[] }
  | { readonly kind: "try"; readonly body: List; readonly exception: Slot; readonly handler: List }
  | { readonly kind: "jump"; readonly label: Label }
  | { readonly kind: "return" | "throw"; readonly value: Tree }
);

export type List = readonly Statement[];

export interface Loop {
  readonly kind: "loop";
  readonly label: Label;
  /** forever: the test is a constant true */
  readonly form: "while" | "doWhile" | "for";
  /** assignments in front of a `for` */
  readonly init: readonly Line[];
  readonly test: Tree | null;
  readonly update: readonly Line[];
  readonly body: List;
}

export interface Clause {
  /** empty: default; several labels share a body. `isDefault` may come with tests. */
  readonly tests: readonly Primitive[];
  readonly isDefault: boolean;
  readonly body: List;
}

/** The function cannot be written as syntax; it stays as it is. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

export const nothing: Tree = { kind: "constant", value: undefined };

/** Direct parts of a tree, in order of evaluation. */
export function partsOf(tree: Tree): readonly Tree[] {
  switch (tree.kind) {
    case "constant":
    case "slot":
      return [];
    case "operation":
      return tree.operands;
    case "method":
      return [tree.callee, ...tree.args];
    case "conditional":
      return [tree.test, tree.then, tree.else];
    case "logical":
      return [tree.left, tree.right];
    case "not":
    case "assign":
      return [tree.value];
    case "optional":
      return [tree.base, tree.chain];
    case "compound":
      return [tree.target, tree.right];
    case "update":
      return [tree.target];
  }
}

/** Every slot that a tree reads or writes, but for the holes of optional chains; `visit` is told whether it is written. */
export function eachSlot(tree: Tree, visit: (slot: Slot, written: boolean) => void): void {
  const pending: { readonly at: Tree; readonly holes: readonly Slot[] }[] = [{ at: tree, holes: [] }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { at, holes } = next;
    if (at.kind === "slot") {
      if (!holes.includes(at.slot)) visit(at.slot, false);
      continue;
    }
    if (at.kind === "optional") {
      // the base may be that very slot: there it is read
      pending.push({ at: at.chain, holes: [...holes, at.hole] }, { at: at.base, holes });
      continue;
    }
    if (at.kind === "assign") visit(at.slot, true);
    if (at.kind === "update" && at.target.kind === "slot") visit(at.target.slot, true);
    if (at.kind === "operation") extraWrites(at.step, visit);
    const parts = partsOf(at);
    for (let i = parts.length - 1; i >= 0; i--) pending.push({ at: parts[i]!, holes });
  }
}

function extraWrites(step: Instruction, visit: (slot: Slot, written: boolean) => void): void {
  if (step.op === "arrayPattern") {
    for (const dst of step.dsts) if (dst !== null) visit(dst, true);
    if (step.rest !== null) visit(step.rest, true);
  } else if (step.op === "objectPattern") for (const dst of [...step.dsts, step.rest]) visit(dst, true);
}

/** Slots that a line writes. */
export function writesOf(line: Line): Slot[] {
  const written: Slot[] = [];
  eachSlot(line.tree, (slot, isWritten) => {
    if (isWritten) written.push(slot);
  });
  if (line.dst !== null) written.push(line.dst);
  return written;
}

/** Trees that an exit evaluates. */
export function exitTrees(exit: Exit): readonly Tree[] {
  switch (exit.op) {
    case "branch":
      return [exit.test];
    case "switch":
    case "return":
    case "throw":
      return [exit.value];
    case "forOf":
    case "forIn":
      return [exit.iterable];
    default:
      return [];
  }
}

/** Where an exit may go, exceptional edge of a try included. */
export function exitTargets(exit: Exit): readonly NodeId[] {
  switch (exit.op) {
    case "jump":
      return [exit.to];
    case "branch":
      return [exit.then, exit.else];
    case "switch":
      return [...exit.cases.map((c) => c.to), exit.default];
    case "try":
      return [exit.body, exit.handler];
    case "forOf":
    case "forIn":
      return [exit.next];
    case "next":
      return [exit.body, exit.exit];
    default:
      return [];
  }
}
