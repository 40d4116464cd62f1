/** Programs of the literature, and the constructs the analysis must see through. */
import { analyse, D, object, S } from "./analyseSource.ts";

describe("programs of the literature", () => {
  test("power: recursion over a static exponent is unfolded (Jones, Gomard & Sestoft 1993, section 1.1)", () => {
    const found = analyse(
      `export function power(n, x) { if (n === 0) return 1; if (n % 2 === 1) return x * power(n - 1, x); return power(n / 2, x * x); }`,
      "power",
      [S, D],
    );
    expect(new Set(found.at("n - 1"))).toEqual(new Set(["static"]));
    expect(found.at("n === 0").every((t) => t === "static")).toBe(true);
    const calls = found.times.divisions.flatMap((d) => [...d.calls.values()].map((c) => c.action));
    expect(new Set(calls)).toEqual(new Set(["unfold"]));
  });

  test("Ackermann's function with a dynamic second argument (section 5.6): the recursion is shared per static first one", () => {
    const found = analyse(
      `export function ack(m, n) { if (m === 0) return n + 1; if (n === 0) return ack(m - 1, 1); return ack(m - 1, ack(m, n - 1)); }`,
      "ack",
      [S, D],
    );
    expect(found.at("m === 0").every((t) => t === "static")).toBe(true);
    expect(found.at("m - 1").every((t) => t === "static")).toBe(true);
    const actions = found.times.divisions.flatMap((d) => [...d.calls.values()].map((c) => c.action));
    expect(actions).toContain("share");
    expect(actions).toContain("unfold");
  });

  test("an interpreter: the program counter stays static under a dynamic test, the accumulator does not (section 4.8)", () => {
    const found = analyse(
      `export function run(program, input) {
        let pc = 0; let acc = input; let steps = 0;
        while (true) {
          const op = program[pc];
          switch (op.code) {
            case "add": acc = acc + op.by; pc = pc + 1; break;
            case "jump-if-zero": if (acc === 0) { pc = op.to; } else { pc = pc + 1; steps = steps + 1; } break;
            default: return [acc, steps];
          }
        }
      }`,
      "run",
      [S, D],
    );
    expect(found.at("program[pc]")).toEqual(["static"]);
    expect(found.at("acc + op.by")).toEqual(["dynamic"]);
    expect(new Set(found.decisions("pc"))).toEqual(new Set(["keep"]));
    expect(found.decisions("steps")).toContain("lift");
    expect(found.at("steps + 1")).toEqual(["dynamic"]);
  });

  test("a matcher: the static pattern is walked, the dynamic text is not", () => {
    const found = analyse(
      `export function match(p, text) { for (let i = 0; i < p.length; i++) { if (p[i] !== text[i]) return false; } return true; }`,
      "match",
      [S, D],
    );
    expect(found.at("i < p.length")).toEqual(["static"]);
    expect(found.at("p[i]")).toEqual(["static"]);
    expect(found.at("p[i] !== text[i]")).toEqual(["dynamic"]);
    expect(found.divisions("match")[0]!.loops).toMatchObject([{ bounded: true }]);
  });

  test("a slot assigned in the arms of a dynamic test is kept where it decides, lifted where it does not (bounded static variation)", () => {
    const kept = analyse(
      `export function f(d) { let x; if (d) { x = 1; } else { x = 2; } if (x === 1) { return d + 5; } return d + 6; }`,
      "f",
      [D],
    );
    expect(kept.at("x === 1")).toEqual(["static"]);
    expect(kept.decisions("x")).toEqual(["keep"]);
    const lifted = analyse(`export function f(d) { let x; if (d) { x = 1; } else { x = 2; } return x + 5; }`, "f", [D]);
    expect(lifted.at("x + 5")).toEqual(["dynamic"]);
    expect(lifted.decisions("x")).toEqual(["lift"]);
    expect(
      lifted
        .why("x + 5")
        .map((c) => c.what)
        .join(),
    ).toContain("x: made dynamic where paths meet");
  });

  test("before the plan decides, the slot is static and marked", () => {
    const raw = analyse(`export function f(d) { let x; if (d) { x = 1; } else { x = 2; } return x + 5; }`, "f", [D], {
      generalize: false,
    });
    expect(raw.at("x + 5")).toEqual(["static"]);
    expect(raw.decisions("x")).toEqual(["undecided"]);
  });

  test("a static test in a dynamic arm makes nothing vary", () => {
    const found = analyse(
      `export function f(s, d) { let x = 0; if (d) { if (s) { x = 1; } else { x = 2; } return x + 5; } return x + 6; }`,
      "f",
      [S, D],
    );
    expect(found.at("x + 5")).toEqual(["static"]);
    expect(found.decisions("x")).toEqual([]);
  });

  test("a counter of a loop that only a dynamic test leaves is made dynamic, with the reason", () => {
    const found = analyse(`export function f(d) { let i = 0; while (d()) { i = i + 1; } return i; }`, "f", [D]);
    expect(found.at("i + 1")).toEqual(["dynamic"]);
    expect(
      found
        .why("i + 1")
        .map((c) => c.what)
        .join(),
    ).toContain("i: made dynamic where paths meet");
  });

  test("fields of objects that are changed on both sides of a dynamic test", () => {
    const kept = analyse(
      `export function f(d) { const o = { n: 0 }; if (d) { o.n = 1; } else { o.n = 2; } return o.n === 1 ? d + 1 : d + 2; }`,
      "f",
      [D],
    );
    expect(kept.at("o.n === 1")).toEqual(["static"]);
    const lifted = analyse(
      `export function f(d) { const o = { n: 0 }; if (d) { o.n = 1; } else { o.n = 2; } return o.n + 1; }`,
      "f",
      [D],
    );
    expect(lifted.at("o.n + 1")).toEqual(["dynamic"]);
  });
});

