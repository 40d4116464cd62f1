import type { Block, Instruction, IrFunction, SlotInfo } from "../../src/ir/types.ts";
import { dropDead } from "../../src/simplify/dropDead.ts";
import { foldBranches } from "../../src/simplify/foldBranches.ts";
import { foldConstants } from "../../src/simplify/foldConstants.ts";
import { oneCase } from "../../src/simplify/oneCase.ts";
import { propagateCopies } from "../../src/simplify/propagateCopies.ts";
import { simplifyFunction } from "../../src/simplify/simplifyFunction.ts";
import { threadJumps } from "../../src/simplify/threadJumps.ts";

/** A function of one parameter (slot 0); the other slots are temporaries. */
function graph(blocks: readonly Omit<Block, "id" | "region">[]): IrFunction {
  const slots: SlotInfo[] = [
    { kind: "param", name: "p" },
    ...Array.from({ length: 9 }, (): SlotInfo => ({ kind: "temporary" })),
  ];
  return {
    id: 0,
    name: "f",
    kind: "function",
    strict: true,
    length: 1,
    parent: null,
    slots,
    params: [0],
    rest: null,
    thisSlot: null,
    argumentsSlot: null,
    newTargetSlot: null,
    usesSuper: false,
    selfSlot: null,
    captures: [],
    entry: 0,
    regions: [],
    opaque: null,
    blocks: blocks.map((block, id) => ({ ...block, id, region: null })),
  };
}

const ops = (fn: IrFunction): string[][] => fn.blocks.map((b) => b.instructions.map((i) => i.op));
const call: Instruction = { op: "call", dst: 1, callee: 0, receiver: { value: undefined }, args: [] };

test("a decided branch is a jump", () => {
  const fn = graph([
    { instructions: [], terminator: { op: "branch", condition: { value: "" }, then: 1, else: 2 } },
    { instructions: [call], terminator: { op: "return", value: { value: 1 } } },
    { instructions: [], terminator: { op: "return", value: { value: 2 } } },
  ]);
  expect(foldBranches(fn).blocks[0]!.terminator).toEqual({ op: "jump", to: 2 });
  expect(ops(simplifyFunction(fn))).toEqual([[], [], []]);
});

test("a switch compares strictly", () => {
  const fn = graph([
    {
      instructions: [],
      terminator: {
        op: "switch",
        value: { value: "1" },
        cases: [
          { test: 1, to: 1 },
          { test: "1", to: 2 },
        ],
        default: 1,
      },
    },
    { instructions: [], terminator: { op: "return", value: { value: 1 } } },
    { instructions: [], terminator: { op: "return", value: { value: 2 } } },
  ]);
  expect(foldBranches(fn).blocks[0]!.terminator).toEqual({ op: "jump", to: 2 });
});

test("jumps over empty blocks lead on, but not out of a loop's latch", () => {
  const fn = graph([
    { instructions: [], terminator: { op: "branch", condition: 0, then: 1, else: 2 } },
    { instructions: [], terminator: { op: "jump", to: 2 } },
    { instructions: [call], terminator: { op: "branch", condition: 0, then: 3, else: 4 } },
    { instructions: [], terminator: { op: "jump", to: 2 } },
    { instructions: [], terminator: { op: "return", value: 1 } },
  ]);
  const threaded = threadJumps(fn);
  expect(threaded.blocks[0]!.terminator).toMatchObject({ then: 2, else: 2 });
  expect(threaded.blocks[2]!.terminator).toMatchObject({ then: 3, else: 4 });
});

test("copies of constants and parameters are what they copy", () => {
  const fn = graph([
    {
      instructions: [
        { op: "copy", dst: 1, value: 0 },
        { op: "copy", dst: 2, value: { value: 5 } },
        { op: "binary", operator: "+", dst: 3, left: 1, right: 2 },
      ],
      terminator: { op: "return", value: 3 },
    },
  ]);
  expect(propagateCopies(fn).blocks[0]!.instructions).toEqual([
    { op: "binary", operator: "+", dst: 3, left: 0, right: { value: 5 } },
  ]);
});

test("a copy of what changes is kept", () => {
  const fn = graph([
    {
      instructions: [
        { op: "copy", dst: 1, value: 0 },
        { op: "copy", dst: 0, value: { value: 5 } },
      ],
      terminator: { op: "return", value: 1 },
    },
  ]);
  expect(propagateCopies(fn)).toBe(fn);
});

test("dead computations go, with what only they need; what may have an effect stays", () => {
  const fn = graph([
    {
      instructions: [
        { op: "array", dst: 1, elements: [0] },
        { op: "object", dst: 2, properties: [{ kind: "init", key: { value: "a" }, value: 1 }] },
        { op: "getProp", dst: 3, object: 0, key: { value: "k" } },
        { op: "binary", operator: "+", dst: 4, left: 0, right: { value: 1 } },
        { op: "binary", operator: "===", dst: 5, left: 0, right: 4 },
      ],
      terminator: { op: "return", value: { value: undefined } },
    },
  ]);
  expect(ops(dropDead(fn))).toEqual([["getProp", "binary"]]);
  expect(dropDead(fn).blocks[0]!.instructions[1]).toMatchObject({ operator: "+" });
});

test("nothing to do gives the function itself", () => {
  const fn = graph([{ instructions: [call], terminator: { op: "return", value: 1 } }]);
  expect(simplifyFunction(fn)).toBe(fn);
});

test("operators on constants are folded, but for what throws", () => {
  const binary = (operator: "+" | "<", dst: number, left: 1n | 0, right: number): Instruction => ({
    op: "binary",
    operator,
    dst,
    left: { value: left },
    right: { value: right },
  });
  const fn = graph([
    {
      instructions: [binary("+", 1, 0, 0), binary("<", 2, 0, 3), binary("+", 3, 1n, 1)],
      terminator: { op: "return", value: 1 },
    },
  ]);
  expect(foldConstants(fn).blocks[0]!.instructions).toEqual([
    { op: "copy", dst: 1, value: { value: 0 } },
    { op: "copy", dst: 2, value: { value: true } },
    binary("+", 3, 1n, 1),
  ]);
});

test.each([
  ["one value is told from all others", [1, 2], [0, 2], "branch"],
  ["two values stay a switch", [1, 2], [0, 0], "switch"],
])("%s", (_, tests, targets, op) => {
  const end = { op: "return", value: { value: 0 } } as const;
  const fn = graph([
    {
      instructions: [],
      terminator: {
        op: "switch",
        value: 0,
        cases: tests.map((test, i) => ({ test, to: targets[i]! + 1 })),
        default: 3,
      },
    },
    ...[1, 2, 3].map(() => ({ instructions: [], terminator: end })),
  ]);
  const [first] = oneCase(fn).blocks;
  expect(first!.terminator.op).toBe(op);
  if (op !== "branch") return;
  const dst = fn.slots.length;
  expect(first!.instructions).toEqual([{ op: "binary", operator: "===", dst, left: 0, right: { value: 1 } }]);
  expect(first!.terminator).toEqual({ op: "branch", condition: dst, then: 1, else: 3 });
});
