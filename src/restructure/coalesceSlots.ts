/**
 * Slots that copies connect become one slot where their values are never needed at the same time, so that a loop variable
 * is stepped in place and copies vanish: `t = i + 1; ...; i = t` is `i = i + 1`.
 *
 * Promises: same behaviour. Slots with different source names stay apart in source functions; in residual functions they
 * may become one. So do slots of one name of which an operator makes one of the other, where one of them is assigned
 * anyway (with `steps`, wherever one is computed from the other): `j = i + 1` is `i++`. Slots that closures capture, and
 * those that the heads of statements write, stay as they are.
 *
 * Algorithm: liveness of the slots that occur in copies, interference at each write (a copy does not make its source and
 * its target interfere), then union along the copies (Chaitin, "Register allocation & spilling via graph coloring", 1982).
 */
import type { IrFunction, Slot } from "../ir/types.ts";
import { renameSlots } from "./renameSlots.ts";
import type { SlotFacts } from "./slotFacts.ts";
import { entrySlots } from "./slotFacts.ts";
import type { Graph, GraphNode, Line, NodeId, Tree } from "./tree.ts";
import { eachSlot, exitTargets, exitTrees } from "./tree.ts";

export function coalesceSlots(graph: Graph, facts: SlotFacts, anyNames: boolean, steps = false): Graph {
  const { fn } = graph;
  const copies = candidateCopies(graph, facts, anyNames, steps);
  if (copies.length === 0) return graph;
  const slots = new Set(copies.flatMap((c) => [c.dst, c.from]));
  const clashes = interference(graph, slots);
  const union = new Union(fn, clashes);
  for (const { dst, from } of copies) union.join(dst, from);
  const renamed = renameSlots(graph, (slot) => (slots.has(slot) ? union.find(slot) : slot));
  for (const slot of slots) mergeFacts(facts, slot, union.find(slot));
  const nodes = new Map(
    [...renamed.nodes].map(([id, node]) => [id, { ...node, lines: node.lines.filter((line) => !isIdle(line)) }]),
  );
  return { ...renamed, nodes };
}

interface Copy {
  readonly dst: Slot;
  readonly from: Slot;
}

function isIdle({ dst, tree }: Line): boolean {
  return tree.kind === "slot" && tree.slot === dst;
}

function mergeFacts(facts: SlotFacts, slot: Slot, into: Slot): void {
  if (slot === into) return;
  facts.writes[into]! += facts.writes[slot]!;
  facts.reads[into]! += facts.reads[slot]!;
  (facts.isNumber as boolean[])[into] = facts.isNumber[into]! && facts.isNumber[slot]!;
}

function candidateCopies(graph: Graph, facts: SlotFacts, anyNames: boolean, steps: boolean): Copy[] {
  const { fn } = graph;
  const heads = new Set<Slot>();
  for (const { exit } of graph.nodes.values()) {
    if (exit.op === "next") heads.add(exit.value);
    if (exit.op === "try") heads.add(exit.exception);
  }
  const fixed = new Set([...fn.captures.map((c) => c.slot), fn.rest, fn.selfSlot]);
  const isPlain = (slot: Slot): boolean =>
    ["param", "variable", "temporary"].includes(fn.slots[slot]!.kind) &&
    !facts.isCell[slot] &&
    !facts.isCaptured[slot] &&
    !heads.has(slot) &&
    !fixed.has(slot);
  const fits = (a: string | undefined, b: string | undefined): boolean =>
    anyNames || a === undefined || b === undefined || a === b;
  const copies: Copy[] = [];
  const stepping: Copy[] = [];
  for (const { lines } of graph.nodes.values()) {
    for (const { dst, tree } of lines) {
      if (dst === null || !isPlain(dst)) continue;
      const isCopy = tree.kind === "slot";
      const from = isCopy ? tree.slot : stepped(fn, dst, tree);
      if (from === null || dst === from || !isPlain(from)) continue;
      if (!isCopy && !steps && !(isStep(tree, from) && (isAssigned(facts, dst) || isAssigned(facts, from)))) continue;
      if (fits(fn.slots[dst]!.name, fn.slots[from]!.name)) (isCopy ? copies : stepping).push({ dst, from });
    }
  }
  return [...copies, ...stepping];
}

/** The variable is what an operator starts with: `at + 4`, `text + a + b`; what a call makes of it is something else. */
function isStep(tree: Tree, slot: Slot): boolean {
  let at = tree;
  while (at.kind === "operation" && (at.step.op === "binary" || at.step.op === "unary")) at = at.operands[0]!;
  return at !== tree && at.kind === "slot" && at.slot === slot;
}

/** It is a variable anyway, and no name for one value. */
function isAssigned({ writes }: SlotFacts, slot: Slot): boolean {
  return writes[slot]! > 1;
}

/** The variable of the same name that a value is computed from: `i2 = i1 + 1`. */
function stepped(fn: IrFunction, dst: Slot, tree: Tree): Slot | null {
  const { name } = fn.slots[dst]!;
  if (name === undefined) return null;
  let found: Slot | null = null;
  eachSlot(tree, (slot, written) => {
    if (!written && fn.slots[slot]!.name === name) found ??= slot;
  });
  return found;
}

