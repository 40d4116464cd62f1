/**
 * Text to syntax, by the kind of module: ECMAScript as it is, CommonJS as one function, JSON as a default export.
 *
 * Kind: by the extension where it decides (.mjs .cjs .mts .cts .json), else by the syntax (import, export), else by the
 * free names (`require`, `module`, `exports`), else by `"type"` of the nearest package.json.
 * Promises: the nodes keep their places in the source; a CommonJS module becomes
 * `export default function (exports, require, module, __filename, __dirname) {...}`, its program a script unless strict.
 */
import type * as t from "@babel/types";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Sink } from "../diagnostics/sink.ts";
import { t as build } from "../syntax/babel.ts";
import { tryParseModule } from "../syntax/parseModule.ts";

export type ModuleKind = "esm" | "cjs" | "json";

export interface ParsedModule {
  readonly ast: t.File;
  readonly kind: ModuleKind;
}

export function parseProgramModule(
  code: string,
  file: string,
  sink: Sink,
  /** `"type"` of the nearest package.json; asked only where it decides */
  packageType: () => string | null,
): ParsedModule | null {
  if (file.endsWith(".json")) return parseJson(code, file, sink);
  const ast = tryParseModule(code, file, sink);
  if (ast === null) return null;
  if (!isCommonJs(ast.program, file, packageType)) {
    ast.program.sourceType = "module";
    return { ast, kind: "esm" };
  }
  return { ast: wrapped(ast), kind: "cjs" };
}

function isCommonJs(program: t.Program, file: string, packageType: () => string | null): boolean {
  if (/\.c[jt]s$/.test(file)) return !program.body.some((statement) => build.isImportOrExportDeclaration(statement));
  if (program.sourceType === "module" || /\.(mjs|mts)$/.test(file)) return false;
  return usesCommonJs(program) || packageType() !== "module";
}

function usesCommonJs(program: t.Program): boolean {
  let found = false;
  build.traverseFast(program, (node) => {
    if (node.type === "CallExpression" && build.isIdentifier(node.callee, { name: "require" })) found = true;
    if (node.type === "MemberExpression" && build.isIdentifier(node.object, { name: "exports" })) found = true;
    if (build.isMemberExpression(node) && build.isIdentifier(node.object, { name: "module" })) {
      if (!node.computed && build.isIdentifier(node.property, { name: "exports" })) found = true;
    }
  });
  return found;
}

function wrapped(ast: t.File): t.File {
  const { program } = ast;
  const names = ["exports", "require", "module", "__filename", "__dirname"];
  const body = build.blockStatement(program.body, program.directives);
  const wrapper = build.functionExpression(
    null,
    names.map((name) => build.identifier(name)),
    body,
  );
  for (const node of [body, wrapper]) copyPlace(node, program);
  const strict = program.directives.some((directive) => directive.value.value === "use strict");
  const outer = build.program(
    [copyPlace(build.exportDefaultDeclaration(wrapper), program)],
    [],
    strict ? "module" : "script",
  );
  return build.file(copyPlace(outer, program), ast.comments ?? []);
}

function copyPlace<N extends t.Node>(node: N, from: t.Node): N {
  node.start = from.start ?? null;
  node.end = from.end ?? null;
  node.loc = from.loc ?? null;
  return node;
}

const prefix = "export default ";

function parseJson(code: string, file: string, sink: Sink): ParsedModule | null {
  try {
    JSON.parse(code);
  } catch (error) {
    const loc = { file, line: 1, column: 0, endLine: 1, endColumn: 0 };
    sink.report(diagnose("SP1010", { message: `not JSON: ${(error as Error).message}` }, loc));
    return null;
  }
  // The extension decides the syntax; .mjs is the one that is always a module.
  const ast = tryParseModule(prefix + code, `${file}.mjs`, sink);
  if (ast === null) return null;
  build.traverseFast(ast, (node) => {
    if (node.loc) node.loc.filename = file;
    // In JSON `__proto__` is a name as any other.
    if (node.type === "ObjectProperty" && build.isStringLiteral(node.key, { value: "__proto__" })) node.computed = true;
  });
  return { ast, kind: "json" };
}
