/**
 * Endless loops with tests inside to `while`, `do-while` and `for`.
 *
 * Promises: same paths. A test that leaves the loop at its start becomes its condition; one at its end makes it a
 * `do-while`. A `while` whose last line steps a variable of the condition, set up just in front of it, is a `for`; then
 * breaking out of the block in front of the step is `continue`.
 */
import { negate } from "./makeConditional.ts";
import { forLoop } from "./forLoop.ts";
import { jumpsTo } from "./jumps.ts";
import type { Label, List, Loop, Statement, Tree } from "./tree.ts";
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
  const assigned = at.body.length > 2 ? assignedTest(at, facts) : null;
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
