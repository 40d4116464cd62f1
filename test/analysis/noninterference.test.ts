/**
 * The property that binding times promise, on random programs: what is called static has the same value whatever the
 * dynamic inputs are. Each program runs on two sets of dynamic inputs with the same static ones; the values of its static
 * instructions (other than those that differ by version) are compared, and congruence is asserted.
 */
import fc from "fast-check";
import { inferBindingTimes } from "../../src/analysis/inferBindingTimes.ts";
import type { DivisionFact } from "../../src/analysis/types.ts";
import { assertCongruent } from "../../src/plan/assertCongruent.ts";
import { Interpreter } from "../lower/interpret.ts";
import { D, functionNamed, graphOf, S } from "./analyseSource.ts";

const helpers = `
const table = [1, 2, 3, 4];
function id(x) { return x; }
function add(x, y) { return x + y; }
function sign(x) { if (x > 2) return 1; return 0; }
function make(x, y) { return { p: x, q: y }; }
function put(target, x) { target.p = x; return target.q; }
function pick(x) { return table[x & 3]; }
function guarded(x) { try { if (x > 5) throw x; return x + 1; } catch (e) { return e + 2; } }
function countdown(n, x) { if (n <= 0) return x; return countdown(n - 1, x + 1); }
class Box { constructor(v) { this.v = v; this.w = 1; } bump(n) { this.v = this.v + n; return this.w; } }
`;

const variable = fc.constantFrom("s", "d", "e", "a", "b", "c");
const atom = fc.oneof(
  variable,
  variable,
  fc.integer({ min: 0, max: 6 }).map(String),
  fc.constantFrom("o.p", "o.q", "u.p", "box.v", "list[0]", "list[1]", "list.length"),
);
const expression = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 2 },
    atom,
    fc
      .tuple(tie("any"), fc.constantFrom("+", "-", "*", "<", "===", "&"), tie("any"))
      .map(([l, op, r]) => `(${String(l)} ${op} ${String(r)})`),
    fc.tuple(fc.constantFrom("id", "sign", "pick", "guarded"), tie("any")).map(([f, x]) => `${f}(+${String(x)})`),
    fc.tuple(tie("any"), tie("any")).map(([x, y]) => `add(${String(x)}, ${String(y)})`),
    tie("any").map((x) => `put(o, ${String(x)})`),
    tie("any").map((x) => `box.bump(${String(x)})`),
    tie("any").map((x) => `countdown(2, ${String(x)})`),
    fc.tuple(tie("any"), tie("any")).map(([x, y]) => `((z) => z + ${String(x)})(${String(y)})`),
  ),
})).any as fc.Arbitrary<string>;

let loops = 0;
const statement = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc
      .tuple(fc.constantFrom("a", "b", "c", "o.p", "o.q", "u.p", "list[0]", "box.w"), expression)
      .map(([v, x]) => `${v} = ${x};`),
    fc.tuple(expression, expression).map(([x, y]) => `o = make(${x}, ${y});`),
    fc.constant("u = o;"),
    expression.map((x) => `list.push(${x});`),
    expression.map((x) => `cell = cell + ${x};`),
    fc
      .tuple(expression, tie("block"), tie("block"))
      .map(([c, t, e]) => `if (${c}) { ${String(t)} } else { ${String(e)} }`),
    fc.tuple(fc.integer({ min: 1, max: 3 }), tie("block")).map(([n, b]) => {
      const name = `loop${loops++}`;
      return `for (let ${name} = 0; ${name} < ${n}; ${name}++) { ${String(b)} }`;
    }),
    fc.tuple(expression, tie("block")).map(([c, b]) => `{ const was = a; if (${c}) { ${String(b)} } a = was; }`),
  ),
  block: fc.array(tie("any"), { minLength: 1, maxLength: 4 }).map((list) => list.join(" ")),
})).block as fc.Arbitrary<string>;

const program = fc.array(statement, { minLength: 1, maxLength: 5 }).map(
  (list) => `${helpers}
export function f(s, d, e) {
  let a = 0, b = s, c = d, cell = 0; let o = { p: s, q: d }; let u = o; const list = [s, 1]; const box = new Box(s); const seeCell = () => cell;
  ${list.join("\n  ")}
  return [a, b, c, o.p, o.q, u.p, list, box.v, seeCell()];
}`,
);

