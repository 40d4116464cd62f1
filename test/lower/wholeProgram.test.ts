import { readFileSync } from "node:fs";
import * as acorn from "acorn";
import { describe, expect, test } from "@jest/globals";
import { lowerModule } from "../../src/lower/lowerModule.ts";
import { t } from "../../src/syntax/babel.ts";
import { parseModule } from "../../src/syntax/parseModule.ts";
import { show } from "./compareRuns.ts";
import { Interpreter } from "./interpret.ts";

function load(code: string, file: string): Interpreter {
  const interpreter = new Interpreter(lowerModule(parseModule(code, file), file), {});
  interpreter.steps = -1e9;
  interpreter.runModule();
  return interpreter;
}

describe("a parser run through its graph parses as it does natively", () => {
  const file = "node_modules/acorn/dist/acorn.mjs";
  const interpreter = load(readFileSync(file, "utf8"), file);
  const parse = interpreter.bindings.get("parse") as typeof acorn.parse;
  const options: acorn.Options = { ecmaVersion: 2022, sourceType: "module", locations: true };
  test.each([["node_modules/fastest-levenshtein/mod.js"], ["node_modules/commander/lib/help.js"]])("%s", (name) => {
    const code = readFileSync(name, "utf8");
    expect(JSON.stringify(parse(code, options))).toBe(JSON.stringify(acorn.parse(code, options)));
  });
  test.each(["let x = ;", "for (let of of)", "`${", "/(/", "a ?? b || c", "class { }"])("%s", (code) => {
    const outcome = (run: typeof acorn.parse): string => {
      try {
        return JSON.stringify(run(code, options));
      } catch (error) {
        return String(error);
      }
    };
    expect(outcome(parse)).toBe(outcome(acorn.parse));
  });
});

describe("module scope", () => {
  const bindingsOf = (code: string): Record<string, string> => {
    const interpreter = load(code, "module.ts");
    const names = [...interpreter.bindings.keys()].filter((n) => interpreter.module.bindings.get(n)?.kind !== "import");
    return Object.fromEntries(names.map((n) => [n, show(interpreter.bindings.get(n))]));
  };
  test.each([
    ["export default 1 + 1;", { "*default*": "2" }],
    ["export default () => 1;", { "*default*": "function default/0 {}" }],
    ["export default class {}", { "*default*": "function default/0 {}" }],
    [
      "export default function () { return 1; } export const x = typeof this;",
      { "*default*": "function default/0 {}", x: '"undefined"' },
    ],
    ["export default function f(a) {}", { f: "function f/1 {}" }],
    [
      "export let a = 1; { let a = 2; } export var b = a, c; a++; function g() { a += 10; } g();",
      { a: "12", b: "1", c: "undefined", g: "function g/0 {}" },
    ],
    [
      "const r = []; try { r.push(late); } catch (e) { r.push(e); } const late = 1; export { late as other };",
      { r: "[1]{0: ReferenceError}", late: "1" },
    ],
    [
      "const r = [early()]; function early() { return v; } var v = 5;",
      { r: "[1]{0: undefined}", v: "5", early: "function early/0 {}" },
    ],
    [
      "export enum E { A = 2, B } export const e = E.B; declare const gone: number; export type T = typeof gone; interface I {}",
      { E: '{2: "A", 3: "B", A: 2, B: 3}', e: "3" },
    ],
    [
      "let x = 0; const fs = []; for (const i of [1, 2]) { fs.push(() => (x += i)); } for (const f of fs) f();",
      { x: "3", fs: "[2]{0: function /0 {}, 1: function /0 {}}" },
    ],
    ["const c = 1; let r; try { c = 2; } catch (e) { r = e; }", { c: "1", r: "TypeError" }],
    ["import { q } from 'q'; let r; try { q = 2; } catch (e) { r = e; }", { r: "TypeError" }],
  ])("%s", (code, expected) => expect(bindingsOf(code)).toEqual(expected));

  test("is described by its bindings", () => {
    const { bindings } = lowerModule(
      parseModule(
        "import a, { b } from 'x'; import type { T } from 'x'; const c = 1; let d = 2; d = 3; var e; function f() {} class G {} export default 5; enum H {}",
        "m.ts",
      ),
      "m.ts",
    );
    const text = [...bindings].map(
      ([name, { kind, reassigned }]) => `${name} ${kind}${reassigned ? " reassigned" : ""}`,
    );
    expect(text.sort()).toEqual([
      "*default* const",
      "G class",
      "H var",
      "a import",
      "b import",
      "c const",
      "d let reassigned",
      "e var",
      "f function",
    ]);
  });

  test("that is opaque leaves the functions in it lowered", () => {
    const { functions } = lowerModule(
      parseModule("await 0; export function f(x) { return x; } const g = () => 1;", "m.ts"),
      "m.ts",
    );
    expect(functions.map((f) => [f.name, f.opaque?.reason ?? null])).toEqual([
      ["", "await"],
      ["f", null],
    ]);
  });
});

describe("long and deep code", () => {
  const chain = (operator: string): string => Array(1500).fill("x").join(` ${operator} `);
  test.each(["+", "&&", "||", "??"])("a chain of 1500 %s", (operator) => {
    const { functions } = lowerModule(
      parseModule(`function f(x) { if (${chain(operator)}) return 1; return ${chain(operator)}; }`, "m.ts"),
      "m.ts",
    );
    expect(functions.map((f) => f.opaque)).toEqual([null, null]);
  });
  test("is left alone where it is too deep", () => {
    const array: t.ArrayExpression = t.arrayExpression([]);
    let deep: t.Expression = array;
    for (let i = 0; i < 20000; i++) deep = { type: "ArrayExpression", elements: [deep] } as t.ArrayExpression;
    const ast = t.file(t.program([t.expressionStatement(array)], [], "module"));
    ast.program.body[0] = { type: "ExpressionStatement", expression: deep } as t.ExpressionStatement;
    expect(lowerModule(ast, "m.js").functions.map((f) => f.opaque?.reason)).toEqual([
      "it nests too deeply for the stack of the compiler",
    ]);
  });
});
