import { inferBindingTimes } from "../../src/analysis/inferBindingTimes.ts";
import type { BindingTimes, EntryShape } from "../../src/analysis/types.ts";
import { assertCongruent } from "../../src/plan/assertCongruent.ts";
import { planActions } from "../../src/plan/planActions.ts";
import type { Action, DivisionPlan } from "../../src/plan/types.ts";
import { D, functionNamed, graphOf, S } from "../analysis/analyseSource.ts";

function timesOf(source: string, name: string, params: readonly EntryShape[]): BindingTimes {
  const graph = graphOf(source);
  const { file, func } = functionNamed(graph, name);
  return inferBindingTimes(graph, { code: { file, func: func.id }, params, receiver: null });
}

/** Actions of the operations (copies and jumps aside), in order. */
function actions(times: BindingTimes, division: DivisionPlan): string[] {
  const fact = times.divisions.find((d) => d.id === division.id)!;
  return division.blocks.flatMap((block) =>
    block.actions.flatMap((action: Action, i) => {
      const { op } = fact.func.blocks[block.id]!.instructions[i]!;
      return op === "copy" ? [] : [`${op} ${action}`];
    }),
  );
}

describe("actions", () => {
  test("the four actions (Consel & Danvy 1990): evaluate, reduce, rebuild, identity", () => {
    const times = timesOf(`export function f(s, d) { const o = { k: s + 1, x: d }; return o.x * o.k + d(); }`, "f", [
      S,
      D,
    ]);
    const plan = planActions(times);
    expect(actions(times, plan.divisions[0]!)).toEqual([
      "binary evaluate",
      "object reduce",
      "getProp reduce",
      "getProp evaluate",
      "binary rebuild",
      "call rebuild",
      "binary identity",
    ]);
  });

  test("calls: unfolded, shared, left", () => {
    const times = timesOf(
      `function g(n, x) { return x + n; } function h(x) { if (x > 0) return h(x - 1) + 1; return 0; } export function f(s, d) { return g(s, d) + h(d) + d(s); }`,
      "f",
      [S, D],
    );
    const plan = planActions(times);
    const called = plan.divisions.flatMap((d) => Object.values(d.calls).map((c) => c.action));
    expect(new Set(called)).toEqual(new Set(["unfold", "leave", "share"]));
  });

  test("joins: what decides is kept, what does not is lifted; loops: unrolled or kept", () => {
    const times = timesOf(
      `export function f(n, d) { let x = 0; let y = 0; if (d) { x = 1; y = 5; } for (let i = 0; i < n; i++) { y = y + 1; } while (d()) { y = y + 2; } return x === 1 ? y : d; }`,
      "f",
      [S, D],
    );
    const [division] = planActions(times).divisions;
    const names = times.divisions[0]!.func.slots;
    const joins = division!.blocks.flatMap((b) => (b.join === null ? [] : [b.join]));
    expect(joins.flatMap((j) => j.keep).map((slot) => names[slot]!.name)).toContain("x");
    expect(joins.flatMap((j) => j.lift).map((slot) => names[slot]!.name)).toContain("y");
    expect(division!.loops.map((l) => l.action).sort()).toEqual(["keep", "unroll"]);
  });

  test("the plan is plain data", () => {
    const plan = planActions(
      timesOf(`export function f(s, d) { let x = 1; if (d) { x = 2; } return x + s; }`, "f", [S, D]),
    );
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  test("the same program gives the same plan", () => {
    const source = `function g(o, d) { o.n = d; return o.m; } export function f(s, d) { const o = { n: s, m: s }; return [g(o, d), g(o, s), o.n]; }`;
    expect(planActions(timesOf(source, "f", [S, D]))).toEqual(planActions(timesOf(source, "f", [S, D])));
  });
});

describe("congruence", () => {
  const times = timesOf(`export function f(s, d) { const a = s + 1; const b = d + 2; return a * b; }`, "f", [S, D]);

  test("holds", () => {
    expect(() => {
      assertCongruent(times);
    }).not.toThrow();
  });

  test("a dynamic operand of something called static is found", () => {
    const [division] = times.divisions;
    const [block] = division!.blocks;
    const wrong = block!.instructions.map((fact) =>
      fact.time === "dynamic" ? { ...fact, time: "static" as const } : fact,
    );
    const broken = { ...times, divisions: [{ ...division!, blocks: [{ ...block!, instructions: wrong }] }] };
    expect(() => {
      assertCongruent(broken);
    }).toThrow("not congruent");
  });

  test("a slot that turns static across an edge is found", () => {
    const looped = timesOf(`export function f(d) { let x = d; while (d()) { x = x + 1; } return x; }`, "f", [D]);
    const [division] = looped.divisions;
    const blocks = division!.blocks.map((b) => ({
      ...b,
      slots: b.slots.map((t) => (t === "dynamic" ? ("static" as const) : t)),
    }));
    blocks[0] = division!.blocks[0] as (typeof blocks)[number];
    expect(() => {
      assertCongruent({ ...looped, divisions: [{ ...division!, blocks }] });
    }).toThrow("not congruent");
  });
});
