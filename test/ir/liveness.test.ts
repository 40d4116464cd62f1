/** Liveness against its definition: a slot is live where some path reads it before it is written. */
import fc from "fast-check";
import { liveIn } from "../../src/ir/liveness.ts";
import type { Block, BlockId, IrFunction, Region, Slot } from "../../src/ir/types.ts";

interface Made {
  /** read, then written */
  readonly steps: readonly (readonly [read: Slot, written: Slot])[];
  readonly to: readonly BlockId[];
  readonly isInside: boolean;
}

const SLOTS = 6;
const EXCEPTION = SLOTS;
const BLOCKS = 7;
const HANDLER = BLOCKS - 1;

function toGraph(made: readonly Made[]): Pick<IrFunction, "blocks" | "regions" | "entry"> {
  const blocks = made.map(({ steps, to, isInside }, id): Block => {
    const [then, other] = to;
    return {
      id,
      region: isInside && id !== HANDLER ? 0 : null,
      instructions: steps.map(([value, dst]) => ({ op: "copy", dst, value })),
      terminator:
        then === undefined
          ? { op: "return", value: { value: 0 } }
          : { op: "branch", condition: { value: true }, then, else: other ?? then },
    };
  });
  const region: Region = { id: 0, parent: null, kind: "try", handler: HANDLER, exception: EXCEPTION };
  return { blocks, regions: [region], entry: 0 };
}

/** Walks from the start of a block until the slot is read or written on every way. */
function isLive(graph: ReturnType<typeof toGraph>, block: BlockId, slot: Slot, seen = new Set<BlockId>()): boolean {
  if (seen.has(block)) return false;
  seen.add(block);
  const { instructions, terminator, region } = graph.blocks[block]!;
  // an exception may leave the block before it writes anything
  if (region !== null && slot !== EXCEPTION && isLive(graph, HANDLER, slot, seen)) return true;
  for (const step of instructions) {
    if (step.op !== "copy") throw new Error("only copies are made here");
    if (step.value === slot) return true;
    if (step.dst === slot) return false;
  }
  return terminator.op === "branch" && [terminator.then, terminator.else].some((to) => isLive(graph, to, slot, seen));
}

it("is what the definition says, in graphs with loops and a handler", () => {
  const slot = fc.nat(SLOTS);
  const block = fc.record({
    steps: fc.array(fc.tuple(slot, slot), { maxLength: 3 }),
    to: fc.array(fc.nat(BLOCKS - 1), { maxLength: 2 }),
    isInside: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(block, { minLength: BLOCKS, maxLength: BLOCKS }), (made) => {
      const graph = toGraph(made);
      const live = liveIn(graph).map((slots) => [...slots].sort());
      const expected = graph.blocks.map(({ id }) =>
        Array.from({ length: SLOTS + 1 }, (_, n) => n).filter((n) => isLive(graph, id, n)),
      );
      expect(live).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});
