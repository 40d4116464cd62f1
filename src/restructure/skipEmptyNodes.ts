/**
 * Edges to a node that only jumps on lead to where that one jumps, the latches of loops included: so `continue` is a jump
 * to the loop's header from wherever it stands. A node that leaves a region stays, because it is where that is left.
 */
import { retarget } from "./retarget.ts";
import type { Graph, GraphNode, NodeId } from "./tree.ts";

export function skipEmptyNodes(graph: Graph): Graph {
  const known = new Map<NodeId, NodeId>();
  const final = (start: NodeId): NodeId => {
    const path: NodeId[] = [];
    let at = start;
    while (!known.has(at) && !path.includes(at) && path.length < 100) {
      path.push(at);
      const { lines, exit, region } = graph.nodes.get(at)!;
      if (lines.length > 0 || exit.op !== "jump" || graph.nodes.get(exit.to)!.region !== region) break;
      at = exit.to;
    }
    const end = known.get(at) ?? at;
    for (const id of path) known.set(id, end);
    return end;
  };
  const nodes = new Map<NodeId, GraphNode>();
  const pending = [graph.entry];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (nodes.has(id)) continue;
    const node = graph.nodes.get(id)!;
    const isRegion = node.exit.op === "try" || node.exit.op === "forOf" || node.exit.op === "forIn";
    const exit = retarget(node.exit, (to) => {
      const end = isRegion ? to : final(to);
      pending.push(end);
      return end;
    });
    nodes.set(id, { ...node, exit });
  }
  return { ...graph, nodes };
}