describe("what the analysis sees through", () => {
  test("higher-order calls: the function passed is the function called", () => {
    const found = analyse(
      `function twice(g, x) { return g(g(x)); } export function f(s, d) { return twice((x) => x + s, d) + twice((x) => x * 2, s); }`,
      "f",
      [S, D],
    );
    expect(found.at("x + s").every((t) => t === "dynamic")).toBe(true);
    expect(found.at("x * 2").every((t) => t === "static")).toBe(true);
  });

  test("methods through a static table of operations in another module", () => {
    const found = analyse(
      {
        "/main.ts": `import { protocols } from "./protocols.ts"; export function send(kind, d) { const p = protocols[kind]; return p.send(d, 8); }`,
        "/protocols.ts": `import { udp } from "./udp.ts"; export const protocols = { udp, raw: { header: 0, send(d, n) { return d + n; } } };`,
        "/udp.ts": `const size = 8; export const udp = { header: size, send(data, n) { return data + this.header * n; } };`,
      },
      "send",
      [S, D],
    );
    expect(found.at("this.header * n")).toEqual(["static"]);
    expect(found.at("d + n")).toEqual(["dynamic"]);
    expect(
      found
        .divisions("send")
        .flatMap((d) => [...d.calls.values()])
        .map((c) => c.action),
    ).toContain("unfold");
  });

  test("a module-level variable that is assigned is dynamic, and the chain names it", () => {
    const found = analyse(
      `let mode = 1; export function setMode(m) { mode = m; } export function f(d) { return mode + 1; }`,
      "f",
      [D],
    );
    expect(found.at("mode + 1")).toEqual(["dynamic"]);
    expect(found.why("mode + 1").at(-1)?.what).toBe("mode is declared here");
  });

  test("a field of a module-level object that is assigned at run time is dynamic, another is static", () => {
    const found = analyse(
      `const stats = { sent: 0, limit: 10 }; export function f(d) { stats.sent = stats.sent + 1; return stats.limit + 2; }`,
      "f",
      [D],
    );
    expect(found.at("stats.sent + 1")).toEqual(["dynamic"]);
    expect(found.at("stats.limit + 2")).toEqual(["static"]);
    expect(found.times.writesOf("sent")).toMatchObject([{ key: "sent", origin: { line: 1 } }]);
  });

  test("a list that grows while the program runs", () => {
    const found = analyse(
      `const list = [1]; export function add(x) { list.push(x); } export function f(d) { return list.length + 1; }`,
      "f",
      [D],
    );
    expect(found.at("list.length + 1")).toEqual(["dynamic"]);
  });

  test("exceptions: what is thrown statically is caught statically; the handler knows what was assigned before", () => {
    const found = analyse(
      `function g(s) { if (s > 3) throw { code: s }; return s; } export function f(s, d) { let x = d; try { x = s; g(s); return x + 1; } catch (e) { return e.code + 2; } }`,
      "f",
      [S, D],
    );
    expect(found.at("x + 1")).toEqual(["static"]);
    expect(found.at("e.code + 2")).toEqual(["static"]);
  });

  test("an exception of unknown code is dynamic", () => {
    const found = analyse(
      `export function f(s, d) { let x = s; try { d(); x = d; } catch (e) { return [e.code + 2, x + 1]; } return 0; }`,
      "f",
      [S, D],
    );
    expect(found.at("e.code + 2")).toEqual(["dynamic"]);
    expect(found.at("x + 1")).toEqual(["static"]);
  });

  test("classes, inheritance, fields, super and getters", () => {
    const found = analyse(
      `class Layer { size = 4; constructor(n) { this.n = n; } total() { return this.n + this.size; } get twice() { return this.n * 2; } }
       class Udp extends Layer { extra = 1; constructor(n, d) { super(n); this.d = d; } total() { return super.total() + this.extra; } }
       export function f(s, d) { const u = new Udp(s, d); return [u.total() + 1, u.twice + 2, u.d + 3]; }`,
      "f",
      [S, D],
    );
    expect(found.at("u.total() + 1")).toEqual(["static"]);
    expect(found.at("u.twice + 2")).toEqual(["static"]);
    expect(found.at("u.d + 3")).toEqual(["dynamic"]);
  });

  test("built-ins that call back", () => {
    const found = analyse(
      `export function f(s, d) { const a = [s, s].map((x) => x + 1); const b = [s, d].map((x) => x + 2); return [a[0] + 3, b[0] + 4, [1, 2].reduce((p, q) => p + q, s) + 5]; }`,
      "f",
      [S, D],
    );
    expect(found.at("a[0] + 3")).toEqual(["static"]);
    expect(found.at("b[0] + 4")).toEqual(["dynamic"]);
    expect(found.at("[1, 2].reduce((p, q) => p + q, s) + 5")).toEqual(["static"]);
  });

  test("impure built-ins and unknown globals are dynamic", () => {
    const found = analyse(
      `export function f(s) { return [Math.max(s, 1) + 1, Math.random() + 2, somewhere + 3]; }`,
      "f",
      [S],
    );
    expect(found.at("Math.max(s, 1) + 1")).toEqual(["static"]);
    expect(found.at("Math.random() + 2")).toEqual(["dynamic"]);
    expect(found.at("somewhere + 3")).toEqual(["dynamic"]);
    expect(found.why("somewhere + 3").at(-1)?.what).toContain("somewhere is bound nowhere");
  });

  test("for-of over a static list, with destructuring and spread", () => {
    const found = analyse(
      `export function f(s, d) { let sum = 0; for (const [a, b] of [[s, 1], [s, 2]]) { sum = sum + a * b; } const o = { ...{ k: s }, j: d }; const { k, ...rest } = o; return [sum, k + 1, rest.j + 2]; }`,
      "f",
      [S, D],
    );
    expect(found.at("a * b")).toEqual(["static"]);
    expect(found.at("sum + a * b")).toEqual(["static"]);
    expect(found.at("k + 1")).toEqual(["static"]);
    expect(found.at("rest.j + 2")).toEqual(["dynamic"]);
  });

  test("captured variables that change live in cells", () => {
    const found = analyse(
      `export function f(s, d) { let n = s; const bump = () => { n = n + 1; return n; }; bump(); const a = n + 2; const take = () => { n = d; }; take(); return a + (n + 3); }`,
      "f",
      [S, D],
    );
    expect(found.at("n + 2")).toEqual(["static"]);
    expect(found.at("n + 3")).toEqual(["dynamic"]);
  });

  test("partially static arguments of the context, holes included", () => {
    const found = analyse(`export function f(sk, d) { return sk.ops.mtu + sk.type + sk.wmem; }`, "f", [
      object({ type: S, wmem: D, ops: object({ mtu: S }) }),
      D,
    ]);
    expect(found.at("sk.ops.mtu + sk.type")).toEqual(["static"]);
    expect(found.at("sk.ops.mtu + sk.type + sk.wmem")).toEqual(["dynamic"]);
  });

  test("functions that are not lowered stay as they are, with the reason in the chain", () => {
    const found = analyse(
      `function* g(x) { yield x; } export function f(s) { const it = g(s); return it.x + 1; }`,
      "f",
      [S],
    );
    expect(found.at("it.x + 1")).toEqual(["dynamic"]);
    expect(found.why("it.x + 1").some((c) => c.what.includes("g"))).toBe(true);
  });
});

