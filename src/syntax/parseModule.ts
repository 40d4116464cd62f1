/**
 * Source text to syntax tree, by the file's extension: TypeScript for .ts/.mts/.cts, with JSX for .tsx, JSX for
 * JavaScript. Every node carries the file's name (`loc.filename`), so that code moved to another file can tell where it
 * came from. TypeScript and .mjs are modules, .cjs is a script in a function, .js is what its syntax says.
 */
import { isStackOverflow } from "../base/exhausted.ts";
import type { Sink } from "../diagnostics/sink.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import { parse, type ParserOptions, type t } from "./babel.ts";

type Plugins = NonNullable<ParserOptions["plugins"]>;

/** Throws Babel's SyntaxError. */
export function parseModule(code: string, filename: string): t.File {
  return parse(code, parserOptions(filename));
}

/** Null, and SP1010 in the sink, when the text does not parse, or nests too deeply for Babel's parser. */
export function tryParseModule(code: string, filename: string, sink: Sink): t.File | null {
  try {
    return parseModule(code, filename);
  } catch (error) {
    if (isStackOverflow(error)) {
      const loc = { file: filename, line: 1, column: 0, endLine: 1, endColumn: 1 };
      sink.report(diagnose("SP1010", { message: "the syntax nests too deeply for Babel's parser" }, loc));
      return null;
    }
    if (!(error instanceof SyntaxError)) throw error;
    const at = (error as SyntaxError & { loc?: { line: number; column: number } }).loc ?? { line: 1, column: 0 };
    const loc = { file: filename, line: at.line, column: at.column, endLine: at.line, endColumn: at.column + 1 };
    // Babel ends its message with the position, which the diagnostic has anyway.
    sink.report(diagnose("SP1010", { message: error.message.replace(/ ?\(\d+:\d+\)$/, "") }, loc));
    return null;
  }
}

export function parserOptions(filename: string): ParserOptions {
  return {
    sourceFilename: filename,
    sourceType: sourceType(filename),
    allowReturnOutsideFunction: /\.c[jt]s$/.test(filename),
    plugins: [...languagePlugins(filename), "decorators", "decoratorAutoAccessors", "explicitResourceManagement"],
  };
}

function sourceType(filename: string): "module" | "script" | "unambiguous" {
  if (/\.c[jt]s$/.test(filename)) return "script";
  return /\.(tsx?|m[tj]s)$/.test(filename) ? "module" : "unambiguous";
}

function languagePlugins(filename: string): Plugins {
  if (/\.d\.[cm]?ts$/.test(filename)) return [["typescript", { dts: true }]];
  if (/\.tsx$/.test(filename)) return ["typescript", "jsx"];
  return /\.[cm]?ts$/.test(filename) ? ["typescript"] : ["jsx"];
}
