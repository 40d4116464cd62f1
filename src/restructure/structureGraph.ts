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
import { getOrCreate } from "../base/mapOf.ts";
import type { RegionId } from "../ir/types.ts";
import type { Dominators } from "./dominators.ts";
import { dominators } from "./dominators.ts";
import { negate } from "./makeConditional.ts";
import type { Clause, Exit, Graph, GraphNode, List, NodeId, Statement } from "./tree.ts";
import { exitTargets, Refusal } from "./tree.ts";

export function structureGraph(graph: Graph): List {
  const found = dominators(graph);
  if (found.irreducible.length > 0) throw new Refusal("irreducible control flow");
  return new Structurer(graph, found).function();
}

const maxDepth = 500;

class Structurer {
  readonly #targets = new Map<NodeId, ReadonlySet<NodeId>>();
  /** where edges that lead forwards come from, by target */
  readonly #from = new Map<NodeId, Set<NodeId>>();
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
  /** the region whose statement is being written */
  #region: RegionId | null = null;

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
      const targets = exitTargets(exit);
      this.#targets.set(id, new Set(targets));
      for (const to of targets) {
        if (tree.dominates(to, id)) continue;
        this.#entries.set(to, (this.#entries.get(to) ?? 0) + 1);
        getOrCreate(this.#from, to, () => new Set()).add(id);
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
      // Behind a loop it would be outside of the regions that are entered in the loop.
      const left = (loopsOf.get(parent) ?? []).filter(
        (l) => !l.body.has(id) && !this.#enterOfNext.has(l.header) && this.#holds(inside, l.header),
      );
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

  /** A node with all of these regions around it can stand beside the other node. */
  #holds(regions: ReadonlySet<RegionId>, beside: NodeId): boolean {
    const around = this.#regionsOf(beside);
    return [...regions].every((region) => around.includes(region));
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
    if (this.#targets.get(parent)!.has(id)) return true;
    if (exit.op !== "forOf" && exit.op !== "forIn") return false;
    const next = this.#node(exit.next).exit;
    return next.op === "next" && next.exit === id;
  }

  #inOrder(ids: readonly NodeId[] | undefined): NodeId[] {
    return [...(ids ?? [])].sort((a, b) => this.tree.position.get(a)! - this.tree.position.get(b)!);
  }

  /**
   * The node and everything placed below it. What comes last is written in the same list, by going on instead of calling
   * again, so that long functions need no deep stack.
   */
  #write(start: NodeId): List {
    if (++this.#depth > maxDepth) throw new Refusal("control flow nests too deeply");
    const out: Statement[] = [];
    for (let next: NodeId | null = start; next !== null;) next = this.#writeOne(next, out);
    this.#depth--;
    return out;
  }

  /** Appends a node and what is placed below it, but for the last part; gives the node to go on with. */
  #writeOne(id: NodeId, out: Statement[]): NodeId | null {
    const isLoop = this.tree.loops.has(id) && !this.#enterOfNext.has(id);
    if (!isLoop) return this.#writeNode(id, out);
    const body: Statement[] = [];
    for (let next = this.#writeNode(id, body); next !== null;) next = this.#writeOne(next, body);
    const label = { kind: "continue", node: id } as const;
    const loop: Statement = { kind: "loop", label, form: "while", init: [], test: null, update: [], body };
    return this.#writeBehind([loop], this.#behindLoop.get(id), out);
  }

  #writeNode(id: NodeId, out: Statement[]): NodeId | null {
    const { lines, exit, region } = this.#node(id);
    invariant(region === this.#region, "a node is written in its own region");
    for (const line of lines) out.push({ kind: "line", line, origin: line.origin });
    const clauses = new Set(exit.op === "switch" ? this.#clauseTargets(exit, id) : []);
    const behind = this.#behindExit.get(id)?.filter((b) => !clauses.has(b)) ?? [];
    if (behind.length === 0) {
      if (exit.op === "jump" && this.#isHere(id, exit.to)) return exit.to;
      if (exit.op === "branch") return this.#writeGuard(id, exit, out);
    }
    const core = exit.op === "switch" ? this.#writeSwitch(id, exit, clauses) : this.#writeExit(id, exit);
    return this.#writeBehind(core, behind, out);
  }

  /** An arm that ends the function stands in front of the other one, with which the list goes on. */
  #writeGuard(id: NodeId, exit: Exit & { op: "branch" }, out: Statement[]): NodeId | null {
    const { origin } = exit;
    if (this.#isEnd(id, exit.then) && this.#isHere(id, exit.else)) {
      out.push({ kind: "if", test: exit.test, then: this.#edge(id, exit.then), else: [], origin });
      return exit.else;
    }
    if (this.#isEnd(id, exit.else) && this.#isHere(id, exit.then) && !this.#isEnd(id, exit.then)) {
      out.push({ kind: "if", test: negate(exit.test), then: this.#edge(id, exit.else), else: [], origin });
      return exit.then;
    }
    out.push(...this.#writeExit(id, exit));
    return null;
  }

  /** A short end of the function, written at this edge. */
  #isEnd(from: NodeId, to: NodeId): boolean {
    const { exit, lines } = this.#node(to);
    return this.#isHere(from, to) && lines.length < 3 && (exit.op === "return" || exit.op === "throw");
  }

  /** Appends labelled blocks around `core`, each in front of what it is left for; the last follower is what to go on with. */
  #writeBehind(core: List, followers: readonly NodeId[] | undefined, out: Statement[]): NodeId | null {
    const ids = this.#inOrder(followers);
    const last = ids.pop();
    const list = this.#wrap(core, ids);
    if (last === undefined) {
      out.push(...list);
      return null;
    }
    out.push({ kind: "block", label: { kind: "break", node: last }, body: list });
    return last;
  }

  #wrap(core: List, followers: readonly NodeId[]): List {
    let list = core;
    for (const id of followers) {
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
            body: this.#within(exit.region, () => this.#edge(id, exit.body)),
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

  #within(region: RegionId, write: () => List): List {
    const outer = this.#region;
    this.#region = region;
    const list = write();
    this.#region = outer;
    return list;
  }

  #writeForEach(id: NodeId, exit: Exit & { op: "forOf" | "forIn" }): List {
    const next = this.#node(exit.next);
    invariant(next.exit.op === "next" && next.lines.length === 0, "a for-of goes through its next block");
    const followers = this.#inOrder(this.#behindExit.get(exit.next));
    const { value, body: first } = next.exit;
    const body = this.#within(exit.region, () => this.#wrap(this.#edge(exit.next, first), followers));
    const label = { kind: "continue", node: exit.next } as const;
    return [
      { kind: "forEach", label, of: exit.op === "forOf", value, iterable: exit.iterable, body, origin: exit.origin },
      ...this.#edge(id, next.exit.exit),
    ];
  }

  /** What control does on its way from one node to another. */
  #edge(from: NodeId, to: NodeId): List {
    if (this.#isBack(from, to)) return [{ kind: "jump", label: { kind: "continue", node: to } }];
    return this.#isHere(from, to) ? this.#write(to) : [{ kind: "jump", label: { kind: "break", node: to } }];
  }

  #isBack(from: NodeId, to: NodeId): boolean {
    return this.tree.dominates(to, from) && (this.tree.loops.get(to)?.body.has(from) ?? false);
  }

  /** The target is written at this very edge. */
  #isHere(from: NodeId, to: NodeId): boolean {
    if (this.#isBack(from, to) || this.#parent.get(to) !== from || !this.#isInline(to, from)) return false;
    return !(this.#behindLoop.get(from)?.includes(to) ?? false);
  }

  /** Targets that are written as clauses, in order: each is entered from the switch and from the clause before it alone. */
  #clauseTargets(exit: Exit & { op: "switch" }, id: NodeId): NodeId[] {
    const behindLoop = new Set(this.#behindLoop.get(id));
    const own = this.#inOrder(
      [...this.#targets.get(id)!].filter((to) => this.#parent.get(to) === id && !behindLoop.has(to)),
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
        [...this.#from.get(to)!].every((p) => p === id || this.tree.dominates(before, p))
      )
        clauses.push(to);
    }
    return clauses;
  }

  #writeSwitch(id: NodeId, exit: Exit & { op: "switch" }, clauseTargets: ReadonlySet<NodeId>): List {
    const tests = new Map<NodeId, Clause["tests"][number][]>();
    const seen = new Set<Clause["tests"][number]>();
    for (const { test, to } of exit.cases) {
      invariant(!seen.has(test), "no two cases of a switch are equal");
      getOrCreate(tests, to, () => []).push(test);
      seen.add(test);
    }
    const clauses: Clause[] = [];
    for (const [to, found] of tests) {
      if (clauseTargets.has(to)) continue;
      clauses.push({ tests: found, isDefault: to === exit.default, body: this.#edge(id, to) });
    }
    const inOrder = [...clauseTargets];
    inOrder.forEach((to, i) => {
      const next = inOrder[i + 1];
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
