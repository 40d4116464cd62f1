/**
 * Strongly connected parts of more than one node, or of one that leads to itself, of a set of nodes.
 * Tarjan, "Depth-first search and linear graph algorithms" (1972), without recursion.
 */
import type { NodeId } from "./tree.ts";

export function stronglyConnected(
  nodes: ReadonlySet<NodeId>,
  targetsOf: (id: NodeId) => readonly NodeId[],
): NodeId[][] {
  const index = new Map<NodeId, number>();
  const low = new Map<NodeId, number>();
  const open: NodeId[] = [];
  const isOpen = new Set<NodeId>();
  const parts: NodeId[][] = [];
  const enter = (id: NodeId): { id: NodeId; left: NodeId[] } => {
    index.set(id, index.size);
    low.set(id, index.get(id)!);
    open.push(id);
    isOpen.add(id);
    return { id, left: targetsOf(id).filter((to) => nodes.has(to)) };
  };
  for (const start of nodes) {
    if (index.has(start)) continue;
    const stack = [enter(start)];
    for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
      const to = top.left.pop();
      if (to !== undefined) {
        if (!index.has(to)) stack.push(enter(to));
        else if (isOpen.has(to)) low.set(top.id, Math.min(low.get(top.id)!, index.get(to)!));
        continue;
      }
      stack.pop();
      const above = stack[stack.length - 1];
      if (above !== undefined) low.set(above.id, Math.min(low.get(above.id)!, low.get(top.id)!));
      if (low.get(top.id) !== index.get(top.id)) continue;
      const part = open.splice(open.lastIndexOf(top.id));
      for (const id of part) isOpen.delete(id);
      if (part.length > 1 || targetsOf(top.id).includes(top.id)) parts.push(part);
    }
  }
  return parts;
}
