/**
 * A graph in which every loop has one entry.
 *
 * Needs: nothing. Promises: same paths. A loop that is entered in several places keeps one of them; what the others lead
 * to before control comes to that one is copied in front of the loop (node splitting). When the copies would be too many (a quarter of the graph),
 * all entries go through one node that switches on where to go.
 *
 * Algorithm: strongly connected parts from the outside in; Janssen and Corporaal, "Making graphs reducible with controlled
 * node splitting" (TOPLAS 1997), with the entry that most edges of the loop lead to as the one that stays.
 */
import type { Region, RegionId, Slot, SlotInfo } from "../ir/types.ts";
import { coalesceSlots } from "./coalesceSlots.ts";
import { dominators } from "./dominators.ts";
import { renameSlots } from "./renameSlots.ts";
import { retarget } from "./retarget.ts";
import type { SlotFacts } from "./slotFacts.ts";
import { entrySlots } from "./slotFacts.ts";
import { stronglyConnected } from "../base/stronglyConnected.ts";
import type { Graph, GraphNode, NodeId } from "./tree.ts";
import { eachSlot, exitTargets, exitTrees, Refusal } from "./tree.ts";

export function makeReducible(graph: Graph, facts: SlotFacts, anyNames: boolean): Graph {
  if (dominators(graph).irreducible.length === 0) return graph;
  // behind a node that switches, what different entries need is needed at the same time
  const joined = coalesceSlots(graph, facts, anyNames, true);
  const splitter = new Splitter(withOwnEntry(joined), facts);
  splitter.split();
  return splitter.done();
}

/** With an entry that no edge leads to. */
function withOwnEntry(graph: Graph): Graph {
  const id = Math.max(...graph.nodes.keys()) + 1;
  const nodes = new Map(graph.nodes);
  nodes.set(id, { id, region: null, lines: [], exit: { op: "jump", to: graph.entry } });
  return { ...graph, entry: id, nodes };
}

class Splitter {
  readonly #nodes: Map<NodeId, GraphNode>;
  readonly #regions: Region[];
  readonly #slots: SlotInfo[];
  #next: NodeId;
  #budget: number;

  constructor(
    private readonly graph: Graph,
    private readonly facts: SlotFacts,
  ) {
    this.#nodes = new Map(graph.nodes);
    this.#regions = [...graph.fn.regions];
    this.#slots = [...graph.fn.slots];
    this.#next = Math.max(...graph.nodes.keys()) + 1;
    this.#budget = Math.max(8, graph.nodes.size >> 2);
  }

