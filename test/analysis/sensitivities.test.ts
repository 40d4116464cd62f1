/**
 * One group per sensitivity: the smallest program that shows it, and the proof that it does: with the sensitivity switched
 * off the same question has another answer.
 */
import { analyse, D, object, S } from "./analyseSource.ts";

describe("flow sensitivity: a variable may be static here and dynamic there (Hornof & Noyé 1997, section 3)", () => {
  const source = `export function f(s, d) { let x = s; const a = x + 1; x = d; const b = x + 2; return a * b; }`;
  test("the use before the dynamic assignment is static", () => {
    const found = analyse(source, "f", [S, D]);
    expect(found.at("x + 1")).toEqual(["static"]);
    expect(found.at("x + 2")).toEqual(["dynamic"]);
  });
  test("without it both uses are dynamic", () => {
    expect(analyse(source, "f", [S, D], { sensitivity: { flow: false } }).at("x + 1")).toEqual(["dynamic"]);
  });
  test("a variable made static again is static", () => {
    const found = analyse(`export function f(s, d) { let x = d; const a = x + 1; x = s; return [a, x + 2]; }`, "f", [
      S,
      D,
    ]);
    expect(found.at("x + 2")).toEqual(["static"]);
  });
});

describe("context sensitivity: one division per combination of argument binding times (Tempo)", () => {
  const source = `function add(a, b) { return a + b; } export function f(s, d) { const x = add(s, 1); const y = add(d, 1); return x * 2 + y; }`;
  test("the static call is static although another call passes something dynamic", () => {
    const found = analyse(source, "f", [S, D]);
    expect(found.at("a + b")).toEqual(["static", "dynamic"]);
    expect(found.at("x * 2")).toEqual(["static"]);
    expect(found.divisions("add").map((d) => d.params)).toEqual([
      ["static", "static"],
      ["dynamic", "static"],
    ]);
  });
  test("without it the body is dynamic for both", () => {
    const found = analyse(source, "f", [S, D], { sensitivity: { polyvariance: false } });
    expect(found.at("a + b")).toEqual(["dynamic"]);
    expect(found.at("x * 2")).toEqual(["dynamic"]);
  });
  test("calls with the same binding times share a division", () => {
    const found = analyse(
      `function add(a, b) { return a + b; } export function f(s, d) { return add(s + 1, d) + add(s + 2, d + 1) + add(2, d); }`,
      "f",
      [S, D],
    );
    expect(found.divisions("add").map((d) => d.params)).toEqual([["static", "dynamic"]]);
  });
});

describe("use sensitivity: a value used dynamically stays static for its static uses (Hornof, Noyé & Consel 1997)", () => {
  const source = `export function f(s, d) { const x = s * 2; const late = d + x; const early = x + 1; return late + early; }`;
  test("the static value is lifted where it meets something dynamic", () => {
    const found = analyse(source, "f", [S, D]);
    expect(found.at("s * 2")).toEqual(["static"]);
    expect(found.at("d + x")).toEqual(["dynamic"]);
    expect(found.at("x + 1")).toEqual(["static"]);
  });
  test("without it one dynamic use makes the value dynamic everywhere", () => {
    const found = analyse(source, "f", [S, D], { sensitivity: { use: false } });
    expect(found.at("x + 1")).toEqual(["dynamic"]);
  });
  test("an object made here is static until it is handed to code that is not known, and dynamic after", () => {
    const found = analyse(
      `export function f(s, d) { const o = { n: s }; const a = o.n + 1; d(o); const b = o.n + 2; return a + b; }`,
      "f",
      [S, D],
    );
    expect(found.at("o.n + 1")).toEqual(["static"]);
    expect(found.at("o.n + 2")).toEqual(["dynamic"]);
  });
  test("an object of the context keeps its static fields when it is handed on", () => {
    const found = analyse(`export function f(o, d) { d(o); return o.n + 2 + o.m; }`, "f", [object({ n: S, m: D }), D]);
    expect(found.at("o.n + 2")).toEqual(["static"]);
  });
});

describe("return sensitivity: a call that stays in part may still return something static (Hornof & Noyé 1997, section 5)", () => {
  const source = `function send(x, out) { out(x); return 0; } export function f(d, log) { const error = send(d, log); if (error !== 0) return error + 1; return d; }`;
  test("the result is static: the test of it is decided", () => {
    const found = analyse(source, "f", [D, D]);
    expect(found.value("send(d, log)")).toEqual(["static"]);
    expect(found.at("error !== 0")).toEqual(["static"]);
    expect(() => found.at("error + 1")).toThrow("nothing reached");
  });
  test("without it the result is dynamic", () => {
    const found = analyse(source, "f", [D, D], { sensitivity: { returns: false } });
    expect(found.value("send(d, log)")).toEqual(["dynamic"]);
    expect(found.at("error !== 0")).toEqual(["dynamic"]);
  });
  test("errors returned under dynamic control are kept apart where they are tested", () => {
    const found = analyse(
      `function check(d) { if (d > 10) return -11; return 0; } export function f(d) { const error = check(d); if (error < 0) return error; return d; }`,
      "f",
      [D],
    );
    expect(found.at("error < 0")).toEqual(["static"]);
    expect(found.decisions("the result")).toEqual(["keep"]);
  });
  test("and lifted where nothing is decided by them", () => {
    const found = analyse(
      `function check(d) { if (d > 10) return -11; return 0; } export function f(d) { const error = check(d); return error + 1; }`,
      "f",
      [D],
    );
    expect(found.at("error + 1")).toEqual(["dynamic"]);
    expect(found.decisions("the result")).toEqual(["lift"]);
  });
});

