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
import { invariant } from "../base/invariant.ts";
import { operandsOf } from "../ir/operands.ts";
import type { BlockId, Instruction, IrFunction, IrModule, Operand, Origin, RegionId, Slot } from "../ir/types.ts";
import { EffectsReader, noEffects } from "./effects.ts";
import { makeConditional, negate, unhole } from "./makeConditional.ts";
import type { Entry } from "./pendingValues.ts";
import { PendingValues } from "./pendingValues.ts";
import { reachableBlocks, targetsOf } from "./reachableBlocks.ts";
import type { SlotFacts } from "./slotFacts.ts";
import { capturedBy, slotFacts } from "./slotFacts.ts";
import type { CallStep, Exit, Graph, GraphNode, Line, Operation, Tree } from "./tree.ts";
import { sameLeaf, sizeOf } from "./treeShapes.ts";

export interface Nested {
  readonly graph: Graph;
  readonly facts: SlotFacts;
  readonly effects: EffectsReader;
}

export function nestExpressions(module: IrModule, fn: IrFunction): Nested {
  const reachable = reachableBlocks(fn);
  const facts = slotFacts(fn, reachable);
  const effects = new EffectsReader(module, facts);
  const builder = new Builder(module, fn, facts, effects, reachable);
  return { graph: builder.build(), facts, effects };
}

const maxDepth = 150;

/** A block that only computes a value. */
interface Arm {
  readonly dst: Slot;
  readonly tree: Tree;
  readonly to: BlockId;
}

class Builder {
  readonly #entries: number[];
  readonly #built = new Map<BlockId, GraphNode>();
  readonly #alias = new Map<Slot, Tree>();
  #depth = 0;

  constructor(
    private readonly module: IrModule,
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
      this.#feedBlock(values, at.instructions, at.terminator.op === "branch" ? at.terminator.condition : null);
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

  #feedBlock(values: PendingValues, steps: readonly Instruction[], condition: Operand | null): void {
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
    return this.#isTemporary(slot) && this.facts.writes[slot]! > 1 ? index : -1;
  }