type Clashes = Map<Slot, Set<Slot>>;

function interference(graph: Graph, slots: ReadonlySet<Slot>): Clashes {
  const live = liveSets(graph, slots);
  const clashes: Clashes = new Map([...slots].map((slot) => [slot, new Set<Slot>()]));
  const clash = (a: Slot, b: Slot): void => {
    if (a === b) return;
    clashes.get(a)!.add(b);
    clashes.get(b)!.add(a);
  };
  for (const node of graph.nodes.values()) {
    walkBack(graph, node, slots, live, (line, after) => {
      for (const slot of writesIn(line, slots)) {
        const copied = slot === line.dst && line.tree.kind === "slot" ? line.tree.slot : null;
        for (const other of after) if (other !== copied) clash(slot, other);
        if (slot !== line.dst) for (const read of readsIn(line.tree, slots)) clash(slot, read);
      }
    });
  }
  const given = entrySlots(graph.fn).filter((s) => slots.has(s));
  for (const slot of given) {
    for (const other of given) clash(slot, other);
    for (const other of live.get(graph.entry)!) clash(slot, other);
  }
  return clashes;
}

function readsIn(tree: Tree, slots: ReadonlySet<Slot>): Slot[] {
  const read: Slot[] = [];
  eachSlot(tree, (slot, written) => {
    if (!written && slots.has(slot)) read.push(slot);
  });
  return read;
}

function writesIn({ dst, tree }: Line, slots: ReadonlySet<Slot>): Slot[] {
  const written: Slot[] = [];
  eachSlot(tree, (slot, isWritten) => {
    if (isWritten && slots.has(slot)) written.push(slot);
  });
  if (dst !== null && slots.has(dst)) written.push(dst);
  return written;
}

type LiveSets = ReadonlyMap<NodeId, Set<Slot>>;

/** Live at the start of each node. */
function liveSets(graph: Graph, slots: ReadonlySet<Slot>): LiveSets {
  const live = new Map<NodeId, Set<Slot>>([...graph.nodes.keys()].map((id) => [id, new Set<Slot>()]));
  const ids = [...graph.nodes.keys()].reverse();
  for (let changed = true; changed;) {
    changed = false;
    for (const id of ids) {
      const start = walkBack(graph, graph.nodes.get(id)!, slots, live, () => undefined);
      const known = live.get(id)!;
      for (const slot of start) {
        if (known.has(slot)) continue;
        known.add(slot);
        changed = true;
      }
    }
  }
  return live;
}

/** From the end of a node to its start; `visit` gets each line with what is live behind it. */
function walkBack(
  graph: Graph,
  node: GraphNode,
  slots: ReadonlySet<Slot>,
  live: LiveSets,
  visit: (line: Line, after: ReadonlySet<Slot>) => void,
): Set<Slot> {
  const handler = handlerOf(graph, node);
  const caught = handler === null ? [] : live.get(handler)!;
  const now = new Set<Slot>(caught);
  for (const to of exitTargets(node.exit)) for (const slot of live.get(to) ?? []) now.add(slot);
  for (const tree of exitTrees(node.exit)) for (const slot of readsIn(tree, slots)) now.add(slot);
  for (let i = node.lines.length - 1; i >= 0; i--) {
    const line = node.lines[i]!;
    visit(line, now);
    for (const slot of writesIn(line, slots)) now.delete(slot);
    for (const slot of readsIn(line.tree, slots)) now.add(slot);
    for (const slot of caught) now.add(slot);
  }
  return now;
}

/** Where an exception in the node goes: known from the node that enters the region. */
function handlerOf(graph: Graph, node: GraphNode): NodeId | null {
  for (let r = node.region; r !== null; r = graph.fn.regions[r]!.parent) {
    const region = graph.fn.regions[r]!;
    if (region.kind === "try") return graph.nodes.has(region.handler) ? region.handler : null;
  }
  return null;
}

class Union {
  readonly #parent = new Map<Slot, Slot>();

  constructor(
    private readonly fn: IrFunction,
    private readonly clashes: Clashes,
  ) {}

  find(slot: Slot): Slot {
    let at = slot;
    for (let up = this.#parent.get(at); up !== undefined; up = this.#parent.get(at)) at = up;
    return at;
  }

  join(a: Slot, b: Slot): void {
    const left = this.find(a);
    const right = this.find(b);
    if (left === right || this.clashes.get(left)!.has(right)) return;
    const [into, gone] = this.#rank(left) <= this.#rank(right) ? [left, right] : [right, left];
    this.#parent.set(gone, into);
    const mine = this.clashes.get(into)!;
    for (const other of this.clashes.get(gone)!) {
      mine.add(other);
      this.clashes.get(other)!.add(into);
    }
  }

  /** Parameters keep their place, source names win over temporaries. */
  #rank(slot: Slot): number {
    const { kind, name } = this.fn.slots[slot]!;
    return kind === "param" ? 0 : name === undefined ? 2 : 1;
  }
}
