/**
 * Orders and trees of a graph: reverse postorder, immediate dominators, natural loops.
 *
 * Dominators: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001). The order visits what leaves a loop
 * first, so that in reverse postorder a loop comes before what follows it.
 */
import type { Graph, NodeId } from "./tree.ts";
import { exitTargets } from "./tree.ts";

export interface LoopInfo {
  readonly header: NodeId;
  readonly body: ReadonlySet<NodeId>;
}

export interface Dominators {
  /** reverse postorder */
  readonly order: readonly NodeId[];
  readonly position: ReadonlyMap<NodeId, number>;
  readonly idom: ReadonlyMap<NodeId, NodeId>;
  /** by header */
  readonly loops: ReadonlyMap<NodeId, LoopInfo>;
  /** edges that lead backwards but not to a dominator: the graph is irreducible */
  readonly irreducible: readonly { readonly from: NodeId; readonly to: NodeId }[];
  dominates(above: NodeId, below: NodeId): boolean;
}

export function dominators(graph: Graph): Dominators {
  const first = analyse(graph, (_, targets) => targets);
  if (first.loops.size === 0) return first;
  const depth = loopDepths(first);
  return analyse(graph, (node, targets) => {
    const inside = depth.get(node) ?? [];
    const rank = new Map(targets.map((to) => [to, inside.filter((loop) => !loop.body.has(to)).length]));
    // What comes first here is visited last and stands first.
    return [...targets].sort((a, b) => rank.get(a)! - rank.get(b)!);
  });
}

function loopDepths({ loops }: Dominators): Map<NodeId, LoopInfo[]> {
  const containing = new Map<NodeId, LoopInfo[]>();
  for (const loop of loops.values()) {
    for (const node of loop.body) {
      const list = containing.get(node);
      if (list === undefined) containing.set(node, [loop]);
      else list.push(loop);
    }
  }
  return containing;
}

function analyse(graph: Graph, arrange: (node: NodeId, targets: readonly NodeId[]) => readonly NodeId[]): Dominators {
  const order = reversePostorder(graph, arrange);
  const position = new Map(order.map((id, i) => [id, i]));
  const predecessors = new Map<NodeId, NodeId[]>(order.map((id) => [id, []]));
  for (const id of order)
    for (const to of new Set(exitTargets(graph.nodes.get(id)!.exit))) predecessors.get(to)!.push(id);
  const idom = immediate(order, position, predecessors);
  const intervals = treeIntervals(order, idom);
  const dominates = (above: NodeId, below: NodeId): boolean => {
    const outer = intervals.get(above)!;
    const inner = intervals.get(below)!;
    return outer.enter <= inner.enter && inner.leave <= outer.leave;
  };
  const loops = new Map<NodeId, { header: NodeId; body: Set<NodeId> }>();
  const irreducible: { from: NodeId; to: NodeId }[] = [];
  for (const from of order) {
    for (const to of new Set(exitTargets(graph.nodes.get(from)!.exit))) {
      if (position.get(to)! > position.get(from)!) continue;
      if (!dominates(to, from)) {
        irreducible.push({ from, to });
        continue;
      }
      const loop = loops.get(to) ?? { header: to, body: new Set([to]) };
      loops.set(to, loop);
      const pending = [from];
      for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
        if (loop.body.has(id)) continue;
        loop.body.add(id);
        pending.push(...predecessors.get(id)!);
      }
    }
  }
  return { order, position, idom, loops, irreducible, dominates };
}

function reversePostorder(
  graph: Graph,
  arrange: (node: NodeId, targets: readonly NodeId[]) => readonly NodeId[],
): NodeId[] {
  const seen = new Set<NodeId>([graph.entry]);
  const order: NodeId[] = [];
  const targetsOf = (id: NodeId): NodeId[] => [...arrange(id, exitTargets(graph.nodes.get(id)!.exit))];
  const stack = [{ id: graph.entry, left: targetsOf(graph.entry) }];
  for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
    const to = top.left.pop();
    if (to === undefined) {
      order.push(top.id);
      stack.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      stack.push({ id: to, left: targetsOf(to) });
    }
  }
  return order.reverse();
}

function immediate(
  order: readonly NodeId[],
  position: ReadonlyMap<NodeId, number>,
  predecessors: ReadonlyMap<NodeId, readonly NodeId[]>,
): Map<NodeId, NodeId> {
  const idom = new Map<NodeId, NodeId>([[order[0]!, order[0]!]]);
  const meet = (a: NodeId, b: NodeId): NodeId => {
    let left = a;
    let right = b;
    while (left !== right) {
      while (position.get(left)! > position.get(right)!) left = idom.get(left)!;
      while (position.get(right)! > position.get(left)!) right = idom.get(right)!;
    }
    return left;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const id of order.slice(1)) {
      const found = predecessors
        .get(id)!
        .filter((p) => idom.has(p))
        .reduce(meet);
      if (idom.get(id) === found) continue;
      idom.set(id, found);
      changed = true;
    }
  }
  return idom;
}

function treeIntervals(
  order: readonly NodeId[],
  idom: ReadonlyMap<NodeId, NodeId>,
): Map<NodeId, { enter: number; leave: number }> {
  const children = new Map<NodeId, NodeId[]>(order.map((id) => [id, []]));
  for (const id of order.slice(1)) children.get(idom.get(id)!)!.push(id);
  const intervals = new Map<NodeId, { enter: number; leave: number }>();
  let clock = 0;
  const stack: { id: NodeId; next: number }[] = [{ id: order[0]!, next: 0 }];
  intervals.set(order[0]!, { enter: clock++, leave: 0 });
  for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
    const child = children.get(top.id)![top.next++];
    if (child === undefined) {
      intervals.get(top.id)!.leave = clock++;
      stack.pop();
    } else {
      intervals.set(child, { enter: clock++, leave: 0 });
      stack.push({ id: child, next: 0 });
    }
  }
  return intervals;
}
