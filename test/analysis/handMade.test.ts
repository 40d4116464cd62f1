import { inferBindingTimes } from "../../src/analysis/inferBindingTimes.ts";
import { handMade } from "./handMade.ts";

const dynamic = { kind: "dynamic", cause: { what: "declared dynamic", origin: null, from: null } } as const;

describe("binding times of a graph written by hand", () => {
  test("power: the loop over the static exponent is unrolled, the product is dynamic because of x", () => {
    const [n, x, r, t] = [0, 1, 2, 3];
    const program = handMade([
      {
        name: "power",
        slots: ["n", "x", "r", "t"],
        params: 2,
        blocks: [
          [[{ op: "copy", dst: r, value: { value: 1 } }], { op: "jump", to: 1 }],
          [
            [{ op: "binary", operator: ">", dst: t, left: n, right: { value: 0 } }],
            { op: "branch", condition: t, then: 2, else: 3 },
          ],
          [
            [
              { op: "binary", operator: "*", dst: r, left: r, right: x },
              { op: "binary", operator: "-", dst: n, left: n, right: { value: 1 } },
            ],
            { op: "jump", to: 1 },
          ],
          [[], { op: "return", value: r }],
        ],
      },
    ]);
    const times = inferBindingTimes(program, {
      code: { file: "main.ts", func: 1 },
      params: [{ kind: "static" }, dynamic],
      receiver: null,
    });
    const [power] = times.divisions;
    expect(power!.params).toEqual(["static", "dynamic"]);
    expect(power!.blocks[1]!.terminator.time).toBe("static");
    expect(power!.blocks[2]!.instructions.map((i) => i.time)).toEqual(["dynamic", "static"]);
    expect(power!.loops).toEqual([{ header: 1, blocks: [1, 2], bounded: true }]);
    expect(times.why(times.entry, 2, 0).at(-1)?.what).toBe("declared dynamic");
    expect([...power!.blocks[1]!.controlRelevant].sort()).toEqual([n]);
  });

  test("a loop that only a dynamic test leaves: its counter is made dynamic at the header", () => {
    const [x, i, t] = [0, 1, 2];
    const program = handMade([
      {
        name: "count",
        slots: ["x", "i", "t"],
        params: 1,
        blocks: [
          [[{ op: "copy", dst: i, value: { value: 0 } }], { op: "jump", to: 1 }],
          [
            [{ op: "binary", operator: "<", dst: t, left: i, right: x }],
            { op: "branch", condition: t, then: 2, else: 3 },
          ],
          [[{ op: "binary", operator: "+", dst: i, left: i, right: { value: 1 } }], { op: "jump", to: 1 }],
          [[], { op: "return", value: i }],
        ],
      },
    ]);
    const entry = { code: { file: "main.ts", func: 1 }, params: [dynamic], receiver: null };
    const raw = inferBindingTimes(program, entry, { generalize: false }).divisions[0]!;
    expect(raw.blocks[1]!.varying).toMatchObject([
      { name: "i", unbounded: true, controlRelevant: false, decision: "undecided" },
    ]);
    expect(raw.blocks[2]!.instructions[0]!.time).toBe("static");
    const times = inferBindingTimes(program, entry).divisions[0]!;
    expect(times.blocks[1]!.varying).toMatchObject([{ name: "i", decision: "lift" }]);
    expect(times.blocks[2]!.instructions[0]!.time).toBe("dynamic");
    expect(times.result).toBe("dynamic");
  });
});
