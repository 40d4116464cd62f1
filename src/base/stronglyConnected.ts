/**
 * Strongly connected parts of more than one node, or of one that leads to itself, of a set of nodes.
 * Tarjan, "Depth-first search and linear graph algorithms" (1972), without recursion.
 */
export function stronglyConnected(
  nodes: ReadonlySet<number>,
  targetsOf: (id: number) => readonly number[],
): number[][] {
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const parts: number[][] = [];
  const enter = (id: number): { id: number; left: number[] } => {
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
