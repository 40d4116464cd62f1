import { createContext, Script } from "node:vm";
import { asExpression, restructureFunction } from "../../src/restructure/restructureFunction.ts";
import { simplifyFunction } from "../../src/simplify/simplifyFunction.ts";
import { assertNoDuplicateNodes } from "../../src/syntax/assertNoDuplicateNodes.ts";
import { printCode } from "../../src/syntax/printModule.ts";
import { alwaysMoves, randomGraph, runGraph, trace } from "./randomGraphs.ts";

const context = createContext({});

/** The function, given a second: wrong code may not end. */
function bounded(code: string): (ask: () => boolean, note: (id: number, value: number) => void) => unknown {
  const script = new Script(`"use strict"; (${code})(ask, note)`);
  return (ask, note) => script.runInContext(Object.assign(context, { ask, note }), { timeout: 1000 });
}

function check(seed: number, size: number, forward: boolean): "compared" | "endless" {
  const { fn, module } = randomGraph(seed, size, forward);
  if (!alwaysMoves(fn)) return "endless";
  for (const functions of [module.functions, module.functions.map(simplifyFunction)]) {
    const made = restructureFunction({ ...module, functions }, 0);
    if (!made.ok) throw new Error(`seed ${seed}: ${made.reason}`);
    const node = asExpression(functions[0]!, made);
    assertNoDuplicateNodes(node);
    const code = printCode(node);
    const run = bounded(code);
    for (let answers = 1; answers <= 6; answers++) {
      const expected = trace((ask, note) => runGraph(fn, ask, note), answers);
      const found = trace(run, answers);
      if (found !== expected)
        throw new Error(`seed ${seed}, answers ${answers}\n${code}\nexpected ${expected}\nfound    ${found}`);
    }
  }
  return "compared";
}

describe("random graphs do the same as syntax", () => {
  test.each([
    [4, true],
    [8, true],
    [16, true],
    [30, true],
    [4, false],
    [6, false],
    [10, false],
    [16, false],
  ])("of %d blocks, mostly forwards: %s", (size, forward) => {
    let compared = 0;
    for (let seed = 1; seed <= 150; seed++) if (check(seed * 7919 + size, size, forward) === "compared") compared++;
    expect(compared).toBeGreaterThan(20);
  });
});
