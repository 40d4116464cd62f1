/**
 * Small ends are written where they are reached: a node that only returns a slot or a constant, and that several edges
 * lead to, is copied for each of them, also by way of nodes that only jump there. So `return x` stands where control is, and
 * no labelled block is needed for it. So is one at the end of a way out of a `try` or a loop over an iterator, which would
 * otherwise be a `break` to it.
 *
 * A return leaves any region in the same way from inside and from outside, because nothing can throw on the way. A throw
 * does not, so it is copied within its own region only.
 */
import type { SlotFacts } from "./slotFacts.ts";
import type { Exit, Graph, GraphNode, NodeId, Tree } from "./tree.ts";
import { exitTargets } from "./tree.ts";

export function duplicateReturns(graph: Graph, facts: SlotFacts): Graph {
  // a node that has become a small end by what was copied to it is one for those that lead to it
  return copyEnds(copyEnds(graph, facts, /return|throw/), facts, /return/);
}

/** Copies ends of these kinds. */
function copyEnds(graph: Graph, facts: SlotFacts, kinds: RegExp): Graph {
  const entries = new Map<NodeId, number>();
  for (const { exit } of graph.nodes.values())
    for (const to of exitTargets(exit)) entries.set(to, (entries.get(to) ?? 0) + 1);
  const nodes = new Map<NodeId, GraphNode>();
  let next = Math.max(...graph.nodes.keys()) + 1;
  const target = (from: GraphNode, first: NodeId): NodeId => {
    const to = isEmpty(from) ? first : pastEmpty(graph, first);
    const node = graph.nodes.get(to)!;
    // one that nothing else leads to stands where control is anyway, unless that is outside of the region
    const isThere = to === first && (entries.get(to) ?? 0) < 2 && node.region === from.region;
    if (isThere || to === graph.entry || !isSmallEnd(node) || !kinds.test(node.exit.op)) return first;
    if (node.exit.op === "throw" && node.region !== from.region) return first;
    const copy = { ...node, id: next++, region: from.region };
    nodes.set(copy.id, copy);
    return copy.id;
  };
  for (const node of graph.nodes.values()) nodes.set(node.id, { ...node, exit: retarget(node, graph, target) });
  for (const node of nodes.values()) nodes.set(node.id, endDirectly(node, facts));
  return { ...graph, nodes };
}

/** `v = x; return v` is `return x`: nobody reads v any more. So is `throw v`, unless a handler might. */
function endDirectly(node: GraphNode, facts: SlotFacts): GraphNode {
  const { lines, exit } = node;
  const last = lines[lines.length - 1];
  if (exit.op !== "return" && (exit.op !== "throw" || node.region !== null)) return node;
  if (exit.value.kind !== "slot" || last === undefined || last.dst !== exit.value.slot) return node;
  if (facts.isCaptured[last.dst] || facts.isCell[last.dst] || isStep(last.tree)) return node;
  return { ...node, lines: lines.slice(0, -1), exit: { ...exit, value: last.tree } };
}

/** Must be written as a line, or gives a function its name. */
function isStep(tree: Tree): boolean {
  if (tree.kind !== "operation") return false;
  const { step } = tree;
  return (
    step.op === "closure" ||
    step.op === "class" ||
    step.op === "newCell" ||
    (step.op === "unary" && (step.operator === "inc" || step.operator === "dec"))
  );
}

/** An arm without anything in it. */
function isEmpty({ lines, exit }: GraphNode): boolean {
  return lines.length === 0 && exit.op === "jump";
}

/** Where nodes of one region that only jump lead. */
function pastEmpty(graph: Graph, from: NodeId): NodeId {
  let at = from;
  for (let steps = 0; steps < graph.nodes.size; steps++) {
    const node = graph.nodes.get(at)!;
    if (!isEmpty(node) || node.exit.op !== "jump" || graph.nodes.get(node.exit.to)!.region !== node.region) return at;
    at = node.exit.to;
  }
  return at;
}

function isSmallEnd({ lines, exit }: GraphNode): boolean {
  if (lines.length > 0) return false;
  return (
    (exit.op === "return" || exit.op === "throw") && (exit.value.kind === "slot" || exit.value.kind === "constant")
  );
}

function retarget(node: GraphNode, graph: Graph, target: (from: GraphNode, to: NodeId) => NodeId): Exit {
  const { exit } = node;
  switch (exit.op) {
    case "jump": {
      const to = target(node, exit.to);
      return to === exit.to ? exit : graph.nodes.get(isEmpty(node) ? exit.to : pastEmpty(graph, exit.to))!.exit;
    }
    case "branch":
      return { ...exit, then: target(node, exit.then), else: target(node, exit.else) };
    case "switch": {
      const copies = new Map<NodeId, NodeId>();
      const once = (to: NodeId): NodeId => copies.get(to) ?? (copies.set(to, target(node, to)), copies.get(to)!);
      return { ...exit, cases: exit.cases.map((c) => ({ ...c, to: once(c.to) })), default: once(exit.default) };
    }
    default:
      return exit;
  }
}