describe("objects that are dynamic on one path", () => {
  test("one of two objects was rebuilt: behind the join both are", () => {
    const found = analyse(
      `export function f(s, d) { const o = { n: s }; const p = { n: s }; d(o); const r = d ? o : p; if (d) { d(r.n); } return [p.n + 1, r.n + 2]; }`,
      "f",
      [S, D],
    );
    expect(found.at("p.n + 1")).toEqual(["dynamic"]);
    expect(found.at("r.n + 2")).toEqual(["dynamic"]);
  });

  test("beyond the limit of visits nothing is called static, and a note says so", () => {
    const found = analyse(`export function f(s) { return s + 1; }`, "f", [S], { limits: { visits: 0 } });
    expect(found.times.divisions).toEqual([]);
    expect(found.times.generalized.map((c) => c.what)).toEqual([
      "the program is too large for the analysis: nothing is called static",
    ]);
  });

  test("beyond the limit of divisions the arguments are dynamic, with the reason", () => {
    const calls = ["a", "b", "c", "d", "e"].map((k) => `g({ ${k}: s })`).join(", ");
    const source = `function g(o) { return o.a + 1; } export function f(s) { return [${calls}]; }`;
    const found = analyse(source, "f", [S], { limits: { divisions: 2 } });
    expect(found.divisions("g")).toHaveLength(5);
    expect(found.at("o.a + 1")).toContain("dynamic");
    expect(found.times.generalized[0]?.what).toBe("g has too many divisions (4)");
    expect(analyse(source, "f", [S]).times.generalized).toEqual([]);
  });
});
