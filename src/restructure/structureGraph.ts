/**
 * Graph to structured statements: conditionals, loops, labelled blocks and jumps that are labelled breaks and continues.
 *
 * Needs: a reducible graph whose regions nest. Promises: the same paths; every node is written once.
 *
 * Algorithm: Ramsey, "Beyond Relooper" (ICFP 2022). Each node is written where its immediate dominator is. A node that
 * several edges lead to is written behind a labelled block that holds its dominator's exit; jumps to it break out of that
 * block. Two differences: a node that leaves a `try` or `for-of` is written behind that statement, and what follows a loop
 * is written behind the loop, so that loops look as people write them.
 */
import { invariant } from "../base/invariant.ts";
import type { RegionId } from "../ir/types.ts";
import type { Dominators } from "./dominators.ts";
import { dominators } from "./dominators.ts";
import type { Clause, Exit, Graph, GraphNode, List, NodeId, Statement } from "./tree.ts";
import { exitTargets, Refusal } from "./tree.ts";

export function structureGraph(graph: Graph): List {
  const found = dominators(graph);
  if (found.irreducible.length > 0) throw new Refusal("irreducible control flow");
  return new Structurer(graph, found).function();
}

class Structurer {
  /** edges that lead forwards, by target */
  readonly #entries = new Map<NodeId, number>();
  /** nodes to write behind the exit of a node, or behind its loop */
  readonly #behindExit = new Map<NodeId, NodeId[]>();
  readonly #behindLoop = new Map<NodeId, NodeId[]>();
  readonly #parent = new Map<NodeId, NodeId>();
  readonly #enterOf = new Map<RegionId, NodeId>();
  /** forOf/forIn: from the node of `next` to the one that enters */
  readonly #enterOfNext = new Map<NodeId, NodeId>();
  #depth = 0;

  constructor(
    private readonly graph: Graph,
    private readonly tree: Dominators,
  ) {
    for (const { id, exit } of graph.nodes.values()) {
      if (!tree.position.has(id)) continue;
      if ("region" in exit && exit.op !== "next") {
        invariant(!this.#enterOf.has(exit.region), "a region is entered in one place");
        this.#enterOf.set(exit.region, id);
      }
      if (exit.op === "forOf" || exit.op === "forIn") this.#enterOfNext.set(exit.next, id);
      for (const to of exitTargets(exit)) {
        if (!tree.dominates(to, id)) this.#entries.set(to, (this.#entries.get(to) ?? 0) + 1);
      }
    }
    this.#placeNodes();
  }

  function(): List {
    return this.#write(this.graph.entry);
  }

  #node(id: NodeId): GraphNode {
    return this.graph.nodes.get(id)!;
  }

  /** From the innermost to the outermost. */
  #regionsOf(id: NodeId): RegionId[] {
    const regions: RegionId[] = [];
    for (let r = this.#node(id).region; r !== null; r = this.graph.fn.regions[r]!.parent) regions.push(r);
    return regions;
  }

