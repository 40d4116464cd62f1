import { mapOperands } from "../../src/ir/mapOperands.ts";
import { mapTargets } from "../../src/ir/mapTargets.ts";
import { writtenSlots } from "../../src/ir/operands.ts";
import { successorsOf } from "../../src/ir/successorsOf.ts";
import type { Block, BlockId, Instruction, IrFunction, Operand, Slot, SlotInfo } from "../../src/ir/types.ts";
import { verifyFunction } from "../../src/ir/verifyFunction.ts";
import { mergeAlike } from "../../src/simplify/mergeAlike.ts";
import { randomGraph, randomNumbers, runGraph } from "../restructure/randomGraphs.ts";

type Plain = Omit<Block, "id" | "region">;

/** A function of (p, q), slots 0 and 1; 2 to 19 are variables. */
function graph(blocks: readonly Plain[]): IrFunction {
  const slots: SlotInfo[] = [
    { kind: "param", name: "p" },
    { kind: "param", name: "q" },
    ...Array.from({ length: 18 }, (): SlotInfo => ({ kind: "temporary" })),
  ];
  return {
    ...randomGraph(1, 2, true).fn,
    slots,
    blocks: blocks.map((block, id) => ({ ...block, id, region: null })),
  };
}

function size(fn: IrFunction): number {
  return fn.blocks.reduce((n, { instructions }) => n + instructions.filter(({ op }) => op !== "copy").length, 0);
}

/** `object.key += 1` by way of two slots. */
function step(object: Slot, key: string, t: Slot): Instruction[] {
  return [
    { op: "getProp", dst: t, object, key: { value: key } },
    { op: "binary", operator: "+", dst: t + 1, left: t, right: { value: 1 } },
    { op: "setProp", object, key: { value: key }, value: t + 1 },
  ];
}

const branch: Plain = { instructions: [], terminator: { op: "branch", condition: 0, then: 1, else: 2 } };
const jump = (to: BlockId, instructions: Instruction[]): Plain => ({ instructions, terminator: { op: "jump", to } });
const put = (dst: Slot, value: Operand): Instruction => ({ op: "copy", dst, value });
const end = (value: Operand): Plain => ({ instructions: [], terminator: { op: "return", value } });

describe("equal rests are written once", () => {
  test("with other names for what is computed on the way, and another constant", () => {
    const rest = (t: Slot, value: number): Instruction[] => [...step(1, "n", t), ...step(1, "m", t + 2), put(19, { value })]; // prettier-ignore
    const fn = graph([branch, jump(3, rest(2, -1)), jump(3, rest(6, -2)), end(19)]);
    const merged = mergeAlike(fn);
    verifyFunction(merged);
    expect(size(merged)).toBe(6);
  });

  test("of one object or another", () => {
    const fn = graph([branch, jump(3, [...step(0, "n", 2), ...step(0, "m", 4)]), jump(3, [...step(1, "n", 6), ...step(1, "m", 8)]), end(0)]); // prettier-ignore
    expect(size(mergeAlike(fn))).toBe(6);
  });

  test("loops", () => {
    const fn = twoLoops((t) => [...step(1, "n", t), ...step(1, "k", t), ...step(1, "l", t)]);
    expect(size(mergeAlike(fn)) * 2).toBe(size(fn));
  });
});

/** One of two loops, chosen at the start, that do the same. */
function twoLoops(steps: (t: Slot) => Instruction[]): IrFunction {
  const loop = (head: BlockId, t: Slot): Plain[] => [
    { instructions: steps(t), terminator: { op: "branch", condition: t + 1, then: head + 1, else: 5 } },
    jump(head, steps(t + 2)),
  ];
  return graph([{ ...branch, terminator: { op: "branch", condition: 0, then: 1, else: 3 } }, ...loop(1, 2), ...loop(3, 6), end(0)]); // prettier-ignore
}

describe("what stays", () => {
  const same = (blocks: Plain[]): void => {
    const fn = graph(blocks);
    expect(size(mergeAlike(fn))).toBe(size(fn));
  };
  test("little, in loops", () => {
    const fn = twoLoops((t) => step(1, "n", t));
    expect(size(mergeAlike(fn))).toBe(size(fn));
  });
  test("little", () => same([branch, jump(3, step(1, "n", 2)), jump(3, step(1, "n", 4)), end(0)]));
  test("other fields", () =>
    same([branch, jump(3, [...step(1, "n", 2), ...step(1, "k", 4)]), jump(3, [...step(1, "n", 6), ...step(1, "l", 8)]), end(0)])); // prettier-ignore
  test("what is read behind under two names", () =>
    same([
      { ...branch, instructions: [put(3, 0), put(5, 0), put(7, 0), put(9, 0)] },
      jump(3, [...step(1, "n", 2), ...step(1, "m", 4)]),
      jump(3, [...step(1, "n", 6), ...step(1, "m", 8)]),
      { instructions: [{ op: "binary", operator: "+", dst: 10, left: 3, right: 7 }], terminator: { op: "return", value: 10 } }, // prettier-ignore
    ]));
  test("what is read in another order", () =>
    same([
      branch,
      jump(3, [...step(1, "n", 2), ...step(1, "m", 4)]),
      jump(3, [...step(1, "m", 6), ...step(1, "n", 8)]),
      end(0),
    ]));
});

