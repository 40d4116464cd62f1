/**
 * Makes a control-flow graph reducible by copying blocks, so that every loop has one head.
 *
 * Needs: a verified function. Promises: the same behaviour and a graph in which each loop is entered at one block only; or
 * null when that would take more than `limit` copied blocks, or would copy the head of a try or for-of region.
 *
 * Algorithm: reduce the graph by merging each node with one predecessor into it (T2, after dropping self-loops, T1). Where
 * no such node is left, the smallest remaining one is copied, one copy for each predecessor, and reduction goes on. A copy
 * has variables of its own for what nobody else uses (ownSlots).
 * Hecht & Ullman 1972; Janssen & Corporaal, "Making graphs reducible with controlled node splitting", TOPLAS 1997.
 */
import { successorsOf } from "../ir/successorsOf.ts";
import { mapTargets } from "../ir/mapTargets.ts";
import type { Block, BlockId, IrFunction, SlotInfo } from "../ir/types.ts";
import { ownSlots, withSlots } from "./ownSlots.ts";

/** The reducible function; the same one when it is reducible already. */
export function splitIrreducible(fn: IrFunction, limit: number): IrFunction | null {
  const graph = new Graph(fn);
  for (let copied = 0; ;) {
    graph.reduce();
    const victim = graph.smallest();
    if (victim === null) return graph.result(fn);
    const size = graph.copy(victim);
    if (size === null || (copied += size) > limit) return null;
  }
}

/** Blocks, and the nodes they have been merged into. */
class Graph {
  private readonly blocks: Block[];
  private readonly slots: SlotInfo[];
  private readonly nodeOf: BlockId[];
  private readonly members = new Map<BlockId, BlockId[]>();
  private readonly next = new Map<BlockId, Set<BlockId>>();
  private readonly before = new Map<BlockId, Set<BlockId>>();
  private copies = 0;

  constructor(private readonly fn: IrFunction) {
    this.blocks = [...fn.blocks];
    this.slots = [...fn.slots];
    this.nodeOf = this.blocks.map((b) => b.id);
    this.rebuild();
  }

  /** T1 and T2 until nothing changes. */
  reduce(): void {
    const work = [...this.members.keys()];
    for (let node = work.pop(); node !== undefined; node = work.pop()) {
      if (!this.members.has(node)) continue;
      this.next.get(node)?.delete(node);
      this.before.get(node)?.delete(node);
      const [only, ...others] = [...(this.before.get(node) ?? [])];
      if (node === this.fn.entry || only === undefined || others.length > 0) continue;
      // only what the node went to is entered from elsewhere now
      const after = [...(this.next.get(node) ?? [])];
      this.merge(node, only);
      work.push(only, ...after);
    }
  }

  private merge(node: BlockId, into: BlockId): void {
    for (const to of this.next.get(node) ?? []) {
      this.before.get(to)?.delete(node);
      if (to === into) continue;
      this.before.get(to)?.add(into);
      this.next.get(into)?.add(to);
    }
    this.next.get(into)?.delete(node);
    const moved = this.members.get(node) ?? [];
    for (const block of moved) this.nodeOf[block] = into;
    this.members.get(into)?.push(...moved);
    this.members.delete(node);
    this.next.delete(node);
    this.before.delete(node);
  }

  /** The node that is cheapest to copy; null: the graph is reduced to its entry. */
  smallest(): BlockId | null {
    let best: { node: BlockId; cost: number } | null = null;
    for (const [node, blocks] of this.members) {
      const entering = this.before.get(node)?.size ?? 0;
      if (node === this.fn.entry || entering < 2) continue;
      const cost = blocks.length * (entering - 1);
      if (best === null || cost < best.cost || (cost === best.cost && node < best.node)) best = { node, cost };
    }
    return best?.node ?? null;
  }

  /** Copies a node for all predecessors but the first; the number of blocks made, or null when it cannot be copied. */
  copy(node: BlockId): number | null {
    const blocks = this.members.get(node) ?? [];
    if (blocks.some((b) => this.blocks[b]?.terminator.op.startsWith("enter") === true)) return null;
    const [, ...others] = [...(this.before.get(node) ?? [])].sort((a, b) => a - b);
    for (const from of others) this.copyFor(from, blocks);
    this.rebuild();
    return blocks.length * others.length;
  }

  private copyFor(from: BlockId, blocks: readonly BlockId[]): void {
    const map = new Map<BlockId, BlockId>();
    for (const id of blocks) map.set(id, this.blocks.length + map.size);
    const to = (id: BlockId): BlockId => map.get(id) ?? id;
    const retarget = (block: Block): Block => ({ ...block, terminator: mapTargets(block.terminator, to) });
    const own = ownSlots({ ...this.fn, slots: this.slots }, this.blocks, new Set(blocks));
    const slots = new Map([...own].map((slot) => [slot, this.slots.push(this.slots[slot]!) - 1] as const));
    const entering = this.members.get(from) ?? [];
    for (const id of blocks) {
      const block = this.blocks[id];
      const copy = map.get(id);
      if (block === undefined || copy === undefined) continue;
      this.blocks.push({ ...withSlots(retarget(block), slots), id: copy });
      this.copies++;
    }
    for (const id of entering) {
      const block = this.blocks[id];
      if (block !== undefined) this.blocks[id] = retarget(block);
    }
  }

  private rebuild(): void {
    this.members.clear();
    this.next.clear();
    this.before.clear();
    const seen = new Set<BlockId>([this.fn.entry]);
    for (const id of seen) for (const to of this.edges(id)) seen.add(to);
    for (const id of seen) {
      this.nodeOf[id] = id;
      this.members.set(id, [id]);
      this.next.set(id, new Set(this.edges(id)));
      this.before.set(id, new Set());
    }
    for (const [id, to] of this.next) for (const t of to) this.before.get(t)?.add(id);
  }

  private edges(id: BlockId): BlockId[] {
    const block = this.blocks[id];
    if (block === undefined) return [];
    const to = [...successorsOf(block.terminator)];
    for (let at = block.region; at !== null;) {
      const region = this.fn.regions[at];
      if (region === undefined) break;
      if (region.kind === "try") to.push(region.handler);
      at = region.parent;
    }
    return to;
  }

  result(fn: IrFunction): IrFunction {
    return this.copies === 0 ? fn : { ...fn, slots: this.slots, blocks: this.blocks };
  }
}
