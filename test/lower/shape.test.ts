import { describe, expect, test } from "@jest/globals";
import { blockOrder } from "../../src/ir/blockOrder.ts";
import { liveIn } from "../../src/ir/liveness.ts";
import { printFunction } from "../../src/ir/printFunction.ts";
import { successorsOf } from "../../src/ir/successorsOf.ts";
import type { Block, IrFunction, Region } from "../../src/ir/types.ts";
import { verifyFunction } from "../../src/ir/verifyFunction.ts";
import { lowerModule } from "../../src/lower/lowerModule.ts";
import { parseModule } from "../../src/syntax/parseModule.ts";

function lower(code: string): readonly IrFunction[] {
  return lowerModule(parseModule(code, "example.ts"), "example.ts").functions;
}

function find(code: string, name: string): IrFunction {
  return lower(code).find((f) => f.name === name)!;
}

describe("the graph of", () => {
  test.each([
    ["a condition", "function f(a, b, c) { if (a && (b || !c)) return 1; return 2; }"],
    [
      "a counting loop",
      "function f(n) { let s = 0; for (let i = 0; i < n; i++) { if (i % 2) continue; s += i; } return s; }",
    ],
    [
      "a loop that makes closures of a variable of the head",
      "function f(n, fs) { for (let i = 0; i < n; i++) fs.push(() => i); }",
    ],
    ["a loop that makes closures that assign", "function f(n, fs) { for (let i = 0; i < n; i++) fs.push(() => i++); }"],
    ["for-of with break", "function f(xs) { for (const x of xs) { if (x) break; } return xs; }"],
    ["try, catch, finally", "function f(g) { try { return g(); } catch (e) { return e; } finally { g.done = true; } }"],
    [
      "a switch with fallthrough",
      "function f(x) { switch (x) { case 1: x++; case 2: return x; default: x = 0; } return x; }",
    ],
    ["a closure that shares a variable", "function f() { let n = 0; return { inc: () => ++n, get: () => n }; }"],
    ["a captured parameter", "const f = (a) => (b) => a + b;"],
    ["an optional chain", "function f(o, k) { return o?.a[k]?.(1); }"],
    ["compound assignments", "function f(o, k) { o[k] += k; o.x ??= 1; return o.x++; }"],
    ["a class", "class P { #x = 1; static s = 2; constructor(x) { this.#x = x; } get x() { return this.#x; } }"],
    ["destructuring with defaults", "function f({ a, b: [c] = [1], ...r }) { return [a, c, r]; }"],
    ["recursion", "function outer() { function f(n) { return n ? f(n - 1) : 0; } return f; }"],
    [
      "module bindings",
      "import { x } from 'y'; export let n = x; export default function () { n = n + 1; } const k = () => k;",
    ],
    ["what is opaque", "function f(a) { let n = a; n++; return async () => n + a; }"],
  ])("%s", (_, code) => {
    const functions = lower(code);
    functions.forEach(verifyFunction);
    expect(`\n${code}\n\n${functions.map(printFunction).join("\n")}`).toMatchSnapshot();
  });
});

describe("closures capture by value what cannot change any more", () => {
  const captures = (code: string): string[] =>
    lower(code).flatMap((f) => f.captures.map((c) => `${c.isCell ? "cell " : ""}${c.name}`));
  test.each([
    ["const f = (a) => () => a;", ["a"]],
    ["const f = (a) => { a = 1; return () => a; };", ["a"]],
    ["const f = (a) => { const g = () => a; a = 1; return g; };", ["cell a"]],
    ["const f = () => { let n = 0; n = 1; return () => n; };", ["n"]],
    ["const f = () => { const g = () => n; const n = 0; return g; };", ["cell n"]],
    ["const f = (c) => { let n; while (c()) n = () => n; };", ["cell n"]],
    ["const f = (xs) => { for (const x of xs) x.f = () => x; };", ["x"]],
    ["const f = (xs) => { for (var x of xs) x.f = () => x; };", ["cell x"]],
    ["const f = () => { function a() { return b(); } function b() {} return a; };", ["b"]],
    ["const f = () => { function a() { return b(); } function b() { return a(); } return a; };", ["cell a", "b"]],
    ["const f = function () { return () => [this, arguments, new.target]; };", ["this", "arguments", "new.target"]],
  ])("%s", (code, expected) => expect(captures(code).sort()).toEqual([...expected].sort()));
});

