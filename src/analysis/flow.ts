/**
 * The shape of a function's control-flow graph, computed once: order, predecessors, natural loops, liveness, and the
 * places where paths that part at a given block meet again.
 */
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import type { BlockId, IrFunction, RegionId, Slot, Terminator } from "../ir/types.ts";

export interface Loop {
  readonly header: BlockId;
  readonly blocks: ReadonlySet<BlockId>;
}

export interface Flow {
  readonly ir: IrFunction;
  /** position of each block in reverse postorder; unreachable blocks last */
  readonly order: readonly number[];
  readonly rpo: readonly BlockId[];
  /** normal successors, then the handler */
  readonly successors: readonly (readonly BlockId[])[];
  readonly predecessors: readonly (readonly BlockId[])[];
  readonly loops: readonly Loop[];
  readonly liveIn: readonly ReadonlySet<Slot>[];
  /** per block: slots that may be read from its start on, then the places of all regions */
  readonly liveSlots: readonly (readonly number[])[];
}

/** Blocks a terminator may go to, exceptions aside. */
export function targetsOf(terminator: Terminator): readonly BlockId[] {
  switch (terminator.op) {
    case "jump":
      return [terminator.to];
    case "branch":
      return terminator.then === terminator.else ? [terminator.then] : [terminator.then, terminator.else];
    case "switch":
      return [...new Set([...terminator.cases.map((c) => c.to), terminator.default])];
    case "enterTry":
      return [terminator.body];
    case "enterForOf":
    case "enterForIn":
      return [terminator.next];
    case "forOfNext":
    case "forInNext":
      return terminator.body === terminator.exit ? [terminator.body] : [terminator.body, terminator.exit];
    default:
      return [];
  }
}

/** The innermost try region that encloses a block: where its exceptions go. */
export function tryRegionOf(ir: IrFunction, region: RegionId | null): { handler: BlockId; exception: Slot } | null {
  for (let at = region; at !== null;) {
    const found = ir.regions[at];
    if (found === undefined) return null;
    if (found.kind === "try") return found;
    at = found.parent;
  }
  return null;
}

/** Analyses the graph of one function. */
export function flowOf(ir: IrFunction): Flow {
  const successors = ir.blocks.map((block) => {
    const handler = tryRegionOf(ir, block.region)?.handler;
    const normal = targetsOf(block.terminator);
    return handler === undefined || normal.includes(handler) ? normal : [...normal, handler];
  });
  const { rpo, backEdges } = depthFirst(ir, successors);
  const order = ir.blocks.map(() => ir.blocks.length);
  rpo.forEach((block, i) => (order[block] = i));
  const predecessors: BlockId[][] = ir.blocks.map(() => []);
  for (const block of rpo) for (const to of successors[block] ?? []) predecessors[to]?.push(block);
  const liveIn = liveness(ir, rpo, successors);
  const regions = ir.regions.map((_, i) => ir.slots.length + i);
  const liveSlots = liveIn.map((live) => [...[...live].sort((a, b) => a - b), ...regions]);
  return { ir, order, rpo, successors, predecessors, loops: naturalLoops(backEdges, predecessors), liveIn, liveSlots };
}

function depthFirst(
  ir: IrFunction,
  successors: readonly (readonly BlockId[])[],
): { rpo: BlockId[]; backEdges: [BlockId, BlockId][] } {
  const postorder: BlockId[] = [];
  const backEdges: [BlockId, BlockId][] = [];
  const mark = new Uint8Array(ir.blocks.length);
  if (ir.blocks.length === 0) return { rpo: [], backEdges };
  const stack: { block: BlockId; next: number }[] = [{ block: ir.entry, next: 0 }];
  mark[ir.entry] = 1;
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const to = successors[top.block]?.[top.next++];
    if (to === undefined) {
      mark[top.block] = 2;
      postorder.push(top.block);
      stack.pop();
    } else if (mark[to] === 0) {
      mark[to] = 1;
      stack.push({ block: to, next: 0 });
    } else if (mark[to] === 1) backEdges.push([top.block, to]);
  }
  return { rpo: postorder.reverse(), backEdges };
}