type Seen = Map<string, unknown>;

/** Runs `f` and notes what each instruction of the functions in `watched` gave, by the state of the loops around it. */
function run(graph: ReturnType<typeof graphOf>, watched: ReadonlySet<number>, args: readonly unknown[]): Seen {
  const seen: Seen = new Map();
  const { ir } = graph.modules.get("/main.ts")!;
  const interpreter = new Interpreter(ir, globalThis as unknown as Record<string, unknown>);
  const inner = interpreter as unknown as {
    step(at: { fn: { id: number; slots: { name?: string }[] }; slots: unknown[] }, i: object): void;
  };
  const step = inner.step.bind(interpreter);
  const places = new Map<object, string>();
  for (const func of ir.functions)
    for (const block of func.blocks)
      block.instructions.forEach((i, index) => places.set(i, `${func.id}:${block.id}:${index}`));
  let calls = 0;
  inner.step = (at, i) => {
    step(at, i);
    if (!watched.has(at.fn.id) || !("dst" in i)) return;
    const loopState = at.fn.slots
      .map((info, slot) => (info.name?.startsWith("loop") === true ? String(at.slots[slot]) : ""))
      .join("");
    const value = at.slots[i.dst as number];
    if (typeof value !== "object" && typeof value !== "function")
      seen.set(`${places.get(i)!}@${loopState}#${at.fn.id === 0 ? calls++ : 0}`, value);
  };
  interpreter.runModule();
  const f = interpreter.bindings.get("f") as (...args: readonly unknown[]) => unknown;
  f(...args);
  return seen;
}

function compare(source: string, dynamics: readonly (readonly [number, number])[]): void {
  const graph = graphOf(source);
  const { file, func } = functionNamed(graph, "f");
  const times = inferBindingTimes(graph, { code: { file, func: func.id }, params: [S, D, D], receiver: null });
  assertCongruent(times);
  const entry = times.divisions.find((d) => d.id === times.entry)!;
  const runs = dynamics.map(([d, e]) => run(graph, new Set([func.id]), [3, d, e]));
  const [first, ...others] = runs;
  for (const other of others)
    for (const [key, value] of first!) {
      if (!other.has(key) || Object.is(other.get(key), value) || !isPromised(entry, key)) continue;
      throw new Error(`${key} is called static, but is ${String(value)} and ${String(other.get(key))}\n${source}`);
    }
}

function isPromised(entry: DivisionFact, key: string): boolean {
  const [, block, index] = key.split("@")[0]!.split(":").map(Number);
  const fact = entry.blocks[block!]?.instructions[index!];
  return fact !== undefined && fact.result === "static" && !fact.varies;
}

const count = Number(process.env.RANDOM_PROGRAMS ?? 60);

test("static values do not depend on dynamic inputs, in random programs", () => {
  fc.assert(
    fc.property(
      program,
      fc.tuple(fc.integer({ min: -3, max: 9 }), fc.integer({ min: -3, max: 9 })),
      fc.tuple(fc.integer({ min: -3, max: 9 }), fc.integer({ min: -3, max: 9 })),
      (source, one, two) => compare(source, [one, two, [0, 0], [8, -2]]),
    ),
    { numRuns: count, seed: 20260101 },
  );
}, 120_000);

test("the property finds a wrong answer: with the body of a dynamic arm taken for static", () => {
  const wrong = `${helpers} export function f(s, d, e) { let a = s; if (d > 2) { a = a + 1; } return a + 5; }`;
  const graph = graphOf(wrong);
  const { file, func } = functionNamed(graph, "f");
  const raw = inferBindingTimes(
    graph,
    { code: { file, func: func.id }, params: [S, D, D], receiver: null },
    { generalize: false },
  );
  const entry = raw.divisions.find((d) => d.id === raw.entry)!;
  const [one, two] = [
    [3, 9, 0],
    [3, 0, 0],
  ].map((args) => run(graph, new Set([func.id]), args));
  const differing = [...one!].filter(
    ([key, value]) => two!.has(key) && two!.get(key) !== value && isPromised(entry, key),
  );
  expect(differing.length).toBeGreaterThan(0);
});