  done(): Graph {
    return { ...this.graph, fn: { ...this.graph.fn, regions: this.#regions, slots: this.#slots }, nodes: this.#nodes };
  }

  /** Makes all loops reducible, from the outside in. */
  split(): void {
    const pending = [new Set(this.#nodes.keys())];
    for (let nodes = pending.pop(); nodes !== undefined; nodes = pending.pop()) {
      for (const part of stronglyConnected(nodes, (id) => exitTargets(this.#node(id).exit))) {
        const members = new Set(part);
        const entries = this.#entriesOf(members);
        const [first] = entries;
        if (first === undefined) continue;
        if (entries.length === 1) {
          members.delete(first);
          pending.push(members);
        } else pending.push(this.#reduce(members, entries));
      }
    }
  }

  #node(id: NodeId): GraphNode {
    return this.#nodes.get(id)!;
  }

  /** Entered from outside, the one with most edges from inside first. */
  #entriesOf(members: ReadonlySet<NodeId>): NodeId[] {
    const inner = new Map<NodeId, number>();
    const entries = new Set<NodeId>(members.has(this.graph.entry) ? [this.graph.entry] : []);
    for (const { id, exit } of this.#nodes.values()) {
      for (const to of exitTargets(exit)) {
        if (!members.has(to)) continue;
        if (members.has(id)) inner.set(to, (inner.get(to) ?? 0) + 1);
        else entries.add(to);
      }
    }
    return [...entries].sort((a, b) => (inner.get(b) ?? 0) - (inner.get(a) ?? 0) || a - b);
  }

  /** Leaves one entry; gives the nodes in which loops may be left. */
  #reduce(members: Set<NodeId>, [header, ...others]: readonly NodeId[]): Set<NodeId> {
    const all = new Set(members);
    for (const entry of others) {
      const copied = this.#reachable(entry, members, header!);
      if (copied.size > this.#budget || !this.#canCopy(copied)) return this.#dispatch(members, [header!, ...others]);
    }
    for (const entry of others) {
      const copied = this.#reachable(entry, members, header!);
      this.#budget -= copied.size;
      for (const id of this.#copy(copied, entry, members)) all.add(id);
    }
    return all;
  }

  /** What is in a region that is entered on the way belongs to it, also where it leads out of the loop. */
  #reachable(from: NodeId, within: ReadonlySet<NodeId>, but: NodeId): Set<NodeId> {
    const seen = new Set([from]);
    const entered = new Set<RegionId>();
    for (const id of seen) {
      const { exit } = this.#node(id);
      if ("region" in exit && exit.op !== "next") entered.add(exit.region);
      for (const to of exitTargets(exit)) if (to !== but && (within.has(to) || this.#isIn(to, entered))) seen.add(to);
    }
    return seen;
  }

  #isIn(id: NodeId, regions: ReadonlySet<RegionId>): boolean {
    for (let r = this.#node(id).region; r !== null; r = this.#regions[r]!.parent) if (regions.has(r)) return true;
    return false;
  }

  /** Variables that closures see must not come to be two where they were one. */
  #canCopy(nodes: ReadonlySet<NodeId>): boolean {
    const local = this.#localSlots(nodes);
    for (const id of nodes) {
      for (const slot of slotsOf(this.#node(id))) {
        if (slot.written && (this.facts.isCaptured[slot.slot] || this.facts.isCell[slot.slot]) && !local.has(slot.slot))
          return false;
      }
    }
    return true;
  }

  /** Slots that occur in these nodes and nowhere else. */
  #localSlots(nodes: ReadonlySet<NodeId>): Set<Slot> {
    const inside = new Set<Slot>();
    for (const id of nodes) for (const { slot } of slotsOf(this.#node(id))) inside.add(slot);
    for (const node of this.#nodes.values()) {
      if (nodes.has(node.id)) continue;
      for (const { slot } of slotsOf(node)) inside.delete(slot);
    }
    for (const slot of entrySlots(this.graph.fn)) inside.delete(slot);
    return inside;
  }

  /** Copies nodes; edges from outside to the entry lead to the copy. */
  #copy(nodes: ReadonlySet<NodeId>, entry: NodeId, members: ReadonlySet<NodeId>): NodeId[] {
    const slots = new Map<Slot, Slot>();
    for (const slot of this.#localSlots(nodes)) slots.set(slot, this.#newSlot(slot));
    const ids = new Map<NodeId, NodeId>();
    for (const id of nodes) ids.set(id, this.#next++);
    const regions = this.#copyRegions(nodes, ids, slots);
    const part = new Map([...nodes].map((id) => [id, this.#node(id)]));
    const renamed = renameSlots({ ...this.graph, nodes: part }, (slot) => slots.get(slot) ?? slot);
    for (const node of renamed.nodes.values()) {
      const id = ids.get(node.id)!;
      const exit = retarget(node.exit, (to) => ids.get(to) ?? to);
      const region = node.region === null ? null : (regions.get(node.region) ?? node.region);
      const inRegion = "region" in exit ? { ...exit, region: regions.get(exit.region) ?? exit.region } : exit;
      this.#nodes.set(id, { ...node, id, region, exit: inRegion });
    }
    for (const node of [...this.#nodes.values()]) {
      if (members.has(node.id) || !exitTargets(node.exit).includes(entry)) continue;
      if ([...ids.values()].includes(node.id)) continue;
      this.#nodes.set(node.id, { ...node, exit: retarget(node.exit, (to) => (to === entry ? ids.get(entry)! : to)) });
    }
    return [...ids.values()];
  }

  #newSlot(like: Slot): Slot {
    const slot = this.#slots.length;
    this.#slots.push(this.#slots[like]!);
    const { writes, reads, isNumber, isCaptured, isCell } = this.facts;
    for (const list of [writes, reads]) list[slot] = list[like]!;
    for (const list of [isNumber, isCaptured, isCell]) (list as boolean[])[slot] = list[like]!;
    return slot;
  }

  /** Regions that are entered in the copied nodes are copied with them. */
  #copyRegions(
    nodes: ReadonlySet<NodeId>,
    ids: ReadonlyMap<NodeId, NodeId>,
    slots: ReadonlyMap<Slot, Slot>,
  ): Map<RegionId, RegionId> {
    const regions = new Map<RegionId, RegionId>();
    for (const id of nodes) {
      const { exit } = this.#node(id);
      if (exit.op === "try" || exit.op === "forOf" || exit.op === "forIn")
        regions.set(exit.region, this.#regions.length + regions.size);
    }
    for (const [from, to] of [...regions].sort((a, b) => a[1] - b[1])) {
      const region = this.#regions[from]!;
      const parent = region.parent === null ? null : (regions.get(region.parent) ?? region.parent);
      this.#regions.push(
        region.kind === "try"
          ? {
              ...region,
              id: to,
              parent,
              handler: ids.get(region.handler) ?? region.handler,
              exception: slots.get(region.exception) ?? region.exception,
            }
          : { ...region, id: to, parent },
      );
    }
    return regions;
  }

  /** All entries go through one node, which switches. */
  #dispatch(members: Set<NodeId>, entries: readonly NodeId[]): Set<NodeId> {
    const { region } = this.#node(entries[0]!);
    if (entries.some((id) => this.#node(id).region !== region))
      throw new Refusal("a loop that is entered in different regions");
    const slot = this.#slots.length;
    this.#slots.push({ kind: "temporary", name: "state" });
    const { writes, reads, isNumber, isCaptured, isCell } = this.facts;
    writes[slot] = 2 * entries.length;
    reads[slot] = 1;
    (isNumber as boolean[])[slot] = true;
    (isCaptured as boolean[])[slot] = (isCell as boolean[])[slot] = false;
    const hub = this.#next++;
    // Doors for edges from outside and from inside: only then is the hub the one entry of the loop.
    const outside = this.#doors(entries, slot, hub, region);
    const inside = this.#doors(entries, slot, hub, region);
    const doors = new Set([...outside.values(), ...inside.values()]);
    for (const node of [...this.#nodes.values()]) {
      if (doors.has(node.id) || !exitTargets(node.exit).some((to) => outside.has(to))) continue;
      if (node.exit.op === "try" || node.exit.op === "forOf" || node.exit.op === "forIn")
        throw new Refusal("a loop that is entered with a region");
      const own = members.has(node.id) ? inside : outside;
      this.#nodes.set(node.id, { ...node, exit: retarget(node.exit, (to) => own.get(to) ?? to) });
    }
    const [last, ...cases] = [...entries.entries()].reverse();
    this.#nodes.set(hub, {
      id: hub,
      region,
      lines: [],
      exit: {
        op: "switch",
        value: { kind: "slot", slot },
        cases: cases.reverse().map(([test, to]) => ({ test, to })),
        default: last![1],
      },
    });
    return new Set([...members, hub, ...doors]);
  }

  /** Nodes that note where to go and lead to the hub, by entry. */
  #doors(entries: readonly NodeId[], slot: Slot, hub: NodeId, region: RegionId | null): Map<NodeId, NodeId> {
    const doors = new Map<NodeId, NodeId>();
    for (const [i, entry] of entries.entries()) {
      const door = this.#next++;
      doors.set(entry, door);
      const line = { dst: slot, tree: { kind: "constant", value: i } } as const;
      this.#nodes.set(door, { id: door, region, lines: [line], exit: { op: "jump", to: hub } });
    }
    return doors;
  }
}

/** Every slot that a node mentions. */
function slotsOf(node: GraphNode): { readonly slot: Slot; readonly written: boolean }[] {
  const found: { slot: Slot; written: boolean }[] = [];
  const see = (slot: Slot, written: boolean): void => void found.push({ slot, written });
  for (const { dst, tree } of node.lines) {
    eachSlot(tree, see);
    if (dst !== null) see(dst, true);
  }
  for (const tree of exitTrees(node.exit)) eachSlot(tree, see);
  if (node.exit.op === "next") see(node.exit.value, true);
  if (node.exit.op === "try") see(node.exit.exception, true);
  return found;
}