describe("blockOrder", () => {
  const nested = `function f(n, m) {
    let s = 0;
    for (let i = 0; i < n; i++) { if (i === m) break; for (let j = 0; j < m; j++) { try { s += g(i, j); } catch (e) { if (e) return e; } } s++; }
    return s;
  }`;
  test("is a permutation that keeps loops together, header first", () => {
    const fn = find(nested, "f");
    const order = blockOrder(fn);
    expect([...order].sort((a, b) => a - b)).toEqual(fn.blocks.map((b) => b.id));
    for (const { header, body } of loopsOf(fn)) {
      const positions = [...body].map((b) => order[b]!).sort((a, b) => a - b);
      expect(positions[0]).toBe(order[header]);
      expect(positions[positions.length - 1]! - positions[0]!).toBe(body.size - 1);
    }
    expect(loopsOf(fn)).toHaveLength(2);
  });
  test("puts a handler after the blocks of its region", () => {
    const fn = find("function f(g) { try { if (g()) g(1); else g(2); g(3); } catch (e) { return e; } return 0; }", "f");
    const order = blockOrder(fn);
    const region = fn.regions[0] as Region & { kind: "try" };
    for (const block of fn.blocks)
      if (block.region === 0) expect(order[block.id]!).toBeLessThan(order[region.handler]!);
  });
  test("every loop has one latch", () => {
    const fn = find(
      "function f(n) { while (n) { if (n === 1) continue; if (n === 2) { n--; continue; } do { n -= 2; if (n) continue; } while (n && n > 3); } }",
      "f",
    );
    const headers = loopsOf(fn).map((l) => l.header);
    expect(new Set(headers).size).toBe(2);
    expect(headers).toHaveLength(2);
  });
});

/** Natural loops by back edges in a depth-first walk. */
function loopsOf(fn: IrFunction): { header: number; body: Set<number> }[] {
  const loops: { header: number; body: Set<number> }[] = [];
  const order = blockOrder(fn);
  const before = fn.blocks.map((b) => fn.blocks.filter((p) => edges(fn, p).includes(b.id)).map((p) => p.id));
  for (const block of fn.blocks) {
    for (const to of successorsOf(block.terminator)) {
      if (order[to]! > order[block.id]!) continue;
      const body = new Set([to]);
      const pending = [block.id];
      for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
        if (body.has(id)) continue;
        body.add(id);
        pending.push(...before[id]!);
      }
      loops.push({ header: to, body });
    }
  }
  return loops;
}

function edges(fn: IrFunction, block: Block): number[] {
  const region = block.region === null ? null : fn.regions[block.region]!;
  return [...successorsOf(block.terminator), ...(region?.kind === "try" ? [region.handler] : [])];
}

describe("liveIn", () => {
  test("keeps alive in a region what its handler reads", () => {
    const fn = find("function f(g, x) { try { g(); x = g(2); g(3); } catch { return x; } return 1; }", "f");
    const x = fn.slots.findIndex((s) => s.name === "x");
    const live = liveIn(fn);
    for (const block of fn.blocks) if (block.region !== null) expect(live[block.id]!.has(x)).toBe(true);
    expect(live[fn.entry]!.has(x)).toBe(true);
  });
  test("ends at the last read", () => {
    const fn = find("function f(a, b) { if (a) { g(b); } return a; }", "f");
    const last = fn.blocks.find((b) => b.terminator.op === "return")!;
    expect([...liveIn(fn)[last.id]!].map((s) => fn.slots[s]!.name)).toEqual(["a"]);
  });
});

describe("verifyFunction refuses", () => {
  const good = find(
    "function f(xs) { let s = 0; for (const x of xs) { try { s += x; } catch { return 1; } } return s; }",
    "f",
  );
  const broken: readonly (readonly [string, (fn: IrFunction) => IrFunction])[] = [
    ["a block with another id", (fn) => ({ ...fn, blocks: fn.blocks.map((b, i) => (i === 1 ? { ...b, id: 7 } : b)) })],
    ["a jump to nowhere", (fn) => change(fn, 0, { terminator: { op: "jump", to: 99 } })],
    [
      "a jump into a region",
      (fn) => change(fn, 0, { terminator: { op: "jump", to: fn.blocks.findIndex((b) => b.region !== null) } }),
    ],
    [
      "a slot that is not there",
      (fn) => change(fn, 0, { instructions: [{ op: "copy", dst: 99, value: { value: 1 } }] }),
    ],
    ["a slot read before it is written", (fn) => change(fn, 0, { instructions: [] })],
    [
      "a handler within its region",
      (fn) => ({
        ...fn,
        regions: fn.regions.map((r) =>
          r.kind === "try" ? { ...r, handler: fn.blocks.findIndex((b) => b.region === r.id) } : r,
        ),
      }),
    ],
    ["an entry in a region", (fn) => ({ ...fn, entry: fn.blocks.findIndex((b) => b.region !== null) })],
    [
      "a forOfNext with company",
      (fn) =>
        change(
          fn,
          fn.blocks.findIndex((b) => b.terminator.op === "forOfNext"),
          { instructions: [{ op: "debugger" }] },
        ),
    ],
  ];
  test("nothing of a good function", () => expect(() => verifyFunction(good)).not.toThrow());
  test.each(broken)("%s", (_, breakIt) => expect(() => verifyFunction(breakIt(good))).toThrow());
});

function change(fn: IrFunction, id: number, part: Partial<Block>): IrFunction {
  return { ...fn, blocks: fn.blocks.map((b) => (b.id === id ? { ...b, ...part } : b)) };
}