describe("field sensitivity: an object is partially static, field by field", () => {
  const source = `export function f(s, d) { const p = { a: s, b: d }; return [p.a + 1, p.b + 2]; }`;
  test("a static field beside a dynamic one", () => {
    const found = analyse(source, "f", [S, D]);
    expect(found.at("p.a + 1")).toEqual(["static"]);
    expect(found.at("p.b + 2")).toEqual(["dynamic"]);
  });
  test("without it one dynamic field spoils the other", () => {
    expect(analyse(source, "f", [S, D], { sensitivity: { field: false } }).at("p.a + 1")).toEqual(["dynamic"]);
  });
  test("elements of array literals", () => {
    const found = analyse(
      `export function f(s, d) { const p = [s, d]; return [p[0] + 1, p[1] + 2, p.length + 3]; }`,
      "f",
      [S, D],
    );
    expect(found.at("p[0] + 1")).toEqual(["static"]);
    expect(found.at("p[1] + 2")).toEqual(["dynamic"]);
    expect(found.at("p.length + 3")).toEqual(["static"]);
  });
  test("entries of a Map", () => {
    const found = analyse(
      `export function f(s, d) { const m = new Map(); m.set("a", s); m.set("b", d); return [m.get("a") + 1, m.get("b") + 2, m.size + 3]; }`,
      "f",
      [S, D],
    );
    expect(found.at('m.get("a") + 1')).toEqual(["static"]);
    expect(found.at('m.get("b") + 2')).toEqual(["dynamic"]);
    expect(found.at("m.size + 3")).toEqual(["static"]);
  });
  test("what a closure captured", () => {
    const found = analyse(
      `function make(n, x) { return () => [n + 1, x + 2]; } export function f(s, d) { const g = make(s, d); return g(); }`,
      "f",
      [S, D],
    );
    expect(found.at("n + 1")).toEqual(["static"]);
    expect(found.at("x + 2")).toEqual(["dynamic"]);
  });
  test("instances of a class, one per place where they are made", () => {
    const found = analyse(
      `class Box { constructor(v) { this.v = v; } get() { return this.v; } } export function f(s, d) { const a = new Box(s); const b = new Box(d); return [a.get() + 1, b.get() + 2]; }`,
      "f",
      [S, D],
    );
    expect(found.at("a.get() + 1")).toEqual(["static"]);
    expect(found.at("b.get() + 2")).toEqual(["dynamic"]);
  });
});

describe("aliases: who may write this field", () => {
  test("a write through another name is seen", () => {
    const found = analyse(
      `export function f(s, d) { const o = { n: s }; const p = o; p.n = d; return o.n + 1; }`,
      "f",
      [S, D],
    );
    expect(found.at("o.n + 1")).toEqual(["dynamic"]);
  });
  test("a write to one of two objects leaves both possibly dynamic, and others alone", () => {
    const found = analyse(
      `export function f(s, d) { const o = { n: s }; const p = { n: s }; const q = { n: s }; const r = s ? o : p; r.n = d; return [o.n + 1, p.n + 2, q.n + 3]; }`,
      "f",
      [S, D],
    );
    expect(found.at("o.n + 1")).toEqual(["dynamic"]);
    expect(found.at("p.n + 2")).toEqual(["dynamic"]);
    expect(found.at("q.n + 3")).toEqual(["static"]);
  });
  test("a write on the only object there makes the field static again; without strong updates it does not", () => {
    const source = `export function f(s, d) { const o = { n: d }; o.n = s; return o.n + 1; }`;
    expect(analyse(source, "f", [S, D]).at("o.n + 1")).toEqual(["static"]);
    expect(analyse(source, "f", [S, D], { sensitivity: { alias: false } }).at("o.n + 1")).toEqual(["dynamic"]);
  });
  test("aliases among arguments are aliases in the callee", () => {
    const found = analyse(
      `function g(a, b, d) { a.n = d; return b.n + 1; } export function f(s, d) { const o = { n: s }; const p = { n: s }; return [g(o, o, d), g(o, p, d)]; }`,
      "f",
      [S, D],
    );
    expect(found.at("b.n + 1").sort()).toEqual(["dynamic", "static"]);
  });
});
