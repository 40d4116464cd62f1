/**
 * A context of the options as a module of its own: the residual, what it imports, and nothing else.
 *
 * Algorithm: a module is made up that imports the entry and has the one site; it is compiled as any other file; of the
 * module only the imports that the residual uses are kept. Static values are written as source text.
 */
import path from "node:path";
import type * as t from "@babel/types";
import { diagnose } from "../diagnostics/diagnose.ts";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import type { Diagnostic } from "../diagnostics/types.ts";
import type { Host } from "../modules/types.ts";
import { t as build, traverse, type NodePath } from "../syntax/babel.ts";
import { collectNames } from "../syntax/freshNames.ts";
import { parseModule } from "../syntax/parseModule.ts";
import { printModule, type Printed } from "../syntax/printModule.ts";
import type { ContextOptions, SpecializeOptions } from "./checkOptions.ts";
import type { CompiledFile, CompileSites } from "./compileTypes.ts";

export interface ContextRequest {
  readonly name: string;
  readonly context: ContextOptions;
  /** folder that the entry is relative to */
  readonly root: string;
  /** the file the residual module is for */
  readonly file: string;
  readonly host: Host;
  readonly options: SpecializeOptions;
  readonly declarationFiles: readonly string[];
}

export interface CompiledContext {
  readonly name: string;
  readonly file: string;
  /** null: there is no residual; the diagnostics say why */
  readonly printed: Printed | null;
  readonly stats: Readonly<Record<string, number>> | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly dependencies: readonly string[];
  readonly sources: ReadonlyMap<string, string>;
}

export function compileContext(request: ContextRequest, compileSites: CompileSites): CompiledContext {
  const { name, file, host, options, declarationFiles } = request;
  const sink = new DiagnosticSink();
  const code = moduleText(request, sink);
  const none = { name, file, printed: null, stats: null, dependencies: [] };
  if (code === null) return { ...none, diagnostics: sink.all(), sources: new Map() };
  const ast = parseModule(code, file);
  const site = siteOf(ast);
  const at = { file, line: site.loc?.start.line ?? 1, column: site.loc?.start.column ?? 0 };
  const origin = { ...at, endLine: site.loc?.end.line ?? 1, endColumn: site.loc?.end.column ?? 0 };
  const compiled = compileSites({ file, code, sites: [origin], host, options, declarationFiles });
  const [done] = compiled.sites;
  const { diagnostics, dependencies, sources } = compiled;
  if (done?.expression == null) return { ...none, diagnostics, dependencies, sources };
  const program = residualModule(ast, compiled, done.expression, name);
  const printed = printModule(program, { sources, filename: path.basename(file) });
  return { name, file, printed, stats: done.stats, diagnostics, dependencies, sources };
}

/** The made-up module; null when something in the options cannot be written down. */
function moduleText({ name, context, root, file, host }: ContextRequest, sink: DiagnosticSink): string | null {
  const lines = [
    'import { context as context$, dynamic as dynamic$, specialize as specialize$ } from "babel-plugin-specialize";',
  ];
  const importFrom = (reference: string, local: string, option: string): void => {
    const [module = "", exported = ""] = reference.split("#");
    const target = host.resolve(
      module.startsWith(".") ? path.resolve(root, module) : module,
      path.join(root, "index.js"),
    );
    if (target === null) {
      const reason = `module ${module} is not found from ${root}`;
      sink.report(diagnose("SP1012", { name: `contexts.${name}.${option}`, reason, hint: "" }, null));
      return;
    }
    const specifier = path.relative(path.dirname(file), target).split(path.sep).join("/");
    const from = JSON.stringify(specifier.startsWith(".") ? specifier : `./${specifier}`);
    lines.push(
      exported === "default"
        ? `import ${local} from ${from};`
        : `import { ${nameText(exported)} as ${local} } from ${from};`,
    );
  };
  const local = localName(context.entry);
  importFrom(context.entry, local, "entry");
  const residual = `export const residual$ = `;
  if (context.live === null) {
    const statics = writeValue(context.statics, name, sink);
    lines.push(`${residual}specialize$(${local}, ${statics});`);
  } else {
    importFrom(context.live.setup, "setup$", "setup");
    importFrom(context.live.roots, "roots$", "roots");
    lines.push(`${residual}context$(${local}, setup$, roots$);`);
  }
  return sink.hasErrors ? null : lines.join("\n");
}