/** Loops with the same header are one. */
function naturalLoops(backEdges: readonly [BlockId, BlockId][], predecessors: readonly (readonly BlockId[])[]): Loop[] {
  const byHeader = new Map<BlockId, Set<BlockId>>();
  for (const [from, header] of backEdges) {
    const blocks = byHeader.get(header) ?? new Set([header]);
    byHeader.set(header, blocks);
    const stack = [from];
    for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
      if (blocks.has(block)) continue;
      blocks.add(block);
      stack.push(...(predecessors[block] ?? []));
    }
  }
  return [...byHeader].map(([header, blocks]) => ({ header, blocks })).sort((a, b) => a.header - b.header);
}

function liveness(ir: IrFunction, rpo: readonly BlockId[], successors: readonly (readonly BlockId[])[]): Set<Slot>[] {
  const uses: Set<Slot>[] = [];
  const kills: Set<Slot>[] = [];
  for (const block of ir.blocks) {
    const use = new Set<Slot>();
    const kill = new Set<Slot>();
    for (const step of [...block.instructions, block.terminator]) {
      for (const operand of operandsOf(step)) if (typeof operand === "number" && !kill.has(operand)) use.add(operand);
      // a write that an exception may skip does not end the life of the old value
      if (block.region === null) for (const slot of writtenSlots(step)) kill.add(slot);
    }
    uses.push(use);
    kills.push(kill);
  }
  const live = uses.map((u) => new Set(u));
  for (let changed = true; changed;) {
    changed = false;
    for (let i = rpo.length - 1; i >= 0; i--) {
      const block = rpo[i]!;
      const into = live[block]!;
      const before = into.size;
      for (const to of successors[block] ?? [])
        for (const slot of live[to] ?? []) if (!kills[block]!.has(slot)) into.add(slot);
      if (into.size !== before) changed = true;
    }
  }
  return live;
}

/**
 * The blocks where paths that part at `fork` meet: by two different ways from its successors.
 *
 * Each block is labelled with the last point where the ways to it were one (a successor of the fork, or a meeting
 * point); a block with two different labels before it is a meeting point. Only blocks reached after the fork and before
 * coming back to it count. After: Rosemann, Moll & Hack, "An Abstract Interpretation for SPMD Divergence on Reducible
 * Control Flow Graphs" (POPL 2021), section 4.
 */
export function meetingPoints(
  flow: Flow,
  fork: BlockId,
  reached: (from: BlockId, to: BlockId) => boolean,
): Set<BlockId> {
  const labels = new Map<BlockId, BlockId>();
  const joins = new Set<BlockId>();
  const queue: BlockId[] = [];
  const enqueue = (block: BlockId): void => {
    if (queue.includes(block)) return;
    const at = queue.findIndex((b) => flow.order[b]! > flow.order[block]!);
    if (at < 0) queue.push(block);
    else queue.splice(at, 0, block);
  };
  for (const to of flow.successors[fork] ?? []) {
    if (!reached(fork, to)) continue;
    labels.set(to, to);
    enqueue(to);
  }
  for (let block = queue.shift(); block !== undefined; block = queue.shift()) {
    if (block === fork) continue;
    const label = labels.get(block)!;
    // one way left: everything that parted has met
    if (queue.length === 0 && joins.has(block) && flow.order[block]! > flow.order[fork]!) break;
    for (const to of flow.successors[block] ?? []) {
      if (!reached(block, to)) continue;
      const known = labels.get(to);
      if (known === undefined) {
        labels.set(to, label);
        enqueue(to);
      } else if (known !== label && !joins.has(to)) {
        labels.set(to, to);
        joins.add(to);
        enqueue(to);
      }
    }
  }
  return joins;
}
