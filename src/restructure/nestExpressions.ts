/**
 * Control-flow graph of instructions to a smaller graph of expression trees.
 *
 * Needs: a verified function. Promises: same behaviour; a temporary that is read once stands where it is read if nothing
 * that may notice is passed; straight lines are one node; conditions of `&&` and `||` are one branch; values that come
 * from a branch are `?:`, `&&`, `||`, `??`, `?.`.
 *
 * Algorithm: lines of blocks are followed from the entry. A branch whose arms, built the same way, hold one value each for
 * the same slot becomes a conditional tree, and the line goes on behind the join. Example:
 *
 *   t = f(); branch t -> A, B;  A: t = g(); goto B;  B: return t      =>   return f() && g()
 */
import type { BlockId, IrFunction, IrModule, Operand, Origin, RegionId, Slot } from "../ir/types.ts";
import { EffectsReader, noEffects } from "./effects.ts";
import { InstructionFeeder } from "./instructionFeeder.ts";
import { makeConditional, negate, optionalCall, unhole } from "./makeConditional.ts";
import { PendingValues } from "./pendingValues.ts";
import { reachableBlocks, targetsOf } from "./reachableBlocks.ts";
import { renameSlots } from "./renameSlots.ts";
import type { SlotFacts } from "./slotFacts.ts";
import { slotFacts } from "./slotFacts.ts";
import type { Exit, Graph, GraphNode, Tree } from "./tree.ts";
import { sizeOf } from "./treeShapes.ts";

export interface Nested {
  readonly graph: Graph;
  readonly facts: SlotFacts;
  readonly effects: EffectsReader;
}

export function nestExpressions(module: IrModule, fn: IrFunction): Nested {
  const reachable = reachableBlocks(fn);
  const facts = slotFacts(fn, reachable);
  const effects = new EffectsReader(module, facts);
  const feeder = new InstructionFeeder(module, fn, facts, effects);
  const graph = new Builder(feeder, fn, facts, effects, reachable).build();
  return { graph: renameSlots(graph, (slot) => feeder.finalSlot(slot)), facts, effects };
}

const maxDepth = 150;

/** A block that only computes a value. */
interface Arm {
  readonly dst: Slot;
  readonly tree: Tree;
  readonly to: BlockId;
  /** other edges lead to the block too */
  readonly isShared: boolean;
}

class Builder {
  readonly #entries: number[];
  readonly #built = new Map<BlockId, GraphNode>();
  #depth = 0;

  constructor(
    private readonly feeder: InstructionFeeder,
    private readonly fn: IrFunction,
    private readonly facts: SlotFacts,
    private readonly effects: EffectsReader,
    reachable: readonly BlockId[],
  ) {
    this.#entries = new Array<number>(fn.blocks.length).fill(0);
    this.#entries[fn.entry] = 2;
    for (const id of reachable) for (const to of targetsOf(fn, fn.blocks[id]!.terminator)) this.#entries[to]!++;
  }