  #placeNodes(): void {
    const loopsOf = this.#containingLoops();
    for (const id of this.tree.order.slice(1)) {
      const inside = new Set(this.#regionsOf(id));
      let parent = this.tree.idom.get(id)!;
      for (const region of this.#regionsOf(parent)) {
        if (!inside.has(region)) parent = this.#enterOf.get(region) ?? parent;
      }
      // `next` of a for-of: what it leads to belongs to the statement, which stands at its enter.
      if (this.#node(parent).exit.op === "next" && (this.#node(parent).exit as Exit & { op: "next" }).exit === id)
        parent = this.#enterOfNext.get(parent) ?? parent;
      const left = (loopsOf.get(parent) ?? []).filter((l) => !l.body.has(id) && !this.#enterOfNext.has(l.header));
      const outermost = left.reduce<(typeof left)[number] | null>(
        (a, b) => (a === null || b.body.size > a.body.size ? b : a),
        null,
      );
      if (outermost !== null && this.#goesBehind(id, parent, outermost.header)) {
        this.#parent.set(id, outermost.header);
        add(this.#behindLoop, outermost.header, id);
      } else {
        this.#parent.set(id, parent);
        if (!this.#isInline(id, parent)) add(this.#behindExit, parent, id);
      }
    }
  }

  #containingLoops(): Map<NodeId, { header: NodeId; body: ReadonlySet<NodeId> }[]> {
    const loopsOf = new Map<NodeId, { header: NodeId; body: ReadonlySet<NodeId> }[]>();
    for (const loop of this.tree.loops.values())
      for (const id of loop.body) loopsOf.set(id, [...(loopsOf.get(id) ?? []), loop]);
    return loopsOf;
  }

  /** What follows a loop stands behind it; a path that only ends there stays where it branches off. */
  #goesBehind(id: NodeId, parent: NodeId, header: NodeId): boolean {
    if ((this.#entries.get(id) ?? 0) > 1) return true;
    if (parent === header && this.#node(header).exit.op === "branch") return true;
    return !this.#endsSoon(id) && !this.#leadsToFollower(id);
  }

  /** Returns or throws after at most a few lines. */
  #endsSoon(id: NodeId): boolean {
    const { exit, lines } = this.#node(id);
    return lines.length <= 8 && (exit.op === "return" || exit.op === "throw" || exit.op === "unreachable");
  }

  #leadsToFollower(id: NodeId): boolean {
    const { exit, lines } = this.#node(id);
    return lines.length <= 8 && exit.op === "jump" && (this.#entries.get(exit.to) ?? 0) > 1;
  }

  /** Written at the one edge that leads to it. */
  #isInline(id: NodeId, parent: NodeId): boolean {
    if (this.#entries.get(id) !== 1) return false;
    const { exit } = this.#node(parent);
    if (exitTargets(exit).includes(id)) return true;
    if (exit.op !== "forOf" && exit.op !== "forIn") return false;
    const next = this.#node(exit.next).exit;
    return next.op === "next" && next.exit === id;
  }

  #inOrder(ids: readonly NodeId[] | undefined): NodeId[] {
    return [...(ids ?? [])].sort((a, b) => this.tree.position.get(a)! - this.tree.position.get(b)!);
  }

  /** The node and everything placed below it. */
  #write(id: NodeId): List {
    if (++this.#depth > 1200) throw new Refusal("control flow nests too deeply");
    const isLoop = this.tree.loops.has(id) && !this.#enterOfNext.has(id);
    let list = this.#writeNode(id);
    if (isLoop) {
      const loop: Statement = {
        kind: "loop",
        label: { kind: "continue", node: id },
        form: "while",
        init: [],
        test: null,
        update: [],
        body: list,
      };
      list = this.#writeBehind([loop], this.#behindLoop.get(id));
    }
    this.#depth--;
    return list;
  }

  #writeNode(id: NodeId): List {
    const node = this.#node(id);
    const lines = node.lines.map((line): Statement => ({ kind: "line", line, origin: line.origin }));
    const clauses = node.exit.op === "switch" ? this.#clauseTargets(node.exit, id) : [];
    const behind = this.#behindExit.get(id)?.filter((b) => !clauses.includes(b));
    const exit = node.exit.op === "switch" ? this.#writeSwitch(id, node.exit, clauses) : this.#writeExit(id, node.exit);
    return [...lines, ...this.#writeBehind(exit, behind)];
  }

  #writeBehind(core: List, followers: readonly NodeId[] | undefined): List {
    let list = core;
    for (const id of this.#inOrder(followers)) {
      list = [{ kind: "block", label: { kind: "break", node: id }, body: list }, ...this.#write(id)];
    }
    return list;
  }

  #writeExit(id: NodeId, exit: Exit): List {
    const { origin } = exit;
    switch (exit.op) {
      case "jump":
        return this.#edge(id, exit.to);
      case "branch":
        return [
          { kind: "if", test: exit.test, then: this.#edge(id, exit.then), else: this.#edge(id, exit.else), origin },
        ];
      case "return":
      case "throw":
        return [{ kind: exit.op, value: exit.value, origin }];
      case "try":
        return [
          {
            kind: "try",
            body: this.#edge(id, exit.body),
            exception: exit.exception,
            handler: this.#edge(id, exit.handler),
            origin,
          },
        ];
      case "forOf":
      case "forIn":
        return this.#writeForEach(id, exit);
      case "unreachable":
        return [];
      case "switch":
      case "next":
        throw new Error(`${exit.op} is written elsewhere`);
    }
  }

  #writeForEach(id: NodeId, exit: Exit & { op: "forOf" | "forIn" }): List {
    const next = this.#node(exit.next);
    invariant(next.exit.op === "next" && next.lines.length === 0, "a for-of goes through its next block");
    const body = this.#writeBehind(this.#edge(exit.next, next.exit.body), this.#behindExit.get(exit.next));
    const { value } = next.exit;
    const label = { kind: "continue", node: exit.next } as const;
    return [
      { kind: "forEach", label, of: exit.op === "forOf", value, iterable: exit.iterable, body, origin: exit.origin },
      ...this.#edge(id, next.exit.exit),
    ];
  }

  /** What control does on its way from one node to another. */
  #edge(from: NodeId, to: NodeId): List {
    if (this.tree.dominates(to, from) && (this.tree.loops.get(to)?.body.has(from) ?? false))
      return [{ kind: "jump", label: { kind: "continue", node: to } }];
    if (
      this.#parent.get(to) === from &&
      this.#isInline(to, from) &&
      !(this.#behindLoop.get(from)?.includes(to) ?? false)
    )
      return this.#write(to);
    return [{ kind: "jump", label: { kind: "break", node: to } }];
  }

  /** Targets that are written as clauses, in order: each is entered from the switch and from the clause before it alone. */
  #clauseTargets(exit: Exit & { op: "switch" }, id: NodeId): NodeId[] {
    const targets = new Set([...exit.cases.map((c) => c.to), exit.default]);
    const own = this.#inOrder(
      [...targets].filter((to) => this.#parent.get(to) === id && !(this.#behindLoop.get(id)?.includes(to) ?? false)),
    );
    const edges = new Map<NodeId, number>();
    for (const to of exitTargets(exit)) edges.set(to, (edges.get(to) ?? 0) + 1);
    const clauses: NodeId[] = [];
    for (const to of own) {
      const others = (this.#entries.get(to) ?? 0) - edges.get(to)!;
      const before = clauses[clauses.length - 1];
      if (others === 0) clauses.push(to);
      else if (
        before !== undefined &&
        this.#forwardPredecessors(to).every((p) => p === id || this.tree.dominates(before, p))
      )
        clauses.push(to);
    }
    return clauses;
  }

  #forwardPredecessors(id: NodeId): NodeId[] {
    const found: NodeId[] = [];
    for (const from of this.tree.order) {
      if (exitTargets(this.#node(from).exit).includes(id) && !this.tree.dominates(id, from)) found.push(from);
    }
    return found;
  }

  #writeSwitch(id: NodeId, exit: Exit & { op: "switch" }, clauseTargets: readonly NodeId[]): List {
    const tests = new Map<NodeId, Clause["tests"]>();
    const seen = new Set<Clause["tests"][number]>();
    for (const { test, to } of exit.cases) {
      if (!seen.has(test)) tests.set(to, [...(tests.get(to) ?? []), test]);
      seen.add(test);
    }
    const clauses: Clause[] = [];
    for (const [to, found] of tests) {
      if (clauseTargets.includes(to)) continue;
      clauses.push({ tests: found, isDefault: to === exit.default, body: this.#edge(id, to) });
    }
    clauseTargets.forEach((to, i) => {
      const next = clauseTargets[i + 1];
      const list = this.#write(to);
      // A jump into the next clause leaves a block at the end of this one, and falls through.
      const body: List =
        next === undefined ? list : [{ kind: "block", label: { kind: "break", node: next }, body: list }];
      clauses.push({ tests: tests.get(to) ?? [], isDefault: to === exit.default, body });
    });
    if (!clauses.some((c) => c.isDefault))
      clauses.push({ tests: [], isDefault: true, body: this.#edge(id, exit.default) });
    return [{ kind: "switch", node: -1 - id, value: exit.value, clauses, origin: exit.origin }];
  }
}

function add(map: Map<NodeId, NodeId[]>, key: NodeId, id: NodeId): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [id]);
  else list.push(id);
}
