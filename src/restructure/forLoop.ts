/**
 * A `while` whose last lines step a variable of its condition, set up just in front of it, is a `for`. Breaking out of the
 * block in front of the step is then `continue`.
 *
 * A loop that makes its variables anew at the end of each round, in the way in which the language does it for `let` in the
 * head of a `for`, is just that:
 *
 *   i = cell(0); while (i < n) { ...; i = cell(i); i++ }   =>   for (let i = 0; i < n; i++) { ... }
 */
import type { Slot } from "../ir/types.ts";
import { jumpsTo, redirect } from "./jumps.ts";
import type { SlotFacts } from "./slotFacts.ts";
import type { Line, List, Loop, Statement, Tree } from "./tree.ts";
import { eachSlot } from "./tree.ts";

/** Takes the initialization from the end of `before` if the loop is a `for`; else null. */
export function forLoop(at: Loop, before: Statement[], facts: SlotFacts): Loop | null {
  if (at.form !== "while" || jumpsTo(at.body, at.label)) return null;
  return renewingLoop(at, before, facts) ?? (at.test === null ? null : steppingLoop(at, at.test, before, facts));
}

function steppingLoop(at: Loop, test: Tree, before: Statement[], facts: SlotFacts): Loop | null {
  const last = at.body[at.body.length - 1];
  if (last?.kind !== "line") return null;
  const stepped = steppedSlot(last.line);
  if (stepped === null || facts.isCell[stepped] || !isRead(test, stepped)) return null;
  const previous = before[before.length - 1];
  const init = previous?.kind === "line" ? previous.line : null;
  const isInit =
    init !== null && (init.tree.kind === "update" ? steppedSlot(init) === stepped : startsAnew(init, stepped));
  const main = at.body.slice(0, -1);
  if (!isInit && main[main.length - 1]?.kind !== "block") return null;
  if (isInit) before.pop();
  return { ...at, form: "for", init: isInit ? [init] : [], update: [last.line], body: withContinue(main, at) };
}

function startsAnew({ dst, tree }: Line, slot: Slot): boolean {
  return dst === slot && !isRead(tree, slot);
}

/** Leaving the block at the end of the body is going on to the update. */
function withContinue(main: List, at: Loop): List {
  const last = main[main.length - 1];
  return last?.kind === "block" ? [...main.slice(0, -1), ...redirect(last.body, last.label, at.label)] : main;
}

function renewingLoop(at: Loop, before: Statement[], facts: SlotFacts): Loop | null {
  const lines = at.body.map((s) => (s.kind === "line" ? s.line : null));
  let end = lines.length;
  while (end > 0 && lines[end - 1] !== null && !isInit(lines[end - 1]!)) end--;
  const renewed = new Set<Slot>();
  let start = end;
  for (let cell = renewal(lines, start, facts); cell !== null; cell = renewal(lines, start, facts)) {
    renewed.add(cell);
    start -= 3;
  }
  if (renewed.size === 0) return null;
  const init = takeInit(before, renewed);
  if (init === null) return null;
  const update = lines.slice(end).filter((line) => line !== null);
  return { ...at, form: "for", init, update, body: withContinue(at.body.slice(0, start), at) };
}

/** `t = i; i = a new variable; i starts with t`, in the three lines in front of `end`. */
function renewal(lines: readonly (Line | null)[], end: number, facts: SlotFacts): Slot | null {
  const [read, made, init] = [lines[end - 3], lines[end - 2], lines[end - 1]];
  if (
    !read ||
    !made ||
    !init ||
    read.tree.kind !== "operation" ||
    made.tree.kind !== "operation" ||
    init.tree.kind !== "operation"
  )
    return null;
  if (read.tree.step.op !== "getCell" || made.tree.step.op !== "newCell" || init.tree.step.op !== "initCell")
    return null;
  const [cell, value] = init.tree.operands;
  if (cell?.kind !== "slot" || made.dst !== cell.slot || !isSlot(read.tree.operands[0], cell.slot)) return null;
  return read.dst !== null && facts.reads[read.dst] === 1 && isSlot(value, read.dst) ? cell.slot : null;
}

function isSlot(tree: Tree | undefined, slot: Slot): boolean {
  return tree?.kind === "slot" && tree.slot === slot;
}

function isInit({ tree }: Line): boolean {
  return tree.kind === "operation" && tree.step.op === "initCell";
}

/** The lines at the end of `before` from the first that makes one of the cells. */
function takeInit(before: Statement[], cells: ReadonlySet<Slot>): Line[] | null {
  const missing = new Set(cells);
  const init: Line[] = [];
  for (let i = before.length - 1; i >= 0 && missing.size > 0; i--) {
    const at = before[i]!;
    if (at.kind !== "line") return null;
    const { dst, tree } = at.line;
    init.unshift(at.line);
    if (tree.kind === "operation" && tree.step.op === "newCell" && dst !== null) missing.delete(dst);
    else if (dst === null && !isInit(at.line)) return null;
  }
  if (missing.size > 0) return null;
  before.length -= init.length;
  return init;
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
