import { specializeSource } from "./specializeSource.ts";
const short = (v: unknown): string =>
  JSON.stringify(v, (k, x) => (k === "origin" ? undefined : x === undefined ? "undef" : x))
    .replace(/\{"value":([^}]*)\}/g, "#$1")
    .replace(/"/g, "");
function show(src: string): void {
  const out = specializeSource(src);
  const lines: string[] = [];
  for (const s of out.sites) lines.push(short({ ...s, origin: 0 }));
  for (const s of out.bailouts) lines.push("BAIL " + short(s));
  for (const f of out.functions) {
    lines.push(`fn ${f.id} ${f.name} (${f.params}) captures ${f.captures.map((c) => c.slot)}`);
    for (const b of f.blocks)
      lines.push(`${b.id}[${b.region}]:`, ...b.instructions.map((i) => "   " + short(i)), "   " + short(b.terminator));
  }
  console.log(lines.join("\n"));
}
const head = `import { specialize, dynamic } from "babel-plugin-specialize";\n`;
test("matcher", () =>
  show(
    head +
      `
function match(pattern, text) { let i = 0, j = 0; while (j < pattern.length && i < text.length) { if (pattern[j] === text[i]) { i++; j++; } else { i = i - j + 1; j = 0; } } return j === pattern.length ? i - j : -1; }
export const m = specialize(match, { pattern: "ab" });`,
  ));
test("machine", () =>
  show(
    head +
      `
function run(prog, x) { let pc = 0; const stack = []; let acc = x; for (;;) { const [op, arg] = prog[pc]; pc++; switch (op) { case "push": stack.push(arg); break; case "load": stack.push(acc); break; case "add": { const b = stack.pop(); const a = stack.pop(); stack.push(a + b); break; } case "jz": if (stack.pop() === 0) pc = arg; break; case "dec": acc = acc - 1; break; case "jmp": pc = arg; break; case "ret": return stack.pop(); } } }
const P = [["push", 0], ["load"], ["jz", 6], ["push", 2], ["add"], ["dec"], ["ret"]];
const L = [["load"], ["jz", 4], ["dec"], ["jmp", 0], ["push", 42], ["ret"]];
export const r = specialize(run, { prog: L });`,
  ));
test("tree", () =>
  show(
    head +
      `
class Node { constructor(l, r) { this.l = l; this.r = r; } }
class Add extends Node { eval(env) { return this.l.eval(env) + this.r.eval(env); } }
class Lit { constructor(v) { this.v = v; } eval() { return this.v; } }
class Var { constructor(n) { this.n = n; } eval(env) { return env[this.n]; } }
const T = new Add(new Lit(1), new Add(new Var("a"), new Var("b")));
export const e = specialize((t, env) => t.eval(env), { t: T });`,
  ));
test("closure", () =>
  show(
    head +
      `
function f(n, xs, log) { let sum = 0; try { xs.forEach((x) => { sum += x * n; }); log("ok"); } catch (e) { return -1; } return sum; }
export const e = specialize(f, { n: 3 });`,
  ));
test("fact", () =>
  show(
    head +
      `
function fact(k, n) { if (n === 0) return k; return n * fact(k, n - 1); }
export const e = specialize(fact, { k: 3 });`,
  ));
test("prelude", () =>
  show(
    head +
      `
function f(fs, x) { return fs.map((g, i) => g(x) + i).reduce((a, b) => a + b, 0); }
const add = (n) => (x) => x + n;
export const e = specialize(f, { fs: [add(1), add(2), (x) => x * 2] });`,
  ));
test("shared obj", () =>
  show(
    head +
      `
function f(cfg, x) { const st = { n: 0, k: cfg.k }; for (const o of cfg.ops) { if (o === "inc") st.n += x; else if (o === "dbl") { if (x > 0) st.n *= 2; } } return { n: st.n, t: [st.k] }; }
export const e = specialize(f, { cfg: { k: "a", ops: ["inc", "dbl", "inc"] } });`,
  ));
