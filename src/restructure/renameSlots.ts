/** The same graph with every slot replaced by another one. */
import type { Instruction, Slot } from "../ir/types.ts";
import type { Exit, Graph, GraphNode, Line, NodeId, Tree } from "./tree.ts";

type Rename = (slot: Slot) => Slot;

export function renameSlots(graph: Graph, rename: Rename): Graph {
  const nodes = new Map<NodeId, GraphNode>();
  for (const node of graph.nodes.values()) {
    nodes.set(node.id, {
      ...node,
      lines: node.lines.map((line) => renameLine(line, rename)),
      exit: renameExit(node.exit, rename),
    });
  }
  return { ...graph, nodes };
}

function renameLine(line: Line, rename: Rename): Line {
  const tree = renameTree(line.tree, rename);
  const dst = line.dst === null ? null : rename(line.dst);
  return tree === line.tree && dst === line.dst ? line : { ...line, dst, tree };
}

function renameExit(exit: Exit, rename: Rename): Exit {
  switch (exit.op) {
    case "branch":
      return { ...exit, test: renameTree(exit.test, rename) };
    case "switch":
    case "return":
    case "throw":
      return { ...exit, value: renameTree(exit.value, rename) };
    case "forOf":
    case "forIn":
      return { ...exit, iterable: renameTree(exit.iterable, rename) };
    case "next":
      return { ...exit, value: rename(exit.value) };
    case "try":
      return { ...exit, exception: rename(exit.exception) };
    default:
      return exit;
  }
}

/** The tree itself if nothing changes in it. */
function renameTree(tree: Tree, rename: Rename): Tree {
  const map = (part: Tree): Tree => renameTree(part, rename);
  switch (tree.kind) {
    case "constant":
      return tree;
    case "slot": {
      const slot = rename(tree.slot);
      return slot === tree.slot ? tree : { kind: "slot", slot };
    }
    case "operation": {
      const operands = mapAll(tree.operands, map);
      const step = renameStep(tree.step, rename);
      return operands === tree.operands && step === tree.step ? tree : { ...tree, step, operands };
    }
    case "method": {
      const callee = map(tree.callee) as typeof tree.callee;
      const args = mapAll(tree.args, map);
      return callee === tree.callee && args === tree.args ? tree : { ...tree, callee, args };
    }
    case "conditional":
      return { ...tree, test: map(tree.test), then: map(tree.then), else: map(tree.else) };
    case "logical":
      return { ...tree, left: map(tree.left), right: map(tree.right) };
    case "not":
      return { ...tree, value: map(tree.value) };
    case "optional":
      return { ...tree, base: map(tree.base), hole: rename(tree.hole), chain: map(tree.chain) };
    case "compound":
      return { ...tree, target: map(tree.target) as typeof tree.target, right: map(tree.right) };
    case "update":
      return { ...tree, target: map(tree.target) };
    case "assign":
      return { ...tree, slot: rename(tree.slot), value: map(tree.value) };
  }
}

function mapAll(parts: readonly Tree[], map: (tree: Tree) => Tree): readonly Tree[] {
  const mapped = parts.map(map);
  return mapped.every((part, i) => part === parts[i]) ? parts : mapped;
}

/** Slots that an instruction writes besides its `dst`. */
function renameStep(step: Instruction, rename: Rename): Instruction {
  if (step.op === "arrayPattern")
    return {
      ...step,
      dsts: step.dsts.map((d) => (d === null ? null : rename(d))),
      rest: step.rest === null ? null : rename(step.rest),
    };
  if (step.op === "objectPattern") return { ...step, dsts: step.dsts.map(rename), rest: rename(step.rest) };
  return step.op === "checkInit" ? { ...step, slot: rename(step.slot) } : step;
}