  #feedTail(values: PendingValues, step: Instruction, dst: Slot): void {
    const tree = this.#treeOf(values, step, false);
    const read = this.effects.of(tree).reads.includes(dst);
    if (read) this.#emit(values, dst, tree, step.origin);
    else values.push(dst, tree, step.origin);
  }

  #isTemporary(slot: Slot): boolean {
    const info = this.fn.slots[slot]!;
    return info.kind === "temporary" && info.name === undefined && !this.facts.isCell[slot];
  }

  #canWait(slot: Slot): boolean {
    return this.#isTemporary(slot) && this.facts.writes[slot] === 1;
  }

  #leaf(operand: Operand): Tree {
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
    if (step.op === "copy" && this.#feedCopy(step.dst, this.#leaf(step.value))) return;
    if (step.op === "unary" && this.#feedUpdate(values, step)) return;
    const dst = "dst" in step && step.op !== "iterStep" ? step.dst : null;
    if (dst !== null && this.#canWait(dst) && step.op !== "newCell" && this.facts.reads[dst]! > 0) {
      values.push(dst, this.#treeOf(values, step, false), step.origin);
      return;
    }
    const isUnused = dst !== null && this.facts.reads[dst] === 0 && this.#isTemporary(dst);
    const written = dst === null || isUnused || this.facts.writes[dst] === 1 ? [] : [dst];
    const tree = this.#treeOf(values, step, true, written);
    if (isUnused && !this.#isEffectful(tree)) return;
    this.#write(values, isUnused ? null : dst, tree, step.origin);
  }

  #isEffectful(tree: Tree): boolean {
    const { effect, writes } = this.effects.of(tree);
    return effect || writes.length > 0;
  }

  /** `x = t` where t is only waiting: everybody else who reads t reads x. */
  #write(values: PendingValues, dst: Slot | null, tree: Tree, origin: Origin | undefined): void {
    let value = tree;
    if (tree.kind === "operation" && tree.step.op === "copy") value = tree.operands[0]!;
    const shared =
      value.kind === "slot" && dst !== null && this.facts.writes[dst] === 1
        ? this.#takeLastLine(values, value.slot)
        : null;
    if (shared !== null && value.kind === "slot" && dst !== null) {
      this.#alias.set(value.slot, { kind: "slot", slot: dst });
      this.facts.reads[dst]! += this.facts.reads[value.slot]! - 1;
      if (this.facts.isCaptured[value.slot]) (this.facts.isCaptured as boolean[])[dst] = true;
      value = shared.tree;
    }
    values.write(dst, value, origin);
  }

  #takeLastLine(values: PendingValues, slot: Slot): Line | null {
    const line = values.lines[values.lines.length - 1];
    if (line?.dst !== slot || !this.#canWait(slot)) return null;
    values.lines.pop();
    return line;
  }

  #feedCopy(dst: Slot, value: Tree): boolean {
    if (!this.#canWait(dst)) return false;
    if (value.kind === "slot" && this.facts.writes[value.slot] !== 1) return false;
    if (value.kind === "slot") this.facts.reads[value.slot]! += this.facts.reads[dst]! - 1;
    if (value.kind === "slot" && this.facts.isCaptured[dst]) (this.facts.isCaptured as boolean[])[value.slot] = true;
    this.#alias.set(dst, value);
    return true;
  }

  /** `old = toNumeric x; x = inc old` with old used later is the value of `x++`. */
  #feedUpdate(values: PendingValues, step: Extract<Instruction, { op: "unary" }>): boolean {
    if ((step.operator !== "inc" && step.operator !== "dec") || typeof step.value !== "number") return false;
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
    const compound = this.#compound(values, step, emits);
    if (compound !== null) return compound;
    const leaves = operandsOf(step).map((o) => this.#leaf(o));
    const own = {
      ...this.effects.own(
        step,
        leaves.map((l) => this.#pendingTree(values, l)),
      ),
      writes: written,
    };
    const captured = new Set(
      capturedBy(step)
        .map((s) => this.#leaf(s))
        .flatMap((l) => (l.kind === "slot" ? [l.slot] : [])),
    );
    const isPinned = (index: number): boolean => {
      const leaf = leaves[index]!;
      return (
        leaf.kind === "slot" && (captured.has(leaf.slot) || this.#mustStand(values, leaf.slot, step, index, emits))
      );
    };
    const operands = values.take(leaves, own, emits, isPinned);
    if (step.op === "copy") return operands[0]!;
    return { kind: "operation", step, operands };
  }

  /** What waits in the slot must become a line: `x++` of what may be a bigint, a function whose name comes from its variable. */
  #mustStand(values: PendingValues, slot: Slot, step: Instruction | null, index: number, emits: boolean): boolean {
    const tree = values.get(slot)?.tree;
    if (tree?.kind !== "operation") return false;
    const isCopy = step?.op === "copy" && emits;
    if (tree.step.op === "unary" && (tree.step.operator === "inc" || tree.step.operator === "dec"))
      return !isCopy && !this.effects.isNumber(tree.operands[0]!);
    const name = this.#functionName(tree);
    if (name === null) return false;
    if (step?.op === "object") {
      const property = step.properties[index >> 1]!;
      return property.kind === "init" && !(typeof property.key === "object" && property.key.value === name);
    }
    return !isCopy && step?.op !== "initCell" && step?.op !== "setBinding";
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
    const callee = this.#leaf(step.callee);
    const receiver = this.#leaf(step.receiver);
    const entry = callee.kind === "slot" && this.facts.reads[callee.slot] === 1 ? values.get(callee.slot) : undefined;
    if (entry?.tree.kind !== "operation" || !["getProp", "getPrivate", "getSuper"].includes(entry.tree.step.op))
      return null;
    const object = entry.tree.operands[0]!;
    if (!sameLeaf(object, receiver)) return null;
    const args = operandsOf(step)
      .slice(2)
      .map((o) => this.#leaf(o));
    const isRead = object.kind === "slot";
    if (isRead) this.facts.reads[object.slot]!--;
    const own = { ...noEffects, effect: true, writes: written };
    const key = entry.tree.operands.slice(1);
    // The receiver is evaluated first, then the rest of the callee, then the arguments.
    const all = [object, callee, ...args];
    const isPinned = (index: number): boolean => {
      const leaf = all[index]!;
      return leaf.kind === "slot" && index !== 1 && this.#mustStand(values, leaf.slot, step, index, emits);
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

  /** `t = o.k; t2 = t op v; o.k = t2` */
  #compound(values: PendingValues, step: Instruction, emits: boolean): Tree | null {
    if (
      !emits ||
      (step.op !== "setProp" && step.op !== "setPrivate" && step.op !== "setCell" && step.op !== "setBinding")
    )
      return null;
    const value = this.#leaf(step.value);
    const entry = value.kind === "slot" && this.facts.reads[value.slot] === 1 ? values.get(value.slot) : undefined;
    const shape = entry === undefined ? null : compoundShape(entry.tree);
    if (entry === undefined || shape === null || !this.#isTarget(step, shape.target)) return null;
    const objects = shape.target.operands.filter((o) => o.kind === "slot");
    for (const { slot } of objects) this.facts.reads[slot]!--;
    const first = values.take([...shape.target.operands, value], { ...noEffects, effect: true }, true);
    if (first.pop() !== entry.tree) {
      for (const { slot } of objects) this.facts.reads[slot]!++;
      invariant(
        first.every((f, i) => f === shape.target.operands[i]),
        "what a value that was written out reads is a slot",
      );
      return { kind: "operation", step, operands: operandsOf(step).map((o) => this.#leaf(o)) };
    }
    const target: Operation = { ...shape.target, operands: first };
    if (!("right" in shape)) return { kind: "update", target, operator: shape.operator, prefix: false };
    return { kind: "compound", target, operator: shape.operator, right: shape.right };
  }

  #isTarget(step: Instruction, target: Operation): boolean {
    const read = target.step;
    if (step.op === "setCell")
      return (
        read.op === "getCell" && !step.checked && !read.checked && sameLeaf(target.operands[0]!, this.#leaf(step.cell))
      );
    if (step.op === "setBinding") return read.op === "getBinding" && !step.init && read.name === step.name;
    if (step.op === "setPrivate")
      return (
        read.op === "getPrivate" && read.name === step.name && sameLeaf(target.operands[0]!, this.#leaf(step.object))
      );
    if (step.op !== "setProp" || read.op !== "getProp") return false;
    return (
      sameLeaf(target.operands[0]!, this.#leaf(step.object)) && sameLeaf(target.operands[1]!, this.#leaf(step.key))
    );
  }

  #emit(values: PendingValues, dst: Slot, tree: Tree, origin: Origin | undefined): void {
    const isKnown = this.facts.writes[dst] === 1;
    values.take([tree], { ...noEffects, writes: isKnown ? [] : [dst] }, true);
    values.write(dst, tree, origin);
  }

  /** The end of a block, after what can be done about branches. */
  #end(values: PendingValues, id: BlockId): Exit {
    const { terminator } = this.fn.blocks[id]!;
    const { origin } = terminator;
    const last = (operand: Operand): Tree => {
      const leaf = this.#leaf(operand);
      const isPinned = (): boolean => leaf.kind === "slot" && this.#mustStand(values, leaf.slot, null, 0, true);
      return values.take([leaf], { ...noEffects, effect: true }, true, isPinned)[0]!;
    };
    switch (terminator.op) {
      case "branch": {
        if (terminator.then === terminator.else) {
          this.#entries[terminator.then]!--;
          return { op: "jump", to: terminator.then, origin };
        }
        const leaf = this.#leaf(terminator.condition);
        const isPinned = (): boolean => leaf.kind === "slot" && this.#mustStand(values, leaf.slot, null, 0, true);
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
        const goes = then === other ? negate(test) : test;
        // then: first && goes -> go; else: !first && goes -> go
        const first = side === "then" ? exit.test : negate(exit.test);
        const isOr = side === "else" && then === other;
        exit = isOr
          ? { ...exit, test: { kind: "logical", operator: "||", left: exit.test, right: test }, then: other, else: go }
          : { ...exit, test: { kind: "logical", operator: "&&", left: first, right: goes }, then: go, else: other };
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
      const tree = makeConditional(exit.test, then.tree, otherwise.tree, this.facts.reads);
      if (!this.#isNice(then.dst, tree)) return null;
      this.#entries[then.to]!--;
      this.facts.writes[then.dst]!--;
      this.#define(values, then.dst, tree, exit.origin);
      return { op: "jump", to: then.to, origin: exit.origin };
    }
    return this.#logicalValue(values, exit, then, true) ?? this.#logicalValue(values, exit, otherwise, false);
  }

  /** A block that only computes a value for one slot and goes on. */
  #arm(id: BlockId): Arm | null {
    if (this.#entries[id] !== 1 || !this.#isShort(id)) return null;
    const { exit, lines } = this.#chain(id);
    const [line] = lines;
    if (lines.length !== 1 || line === undefined || line.dst === null || exit.op !== "jump") return null;
    if (this.fn.blocks[id]!.region !== this.fn.blocks[exit.to]!.region || this.facts.isCell[line.dst]) return null;
    return { dst: line.dst, tree: line.tree, to: exit.to };
  }

  #isNice(dst: Slot, tree: Tree): boolean {
    return sizeOf(tree) <= (this.#isTemporary(dst) ? 80 : 16);
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
    if (!this.#isNice(arm.dst, tree)) return null;
    if (entry !== undefined) {
      if (this.effects.of(arm.tree).reads.includes(arm.dst) || entry !== values.last) return null;
      values.remove(entry);
    } else {
      if (this.effects.of(arm.tree).reads.includes(arm.dst)) return null;
      values.lines.pop();
    }
    this.facts.reads[arm.dst]!--;
    this.facts.writes[arm.dst]!--;
    this.#entries[join]!--;
    this.#define(values, arm.dst, tree, exit.origin);
    return { op: "jump", to: join, origin: exit.origin };
  }

  #define(values: PendingValues, dst: Slot, given: Tree, origin: Origin | undefined): void {
    const tree = unhole(given, (slot) => this.#waiting(values, slot));
    if (this.#canWait(dst) && this.facts.reads[dst]! > 0) values.push(dst, tree, origin);
    else if (this.facts.reads[dst] === 0 && this.#isTemporary(dst)) {
      values.take([tree], noEffects, true);
      values.write(null, tree, origin);
    } else this.#emit(values, dst, tree, origin);
  }

  /** The last value waiting, if it is the one and is read once. */
  #waiting(values: PendingValues, slot: Slot): Tree | null {
    if (this.facts.reads[slot] !== 1) return null;
    const entry: Entry | undefined = values.get(slot);
    if (entry !== undefined) {
      if (entry !== values.last) return null;
      values.remove(entry);
      return entry.tree;
    }
    return this.#takeLastLine(values, slot)?.tree ?? null;
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

function compoundShape(
  tree: Tree,
):
  | {
      readonly target: Operation;
      readonly operator: Extract<Tree, { kind: "compound" }>["operator"];
      readonly right: Tree;
    }
  | { readonly target: Operation; readonly operator: "++" | "--" }
  | null {
  if (tree.kind !== "operation") return null;
  const { step } = tree;
  const first = tree.operands[0];
  if (step.op === "binary" && first?.kind === "operation" && /^([-+*/%&|^]|\*\*|<<|>>>?)$/.test(step.operator)) {
    return { target: first, operator: step.operator as "+", right: tree.operands[1]! };
  }
  if (step.op !== "unary" || (step.operator !== "inc" && step.operator !== "dec") || first?.kind !== "operation")
    return null;
  const read = first.operands[0];
  if (first.step.op !== "unary" || first.step.operator !== "toNumeric" || read?.kind !== "operation") return null;
  return { target: read, operator: step.operator === "inc" ? "++" : "--" };
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