  build(): Graph {
    const nodes = new Map<BlockId, GraphNode>();
    const pending = [this.fn.entry];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      if (nodes.has(id)) continue;
      const node = this.#chain(id);
      nodes.set(id, node);
      for (const to of nodeTargets(node.exit)) if (!nodes.has(to)) pending.push(to);
    }
    return { fn: this.fn, entry: this.fn.entry, nodes };
  }

  /** The line of blocks that starts here. */
  #chain(start: BlockId): GraphNode {
    const known = this.#built.get(start);
    if (known !== undefined) return known;
    this.#depth++;
    const first = this.fn.blocks[start]!;
    const values = new PendingValues(this.facts, this.effects, this.#isGuarded(first.region));
    let exit: Exit | null = null;
    for (let at = first; exit === null;) {
      this.feeder.feedBlock(values, at.instructions, at.terminator.op === "branch" ? at.terminator.condition : null);
      const ended = this.#end(values, at.id);
      const next = ended.op === "jump" ? this.fn.blocks[ended.to]! : null;
      if (
        next !== null &&
        next.id !== start &&
        this.#entries[next.id] === 1 &&
        next.region === first.region &&
        !isNext(next.terminator.op)
      )
        at = next;
      else exit = ended;
    }
    values.flushAll();
    const node: GraphNode = { id: start, region: first.region, lines: values.lines, exit };
    this.#built.set(start, node);
    this.#depth--;
    return node;
  }

  #isGuarded(region: RegionId | null): boolean {
    for (let r = region; r !== null; r = this.fn.regions[r]!.parent)
      if (this.fn.regions[r]!.kind === "try") return true;
    return false;
  }

  /** The end of a block, after what can be done about branches. */
  #end(values: PendingValues, id: BlockId): Exit {
    const { terminator } = this.fn.blocks[id]!;
    const { origin } = terminator;
    const last = (operand: Operand): Tree => {
      const leaf = this.feeder.leaf(operand);
      const isPinned = (): boolean => leaf.kind === "slot" && this.feeder.mustStand(values, leaf.slot, null, 0, true);
      return values.take([leaf], { ...noEffects, effect: true }, true, isPinned)[0]!;
    };
    switch (terminator.op) {
      case "branch": {
        if (terminator.then === terminator.else) {
          this.#entries[terminator.then]!--;
          return { op: "jump", to: terminator.then, origin };
        }
        const leaf = this.feeder.leaf(terminator.condition);
        const isPinned = (): boolean => leaf.kind === "slot" && this.feeder.mustStand(values, leaf.slot, null, 0, true);
        const test = values.take([leaf], noEffects, false, isPinned)[0]!;
        return this.#branch(values, { op: "branch", test, then: terminator.then, else: terminator.else, origin });
      }
      case "switch":
        return {
          op: "switch",
          value: last(terminator.value),
          cases: terminator.cases,
          default: terminator.default,
          origin,
        };
      case "return":
      case "throw":
        return { op: terminator.op, value: last(terminator.value), origin };
      case "enterTry": {
        const region = this.fn.regions[terminator.region]!;
        if (region.kind !== "try") throw new Error("enterTry into another kind of region");
        return {
          op: "try",
          region: region.id,
          body: terminator.body,
          handler: region.handler,
          exception: region.exception,
          origin,
        };
      }
      case "enterForOf":
        return {
          op: "forOf",
          region: terminator.region,
          iterable: last(terminator.iterable),
          next: terminator.next,
          origin,
        };
      case "enterForIn":
        return {
          op: "forIn",
          region: terminator.region,
          iterable: last(terminator.object),
          next: terminator.next,
          origin,
        };
      case "forOfNext":
      case "forInNext":
        return {
          op: "next",
          region: terminator.region,
          value: terminator.value,
          body: terminator.body,
          exit: terminator.exit,
          origin,
        };
      default:
        return terminator;
    }
  }

  /** `&&` and `||` in conditions; then arms that only give a value. */
  #branch(values: PendingValues, given: Exit & { op: "branch" }): Exit {
    let exit = given;
    if (this.#depth > maxDepth) return exit;
    const region = this.fn.blocks;
    for (let merged = true; merged;) {
      merged = false;
      for (const side of ["then", "else"] as const) {
        const arm = exit[side];
        const other = exit[side === "then" ? "else" : "then"];
        if (this.#entries[arm] !== 1 || region[arm]!.region !== region[other]!.region || !this.#isShort(arm)) continue;
        const inner = this.#chain(arm);
        if (inner.lines.length > 0 || inner.exit.op !== "branch") continue;
        const { test, then, else: otherwise } = inner.exit;
        if (then !== other && otherwise !== other) continue;
        const go = then === other ? otherwise : then;
        // then: first && goes on -> go, else other; else: first || goes back -> other, else go
        const isOr = side === "else";
        const right = (then === other) === isOr ? test : negate(test);
        const joined: Tree = { kind: "logical", operator: isOr ? "||" : "&&", left: exit.test, right };
        exit = isOr
          ? { ...exit, test: joined, then: other, else: go }
          : { ...exit, test: joined, then: go, else: other };
        this.#entries[other]!--;
        merged = true;
        break;
      }
    }
    return this.#valueOfBranch(values, exit) ?? exit;
  }

  /** Worth building ahead: a block of some instructions. */
  #isShort(id: BlockId): boolean {
    return this.fn.blocks[id]!.instructions.length <= 64;
  }

  #valueOfBranch(values: PendingValues, exit: Exit & { op: "branch" }): Exit | null {
    const then = this.#arm(exit.then);
    const otherwise = this.#arm(exit.else);
    if (then !== null && otherwise !== null && then.to === otherwise.to && then.dst === otherwise.dst) {
      if (then.isShared && otherwise.isShared) return null;
      if (sizeOf(exit.test) + sizeOf(then.tree) + sizeOf(otherwise.tree) > this.#niceSize(then.dst)) return null;
      const { reads } = this.facts;
      const tree =
        optionalCall(exit.test, then.tree, otherwise.tree, reads, (slot) => this.#peek(values, slot)) ??
        makeConditional(exit.test, then.tree, otherwise.tree, reads);
      for (const [arm, id] of [
        [then, exit.then],
        [otherwise, exit.else],
      ] as const)
        if (arm.isShared) this.#entries[id]!--;
      if (!then.isShared && !otherwise.isShared) {
        this.#entries[then.to]!--;
        this.facts.writes[then.dst]!--;
      }
      this.#define(values, then.dst, tree, exit.origin);
      return { op: "jump", to: then.to, origin: exit.origin };
    }
    return this.#logicalValue(values, exit, then, true) ?? this.#logicalValue(values, exit, otherwise, false);
  }

  /** A block that only computes a value for one slot and goes on. A constant may be given by one block to several. */
  #arm(id: BlockId): Arm | null {
    if (!this.#isShort(id)) return null;
    const isShared = this.#entries[id] !== 1;
    if (isShared && !this.#givesConstant(id)) return null;
    const { exit, lines } = this.#chain(id);
    const [line] = lines;
    if (lines.length !== 1 || line === undefined || line.dst === null || exit.op !== "jump") return null;
    if (this.feeder.isLine(line.tree)) return null;
    if (this.fn.blocks[id]!.region !== this.fn.blocks[exit.to]!.region || this.facts.isCell[line.dst]) return null;
    return { dst: line.dst, tree: line.tree, to: exit.to, isShared };
  }

  #givesConstant(id: BlockId): boolean {
    const { instructions, terminator } = this.fn.blocks[id]!;
    const [only] = instructions;
    return (
      instructions.length === 1 &&
      only?.op === "copy" &&
      typeof only.value !== "number" &&
      terminator.op === "jump" &&
      terminator.to !== id
    );
  }

  #niceSize(dst: Slot): number {
    return this.feeder.isTemporary(dst) ? 80 : 16;
  }

  /** `t = left; if (t) t = right` and its kin. */
  #logicalValue(values: PendingValues, exit: Exit & { op: "branch" }, arm: Arm | null, isThen: boolean): Exit | null {
    const join = isThen ? exit.else : exit.then;
    if (arm === null || arm.to !== join) return null;
    const entry = values.get(arm.dst);
    const line = values.lines[values.lines.length - 1];
    const left = entry?.tree ?? (line?.dst === arm.dst ? line.tree : undefined);
    const operator = left === undefined ? null : logicalOperator(exit.test, arm.dst, isThen);
    if (left === undefined || operator === null) return null;
    const tree: Tree = { kind: "logical", operator, left, right: arm.tree };
    if (arm.isShared || sizeOf(tree) > this.#niceSize(arm.dst) || this.effects.of(arm.tree).reads.includes(arm.dst))
      return null;
    if (entry !== undefined) {
      if (entry !== values.last) return null;
      values.remove(entry);
    } else {
      if (!values.commuteWith(this.effects.of(left))) return null;
      values.dropLine();
    }
    this.facts.reads[arm.dst]!--;
    this.facts.writes[arm.dst]!--;
    this.#entries[join]!--;
    this.#define(values, arm.dst, tree, exit.origin);
    return { op: "jump", to: join, origin: exit.origin };
  }

  #define(values: PendingValues, dst: Slot, given: Tree, origin: Origin | undefined): void {
    const tree = unhole(given, (slot) => this.#waiting(values, slot));
    if (this.feeder.canWait(dst) && this.facts.reads[dst]! > 0) values.push(dst, tree, origin);
    else if (this.facts.reads[dst] === 0 && this.feeder.isTemporary(dst)) {
      values.take([tree], noEffects, true);
      values.write(null, tree, origin);
    } else this.feeder.emit(values, dst, tree, origin);
  }

  /** The last value computed, if it is the one and is read once; taken from where it waits. */
  #waiting(values: PendingValues, slot: Slot): Tree | null {
    const tree = this.facts.reads[slot] === 1 ? this.#peek(values, slot) : null;
    if (tree === null) return null;
    const entry = values.get(slot);
    if (entry !== undefined) values.remove(entry);
    else values.dropLine();
    return tree;
  }

  #peek(values: PendingValues, slot: Slot): Tree | null {
    const entry = values.get(slot);
    if (entry !== undefined) return entry === values.last ? entry.tree : null;
    const line = values.lines[values.lines.length - 1];
    if (line?.dst !== slot || !this.feeder.canWait(slot) || !values.commuteWith(this.effects.of(line.tree)))
      return null;
    return line.tree;
  }
}

function isNext(op: string): boolean {
  return op === "forOfNext" || op === "forInNext";
}

function logicalOperator(test: Tree, dst: Slot, isThen: boolean): "&&" | "||" | "??" | null {
  const isDst = (tree: Tree | undefined): boolean => tree?.kind === "slot" && tree.slot === dst;
  if (isDst(test)) return isThen ? "&&" : "||";
  if (test.kind === "not" && isDst(test.value)) return isThen ? "||" : "&&";
  const isNullish = test.kind === "operation" && test.step.op === "unary" && test.step.operator === "isNullish";
  return isNullish && isThen && isDst(test.operands[0]) ? "??" : null;
}

function nodeTargets(exit: Exit): readonly BlockId[] {
  switch (exit.op) {
    case "jump":
      return [exit.to];
    case "branch":
      return [exit.else, exit.then];
    case "switch":
      return [exit.default, ...exit.cases.map((c) => c.to)];
    case "try":
      return [exit.handler, exit.body];
    case "forOf":
    case "forIn":
      return [exit.next];
    case "next":
      return [exit.exit, exit.body];
    default:
      return [];
  }
}
