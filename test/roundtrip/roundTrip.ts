/** Programs through lower, simplify and restructure, run and compared with what they were. */
import { transformSync } from "@babel/core";
import { roundTripModule, type RoundTrip } from "../../src/pipeline/roundTripModule.ts";
import { assertNoDuplicateNodes } from "../../src/syntax/assertNoDuplicateNodes.ts";
import { parse } from "../../src/syntax/babel.ts";
import { parseModule } from "../../src/syntax/parseModule.ts";
import { printCode } from "../../src/syntax/printModule.ts";
import { show } from "../lower/compareRuns.ts";

export interface Rewritten {
  readonly code: string;
  readonly kept: RoundTrip["kept"];
  readonly replaced: readonly string[];
}

export function rewrite(code: string, file = "snippet.ts"): Rewritten {
  const { ast, kept, replaced } = roundTripModule(parseModule(code, file), file);
  assertNoDuplicateNodes(ast);
  return { code: printCode(ast), kept, replaced };
}

/** The same for sloppy scripts. */
export function rewriteScript(code: string): Rewritten {
  const ast = parse(code, { sourceType: "script", plugins: ["typescript"] });
  const made = roundTripModule(ast, "snippet.ts");
  assertNoDuplicateNodes(made.ast);
  return { code: printCode(made.ast), kept: made.kept, replaced: made.replaced };
}

/** `code` is the body of a function that may call `log`. */
export function compareRewritten(
  code: string,
  sloppy = false,
): { readonly native: unknown; readonly rewritten: unknown; readonly kept: RoundTrip["kept"]; readonly code: string } {
  const source = `function main(log) {\n${sloppy ? "" : '"use strict";\n'}${code}\n}`;
  const made = rewriteScript(source);
  return {
    native: observe(evaluate(source)),
    rewritten: observe(evaluate(made.code)),
    kept: made.kept,
    code: made.code,
  };
}

function evaluate(source: string): (log: unknown) => unknown {
  const { code } = transformSync(source, {
    configFile: false,
    babelrc: false,
    filename: "snippet.ts",
    sourceType: "script",
    presets: [["@babel/preset-typescript", { allowDeclareFields: true }]],
  })!;
  return (0, eval)(`(${code!.trim().replace(/;$/, "")})`) as (log: unknown) => unknown;
}

function observe(main: (log: unknown) => unknown): { readonly result: string; readonly log: readonly string[] } {
  const log: string[] = [];
  const record = (...values: unknown[]): unknown => {
    log.push(values.map((v) => show(v)).join(" "));
    return values[values.length - 1];
  };
  try {
    return { result: `returns ${show(main(record))}`, log };
  } catch (error) {
    return { result: `throws ${show(error)}`, log };
  }
}
