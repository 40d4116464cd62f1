import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { blockOrder } from "../../src/ir/blockOrder.ts";
import { successorsOf } from "../../src/ir/successorsOf.ts";
import type { IrFunction } from "../../src/ir/types.ts";
import { verifyFunction } from "../../src/ir/verifyFunction.ts";
import { lowerModule } from "../../src/lower/lowerModule.ts";
import { parseModule } from "../../src/syntax/parseModule.ts";

const own = ["src", "fixtures"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name)),
);
const others = [
  "acorn/dist/acorn.js",
  "acorn/dist/acorn.mjs",
  "terser/dist/bundle.min.js",
  "@babel/parser/lib/index.js",
  "d3-scale/dist/d3-scale.js",
  "commander/lib/command.js",
];

function lowerFile(file: string): readonly IrFunction[] {
  return lowerModule(parseModule(readFileSync(file, "utf8"), file), file).functions;
}

/** Blocks that an edge leads back to, each time one does. */
function backEdges(fn: IrFunction): number[] {
  const order = blockOrder(fn);
  return fn.blocks.flatMap((b) => successorsOf(b.terminator).filter((to) => order[to]! <= order[b.id]!));
}

function check(functions: readonly IrFunction[]): void {
  for (const fn of functions) {
    verifyFunction(fn);
    if (fn.opaque !== null) continue;
    const headers = backEdges(fn);
    expect(new Set(headers).size).toBe(headers.length);
  }
}

describe("lowers, to graphs in order and with one latch per loop,", () => {
  test("all of the project", () => {
    let count = 0;
    for (const file of own) {
      const functions = lowerFile(file);
      check(functions);
      count += functions.length;
    }
    expect(count).toBeGreaterThan(500);
  });
  test.each(others.map((name) => [name]))("%s", (name) => {
    const functions = lowerFile(join("node_modules", name));
    check(functions);
    expect(functions.length).toBeGreaterThan(50);
    expect(functions.filter((f) => f.opaque !== null).length).toBeLessThan(functions.length / 10);
  });
});