function localName(reference: string): string {
  const exported = reference.split("#")[1] ?? "";
  return build.isValidIdentifier(exported) && exported !== "default" ? exported : "generic";
}

function nameText(name: string): string {
  return build.isValidIdentifier(name, false) ? name : JSON.stringify(name);
}

/** Plain values as source text. */
function writeValue(value: unknown, name: string, sink: DiagnosticSink): string {
  const write = (part: unknown, onTheWay: readonly unknown[]): string => {
    if (part === Symbol.for("babel-plugin-specialize.dynamic")) return "dynamic$()";
    if (typeof part === "bigint") return `${part}n`;
    if (Object.is(part, -0)) return "-0";
    if (part === null || ["string", "boolean"].includes(typeof part)) return JSON.stringify(part);
    if (typeof part === "number" || part === undefined) return String(part);
    const prototype: unknown = typeof part === "object" ? Object.getPrototypeOf(part) : undefined;
    if (!onTheWay.includes(part)) {
      const inner = [...onTheWay, part];
      if (Array.isArray(part)) return `[${part.map((one) => write(one, inner)).join(", ")}]`;
      if (part instanceof Uint8Array) return `new Uint8Array([${[...part].join(", ")}])`;
      if (prototype === Object.prototype || prototype === null) {
        const fields = Object.entries(part as object).map(
          ([key, field]) => `[${JSON.stringify(key)}]: ${write(field, inner)}`,
        );
        return `{ ${fields.map((field) => field.replace(/^\["([A-Za-z_$][\w$]*)"\]/, (whole, key: string) => (key === "__proto__" ? whole : key))).join(", ")} }`;
      }
    }
    const reason = "a static value is neither plain data nor dynamic()";
    sink.report(diagnose("SP1012", { name: `contexts.${name}.statics`, reason, hint: "" }, null));
    return "undefined";
  };
  return write(value, []);
}

function siteOf(ast: t.File): t.CallExpression {
  const statement = ast.program.body.at(-1) as t.ExportNamedDeclaration;
  const declaration = statement.declaration as t.VariableDeclaration;
  return declaration.declarations[0]?.init as t.CallExpression;
}

function residualModule(ast: t.File, compiled: CompiledFile, expression: t.Expression, name: string): t.File {
  const imports: t.Statement[] = ast.program.body.filter((statement) => statement.type === "ImportDeclaration");
  for (const { source, imported, local } of compiled.imports) {
    const text =
      imported === "*" ? `* as ${local}` : imported === "default" ? local : `{ ${nameText(imported)} as ${local} }`;
    imports.push(...parseModule(`import ${text} from ${JSON.stringify(source)};`, "import.js").program.body);
  }
  const taken = new Set([...imports, ...compiled.declarations, expression].flatMap((node) => [...collectNames(node)]));
  const id = build.isValidIdentifier(name) && !taken.has(name) ? name : "residual";
  const bound = build.variableDeclaration("const", [build.variableDeclarator(build.identifier(id), expression)]);
  const alias = build.exportNamedDeclaration(null, [
    build.exportSpecifier(build.identifier(id), build.identifier("default")),
  ]);
  const body = [...imports, ...compiled.declarations, build.exportNamedDeclaration(bound), alias];
  const file = build.file(build.program(body, [], "module"));
  traverse(file, { Program: dropUnused });
  return file;
}

/** What the made-up module imported and the residual does not use. */
function dropUnused(program: NodePath<t.Program>): void {
  for (const statement of program.get("body")) {
    if (!statement.isImportDeclaration()) continue;
    const kept = statement.node.specifiers.filter(
      ({ local }) => program.scope.getBinding(local.name)?.referenced === true,
    );
    if (kept.length === 0) statement.remove();
    else statement.node.specifiers = kept;
  }
}
