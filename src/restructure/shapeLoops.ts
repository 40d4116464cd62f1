/**
 * Endless loops with tests inside to `while`, `do-while` and `for`.
 *
 * Promises: same paths. A test that leaves the loop at its start becomes its condition; one at its end makes it a
 * `do-while`. A `while` whose last line steps a variable of the condition, set up just in front of it, is a `for`; then
 * breaking out of the block in front of the step is `continue`.
 */
import { negate } from "./makeConditional.ts";
import type { Label, Line, List, Loop, Statement, Tree } from "./tree.ts";
import { eachSlot } from "./tree.ts";
import { keyOf } from "./tidyStatements.ts";
import type { SlotFacts } from "./slotFacts.ts";

export function shapeLoops(list: List, facts: SlotFacts): List {
  const shaped = list.map((s) => shapeStatement(s, facts));
  const out: Statement[] = [];
  for (const at of shaped) {
    const made = at.kind === "loop" ? forLoop(at, out, facts) : null;
    out.push(made ?? at);
  }
  return out;
}

function shapeStatement(at: Statement, facts: SlotFacts): Statement {
  switch (at.kind) {
    case "if":
      return { ...at, then: shapeLoops(at.then, facts), else: shapeLoops(at.else, facts) };
    case "try":
      return { ...at, body: shapeLoops(at.body, facts), handler: shapeLoops(at.handler, facts) };
    case "switch":
      return { ...at, clauses: at.clauses.map((c) => ({ ...c, body: shapeLoops(c.body, facts) })) };
    case "block":
    case "forEach":
      return { ...at, body: shapeLoops(at.body, facts) };
    case "loop":
      return shapeLoop({ ...at, body: shapeLoops(at.body, facts) }, facts);
    default:
      return at;
  }
}

function shapeLoop(at: Loop, facts: SlotFacts): Loop {
  const [first, ...rest] = at.body;
  const start = first === undefined ? null : leavesIf(first, at.label);
  if (start !== null) return { ...at, test: negate(start), body: rest };
  const assigned = assignedTest(at, facts);
  if (assigned !== null) return assigned;
  const last = at.body[at.body.length - 1];
  const end = last === undefined ? null : leavesIf(last, at.label);
  if (end === null || at.body.length < 2 || jumpsTo(at.body, at.label)) return at;
  return { ...at, form: "doWhile", test: negate(end), body: at.body.slice(0, -1) };
}

/** The test of `if (test) break` for this very loop. */
function leavesIf(at: Statement, loop: Label): Tree | null {
  if (at.kind !== "if" || at.else.length > 0 || at.then.length !== 1) return null;
  const [only] = at.then;
  return only?.kind === "jump" && only.label.kind === "exit" && only.label.node === loop.node ? at.test : null;
}

/** `m = f(); if (m === null) break` at the start: `while ((m = f()) !== null)`. */
function assignedTest(at: Loop, facts: SlotFacts): Loop | null {
  const [first, second, ...rest] = at.body;
  if (first?.kind !== "line" || first.line.dst === null || second === undefined) return null;
  const { dst, tree } = first.line;
  const test = leavesIf(second, at.label);
  if (test?.kind !== "operation" || test.step.op !== "binary" || tree.kind === "constant") return null;
  const [left, right] = test.operands;
  if (left?.kind !== "slot" || left.slot !== dst || right?.kind !== "constant") return null;
  if (!/^[!=]==?$/.test(test.step.operator) || facts.isCaptured[dst]) return null;
  const whole: Tree = { ...test, operands: [{ kind: "assign", slot: dst, value: tree }, right] };
  return { ...at, test: negate(whole), body: rest };
}

function jumpsTo(list: List, label: Label): boolean {
  const key = keyOf(label);
  let found = false;
  eachJump(list, (jump) => {
    if (keyOf(jump) === key) found = true;
  });
  return found;
}

export function eachJump(list: List, visit: (label: Label) => void): void {
  for (const at of list) {
    if (at.kind === "jump") visit(at.label);
    for (const inner of innerLists(at)) eachJump(inner, visit);
  }
}

export function innerLists(at: Statement): readonly List[] {
  switch (at.kind) {
    case "if":
      return [at.then, at.else];
    case "try":
      return [at.body, at.handler];
    case "switch":
      return at.clauses.map((c) => c.body);
    case "block":
    case "loop":
    case "forEach":
      return [at.body];
    default:
      return [];
  }
}

/** Takes the initialization from the end of `before` if the loop is a `for`. */
function forLoop(at: Loop, before: Statement[], facts: SlotFacts): Loop | null {
  if (at.form !== "while" || at.test === null || jumpsTo(at.body, at.label)) return null;
  const last = at.body[at.body.length - 1];
  const block = at.body[at.body.length - 2];
  const previous = before[before.length - 1];
  if (last?.kind !== "line") return null;
  const stepped = steppedSlot(last.line);
  const init = previous?.kind === "line" ? previous.line : null;
  if (stepped === null || facts.isCell[stepped]) return null;
  const leaves = block?.kind === "block" && at.body.length === 2 ? block : null;
  const isInit = init !== null && init.dst === stepped && !isRead(init.tree, stepped);
  if (!isRead(at.test, stepped) || (!isInit && leaves === null)) return null;
  if (isInit) before.pop();
  const body = leaves === null ? at.body.slice(0, -1) : redirect(leaves.body, leaves.label, at.label);
  return { ...at, form: "for", init: isInit ? [init] : [], update: [last.line], body };
}

/** The slot that a line steps: it is written from its own value. */
function steppedSlot({ dst, tree }: Line): number | null {
  if (tree.kind === "update") return tree.target.kind === "slot" && dst === null ? tree.target.slot : null;
  return dst !== null && isRead(tree, dst) ? dst : null;
}

function isRead(tree: Tree, slot: number): boolean {
  let found = false;
  eachSlot(tree, (read, written) => {
    if (read === slot && !written) found = true;
  });
  return found;
}

function redirect(list: List, from: Label, to: Label): List {
  const key = keyOf(from);
  return list.map((at): Statement => {
    switch (at.kind) {
      case "jump":
        return keyOf(at.label) === key ? { ...at, label: to } : at;
      case "if":
        return { ...at, then: redirect(at.then, from, to), else: redirect(at.else, from, to) };
      case "try":
        return { ...at, body: redirect(at.body, from, to), handler: redirect(at.handler, from, to) };
      case "switch":
        return { ...at, clauses: at.clauses.map((c) => ({ ...c, body: redirect(c.body, from, to) })) };
      case "block":
      case "loop":
      case "forEach":
        return { ...at, body: redirect(at.body, from, to) };
      default:
        return at;
    }
  });
}
