/**
 * Statements with jumps to statements as people write them.
 *
 * Promises: same paths. A jump to where control goes anyway is gone; a labelled block that nobody breaks out of is its
 * content; a jump behind the enclosing loop or switch is a plain break; an arm that does not come back stands as a guard
 * in front of the other one; no empty arms.
 *
 * Algorithm: lists are walked from their end, with the set of labels that falling off the end amounts to.
 */
import { negate } from "./makeConditional.ts";
import type { Label, List, Statement, Tree } from "./tree.ts";
import type { EffectsReader } from "./effects.ts";

/** What falling off the end amounts to; "end" is `return undefined`. */
type Follow = ReadonlySet<string>;
/** Labels that are reached by breaking out of an enclosing loop or switch. */
type Exits = ReadonlyMap<string, Label>;

export function tidyStatements(list: List, effects: EffectsReader): List {
  return new Tidier(effects).list(list, new Set(["end"]), new Map(), null);
}

export function keyOf(label: Label): string {
  return `${label.kind} ${label.node}`;
}

const longArm = 6;

class Tidier {
  readonly #jumps = new Map<string, number>();

  constructor(private readonly effects: EffectsReader) {}

  list(given: List, follow: Follow, exits: Exits, loop: Label | null): List {
    const list = untilEnd(given);
    // From the last to the first.
    let out: Statement[] = [];
    let after = follow;
    for (let i = list.length - 1; i >= 0; i--) {
      const tidied = this.#statement(list[i]!, after, exits, loop);
      if (tidied.length === 0) continue;
      if (!tidied.every(completes)) out = [];
      const kept = untilEnd(tidied);
      for (let k = kept.length - 1; k >= 0; k--) out.push(kept[k]!);
      const first = kept[0]!;
      after = new Set(first.kind === "jump" ? [keyOf(first.label)] : isPlainReturn(first) ? ["end"] : []);
    }
    return out.reverse();
  }

  #statement(at: Statement, follow: Follow, exits: Exits, loop: Label | null): List {
    switch (at.kind) {
      case "jump":
        return this.#jump(at, follow, exits);
      case "return":
        return isPlainReturn(at) && follow.has("end") ? [] : [at];
      case "if":
        return this.#if(at, follow, exits, loop);
      case "block": {
        const key = keyOf(at.label);
        const body = this.list(at.body, new Set([...follow, key]), exits, loop);
        return (this.#jumps.get(key) ?? 0) > 0 ? [{ ...at, body }] : body;
      }
      case "loop": {
        const body = this.list(at.body, new Set([keyOf(at.label)]), leaving(exits, follow, at.label.node), at.label);
        return [{ ...at, body }];
      }
      case "forEach": {
        const body = this.list(at.body, new Set([keyOf(at.label)]), leaving(exits, follow, at.label.node), at.label);
        return [{ ...at, body }];
      }
      case "switch":
        return this.#switch(at, follow, exits, loop);
      case "try":
        return [
          { ...at, body: this.list(at.body, follow, exits, loop), handler: this.list(at.handler, follow, exits, loop) },
        ];
      default:
        return [at];
    }
  }