/** Some blocks of the graph a second time, with other temporaries and now and then another operand, for one way there. */
function doubled(fn: IrFunction, seed: number): IrFunction {
  const random = randomNumbers(seed);
  const entered = fn.blocks.filter(({ id }) => id !== fn.entry && fn.blocks.some((b) => successorsOf(b.terminator).includes(id))); // prettier-ignore
  const start = entered[random(Math.max(1, entered.length))];
  if (start === undefined) return fn;
  const copies = new Map<BlockId, BlockId>();
  for (const pending = [start.id]; pending.length > 0 && copies.size < 4;) {
    const id = pending.shift()!;
    if (copies.has(id) || id === fn.entry) continue;
    copies.set(id, fn.blocks.length + copies.size);
    pending.push(...successorsOf(fn.blocks[id]!.terminator));
  }
  const slots = [...fn.slots];
  const renamed = new Map<Slot, Slot>();
  for (const id of copies.keys()) {
    for (const slot of fn.blocks[id]!.instructions.flatMap(writtenSlots))
      if (fn.slots[slot]!.kind === "temporary" || random(8) === 0)
        renamed.set(slot, renamed.get(slot) ?? slots.push(fn.slots[slot]!) - 1);
  }
  const other = (operand: Operand): Operand => {
    if (typeof operand === "number") return renamed.get(operand) ?? operand;
    return random(6) === 0 ? { value: random(5) } : operand;
  };
  const rename = (at: Instruction): Instruction => {
    const moved = mapOperands(at, other);
    return "dst" in moved ? { ...moved, dst: renamed.get(moved.dst) ?? moved.dst } : moved;
  };
  const blocks = [...fn.blocks];
  for (const [id, copy] of copies) {
    const block = fn.blocks[id]!;
    const terminator = mapTargets(block.terminator, (to) => copies.get(to) ?? to);
    const ended =
      terminator.op === "branch"
        ? { ...terminator, condition: other(terminator.condition) }
        : terminator.op === "return"
          ? { ...terminator, value: other(terminator.value) }
          : terminator;
    blocks[copy] = { ...block, id: copy, instructions: block.instructions.map(rename), terminator: ended };
  }
  const from = blocks.find((b) => !copies.has(b.id) && successorsOf(b.terminator).includes(start.id)) ?? blocks[0]!;
  blocks[from.id] = { ...from, terminator: mapTargets(from.terminator, (to) => (to === start.id ? copies.get(to)! : to)) }; // prettier-ignore
  // Variables that were given another name hold something from the start.
  const entry = blocks[fn.entry]!;
  const given = [...renamed].map(([old, slot]): Instruction => put(slot, { value: old % 5 }));
  blocks[fn.entry] = { ...entry, instructions: [...given, ...entry.instructions] };
  return { ...fn, slots, blocks };
}

class Stop extends Error {}

function trace(fn: IrFunction, seed: number): string {
  const random = randomNumbers(seed);
  const events: string[] = [];
  const add = (event: string): void => {
    if (events.push(event) > 200) throw new Stop();
  };
  const ask = (): boolean => {
    const answer = random(2) === 0;
    add(String(answer));
    return answer;
  };
  try {
    add(`returns ${String(runGraph(fn, ask, (id, value) => add(`${id}:${value}`)))}`);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return events.join(" ");
}

/** Every way around leads past something that is heard of. */
function isHeard(fn: IrFunction): boolean {
  return fn.blocks.every(({ instructions }) => instructions.some(({ op }) => op === "call"));
}

test("random graphs with copies in them do what they did", () => {
  let smaller = 0;
  for (let seed = 1; seed <= 1500; seed++) {
    const base = randomGraph(seed * 7919, 4 + (seed % 9), seed % 3 !== 0).fn;
    // A note in each block, so that no loop is silent.
    const loud = base.blocks.map((block): Block => {
      const note: Instruction = { op: "call", dst: base.slots.length, callee: 1, receiver: { value: undefined }, args: [{ value: block.id }, { value: 7 }] }; // prettier-ignore
      const [first, ...rest] = block.id === base.entry ? block.instructions.slice(0, 3) : [];
      const setUp = first === undefined ? [] : [first, ...rest];
      return { ...block, instructions: [...setUp, note, ...block.instructions.slice(setUp.length)] };
    });
    const fn = doubled({ ...base, slots: [...base.slots, { kind: "temporary" }], blocks: loud }, seed);
    expect(isHeard(fn)).toBe(true);
    const merged = mergeAlike(fn);
    verifyFunction(merged);
    if (size(merged) < size(fn)) smaller++;
    for (let answers = 1; answers <= 8; answers++)
      if (trace(merged, answers) !== trace(fn, answers)) throw new Error(`seed ${seed}, answers ${answers}`);
  }
  expect(smaller).toBeGreaterThan(300);
});
