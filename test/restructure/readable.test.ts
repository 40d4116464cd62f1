import { rewrite } from "../roundtrip/roundTrip.ts";

/** Read these when they change: would you have written it so? */
describe("reads like source:", () => {
  test.each([
    [
      "a counting loop with continue",
      "function sum(a) { let s = 0; for (let i = 0; i < a.length; i++) { if (a[i] === null) continue; s += a[i]; } return s; }",
    ],
    [
      "a while loop",
      "function power(n, x) { let r = 1; while (n > 0) { if (n & 1) r = r * x; x = x * x; n = n >> 1; } return r; }",
    ],
    [
      "a loop that tests at its end",
      "function digits(n) { let s = ''; do { s = (n % 10) + s; n = (n / 10) | 0; } while (n > 0); return s; }",
    ],
    [
      "an assignment in a condition",
      "function all(re, s) { const out = []; let m; while ((m = re.exec(s)) !== null) out.push(m[0]); return out; }",
    ],
    [
      "guards",
      "function area(s) { if (!s) return 0; if (s.kind === 'circle') return s.r * s.r * 3; if (s.kind === 'square') { const w = s.w; return w * w; } throw new Error('unknown ' + s.kind); }",
    ],
    ["conditions", "function f(a, b, c) { if (a && (b || !c)) return 1; return a ?? b?.c[0]?.(c) ?? (a ? b : c); }"],
    ["defaults and rest", "function f(a, b = a + 1, ...more) { return [a, b, ...more, more.length]; }"],
    [
      "a switch with fallthrough",
      "function f(k) { switch (k) { case 1: return 'one'; case 2: case 3: k++; break; case 4: k += 2; default: k--; } return k; }",
    ],
    [
      "for-of with labels",
      "function f(rows, log) { outer: for (const row of rows) { for (const cell of row) { if (cell === 0) continue outer; if (cell < 0) break outer; log(cell); } log('row'); } return rows; }",
    ],
    [
      "closures in a loop",
      "function f() { const out = []; for (let i = 0; i < 3; i++) out.push(() => i++); return out.map((g) => g()); }",
    ],
    [
      "shared variables",
      "function counter() { let n = 0; return { inc: () => ++n, get value() { return n; }, reset(v = 0) { n = v; } }; }",
    ],
    ["updates as values", "function push(s, x) { s.items[s.top++] = x; s.count += 2; return --s.left; }"],
    [
      "try, catch, finally",
      "function f(g) { try { return g(); } catch (e) { return e.message; } finally { g.done = true; } }",
    ],
    [
      "a class",
      "function make(a) { class P { #x = 1; static all = []; constructor(y) { this.y = y; } get x() { return this.#x + a; } static make() { return new P(2); } } return P.make(); }",
    ],
    [
      "recursion",
      "function f() { const even = (n) => n === 0 || odd(n - 1); function odd(n) { return n !== 0 && even(n - 1); } return even(10); }",
    ],
    [
      "shadowed names",
      "function f(x) { const y = x; { const x = y + 1; g(x); } for (const x of y) g(x); return (y) => x + y; }",
    ],
    ["a template", "function f(a, b) { return `${a} and ${b.c}!`; }"],
  ])("%s", (_, code) => {
    const { code: rewritten, kept } = rewrite(code, "example.js");
    expect(kept).toEqual([]);
    expect(`\n${rewritten}\n`).toMatchSnapshot();
  });
});

test("names of globals and module bindings are not hidden", () => {
  const { code } = rewrite(
    "const value = 1; export function f(o) { const a = o.x(), b = o.x(); return [a, b, value, Reflect, a]; }",
    "example.js",
  );
  expect(code).toContain("value, Reflect");
  expect(code).not.toMatch(/(const|let) (value|Reflect)\b(?! = 1)/);
});

test("an ordering is not turned around", () => {
  const { code } = rewrite("export function f(a, b) { if (!(a < b)) return 1; return g(); }", "example.js");
  expect(code).not.toContain(">=");
});

test("built-ins are called as they are written", () => {
  const { code } = rewrite("export function f(a, b) { return Math.max(a, g() ? 1 : 2, ...b); }", "example.js");
  expect(code).toContain("return Math.max(a, g() ? 1 : 2, ...b);");
});