  #jump(at: Statement & { kind: "jump" }, follow: Follow, exits: Exits): List {
    const key = keyOf(at.label);
    if (follow.has(key)) return [];
    const label = exits.get(key) ?? at.label;
    this.#jumps.set(keyOf(label), (this.#jumps.get(keyOf(label)) ?? 0) + 1);
    return [{ ...at, label }];
  }

  #switch(at: Statement & { kind: "switch" }, follow: Follow, exits: Exits, loop: Label | null): List {
    const inside = leaving(exits, follow, at.node);
    const clauses = at.clauses.map((clause, i) => {
      const isLast = i === at.clauses.length - 1;
      return { ...clause, body: this.list(clause.body, isLast ? follow : new Set(), inside, loop) };
    });
    const last = clauses[clauses.length - 1];
    if (last !== undefined && last.isDefault && last.tests.length === 0 && last.body.length === 0) clauses.pop();
    const isIdle = (clause: (typeof clauses)[number]): boolean => {
      const [only] = clause.body;
      return (
        clause.isDefault &&
        clause.tests.length === 0 &&
        clause.body.length === 1 &&
        only?.kind === "jump" &&
        only.label.kind === "exit" &&
        only.label.node === at.node
      );
    };
    const kept = clauses.filter((c) => !isIdle(c));
    return this.#small({ ...at, clauses: kept });
  }

  /** A switch with one case is an if. */
  #small(at: Statement & { kind: "switch" }): List {
    if (at.clauses.length > 0) return [at];
    return this.effects.of(at.value).effect
      ? [{ kind: "line", line: { dst: null, tree: at.value, origin: at.origin } }]
      : [];
  }

  #if(at: Statement & { kind: "if" }, follow: Follow, exits: Exits, loop: Label | null): List {
    const then = this.list(at.then, follow, exits, loop);
    const otherwise = this.list(at.else, follow, exits, loop);
    if (then.length === 0 && otherwise.length === 0) return this.#dropped(at.test, at);
    const guard = this.#guard(at, then, otherwise, follow, loop);
    if (guard !== null) return guard;
    if (then.length === 0) return [{ ...at, test: negate(at.test), then: otherwise, else: [] }];
    if (otherwise.length === 0) return [{ ...at, then, else: [] }];
    const thenEnds = !then.every(completes);
    const elseEnds = !otherwise.every(completes);
    if (
      elseEnds &&
      (!thenEnds
        ? weight(otherwise, 8) <= 4 || weight(otherwise, 400) < weight(then, 400)
        : 2 * weight(otherwise, 400) < weight(then, 400))
    ) {
      return [{ ...at, test: negate(at.test), then: otherwise, else: [] }, ...then];
    }
    if (thenEnds) return [{ ...at, then, else: [] }, ...otherwise];
    if (at.test.kind === "not" && otherwise[0]?.kind !== "if")
      return [{ ...at, test: at.test.value, then: otherwise, else: then }];
    // `else if` reads better than a long else around an if.
    if (then.length === 1 && then[0]!.kind === "if" && otherwise.length === 1 && otherwise[0]!.kind !== "if") {
      return [{ ...at, test: negate(at.test), then: otherwise, else: then }];
    }
    return [{ ...at, then, else: otherwise }];
  }

  /** At the end of a function or loop body: `if (done) return;` in front of a long rest. */
  #guard(at: Statement & { kind: "if" }, then: List, otherwise: List, follow: Follow, loop: Label | null): List | null {
    if (then.length > 0 && otherwise.length > 0) return null;
    const rest = then.length === 0 ? otherwise : then;
    if (weight(rest, longArm + 1) <= longArm || !rest.every(completes)) return null;
    const test = then.length === 0 ? at.test : negate(at.test);
    const isEnd = loop === null && follow.has("end");
    if (!isEnd && (loop === null || !follow.has(keyOf(loop)))) return null;
    if (isEnd)
      return [
        { ...at, test, then: [{ kind: "return", value: { kind: "constant", value: undefined } }], else: [] },
        ...rest,
      ];
    this.#jumps.set(keyOf(loop!), (this.#jumps.get(keyOf(loop!)) ?? 0) + 1);
    return [{ ...at, test, then: [{ kind: "jump", label: loop! }], else: [] }, ...rest];
  }

  #dropped(test: Tree, at: Statement): List {
    const { effect, writes } = this.effects.of(test);
    return effect || writes.length > 0
      ? [{ kind: "line", line: { dst: null, tree: test, origin: at.origin }, origin: at.origin }]
      : [];
  }
}

function isPlainReturn(at: Statement): boolean {
  return at.kind === "return" && at.value.kind === "constant" && at.value.value === undefined;
}

function leaving(exits: Exits, follow: Follow, node: number): Exits {
  const inside = new Map(exits);
  for (const key of follow) inside.set(key, { kind: "exit", node });
  return inside;
}

/** Control may go on behind the statement. Loops count as going on. */
export function completes(at: Statement): boolean {
  switch (at.kind) {
    case "jump":
    case "return":
    case "throw":
      return false;
    case "if":
      return at.then.every(completes) || at.else.every(completes);
    case "try":
      return at.body.every(completes) || at.handler.every(completes);
    default:
      return true;
  }
}

function untilEnd(list: List): List {
  const end = list.findIndex((s) => !completes(s));
  return end < 0 || end === list.length - 1 ? list : list.slice(0, end + 1);
}

/** Number of statements in a list, inner ones included, counted up to a bound. */
export function weight(list: List, bound: number): number {
  let count = 0;
  const pending: List[] = [list];
  for (let at = pending.pop(); at !== undefined && count < bound; at = pending.pop()) {
    count += at.length;
    for (const s of at) {
      if (s.kind === "if") pending.push(s.then, s.else);
      else if (s.kind === "switch") pending.push(...s.clauses.map((c) => c.body));
      else if (s.kind === "try") pending.push(s.body, s.handler);
      else if ("body" in s) pending.push(s.body);
    }
  }
  return count;
}
