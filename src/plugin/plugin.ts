/**
 * The Babel plugin: finds the sites of a file, has them compiled, puts the residuals in their place. A file without a site
 * is not touched. Works in `Program.enter`, before types are stripped, and on Babel 7 and 8: nothing of Babel's core is
 * imported, and everything else goes through src/syntax.
 */
import path from "node:path";
import type * as t from "@babel/types";
import { DiagnosticSink } from "../diagnostics/sink.ts";
import { formatDiagnostic } from "../diagnostics/formatDiagnostic.ts";
import type { Diagnostic } from "../diagnostics/types.ts";
import { findFiles } from "../host/findFiles.ts";
import { nodeHost } from "../host/nodeHost.ts";
import { checkOptions, type SpecializeOptions } from "../pipeline/checkOptions.ts";
import type { CompiledFile, CompileSites } from "../pipeline/compileTypes.ts";
import type { Host } from "../modules/types.ts";
import type { NodePath } from "../syntax/babel.ts";
import { locationOf } from "../syntax/location.ts";
import { applyCompiled } from "./applyCompiled.ts";
import { findSites, type FoundSite } from "./findSites.ts";
import { mapNames, renamePlaces } from "./sourcePlaces.ts";
import { diagnose } from "../diagnostics/diagnose.ts";

/** What of Babel's plugin interface is used, in the words of both versions. */
export interface PluginApi {
  assertVersion(range: string | number): void;
  readonly cache: { never(): void };
  addExternalDependency?(path: unknown): void;
}

interface BabelFile {
  readonly code: string;
  readonly ast: t.File;
  readonly opts: {
    readonly filename?: string | null;
    readonly cwd?: string;
    readonly root?: string;
    readonly generatorOpts?: { sourceFileName?: string };
    readonly parserOpts?: { readonly plugins?: readonly unknown[] };
  };
  readonly metadata: object;
}

interface ParserOptions {
  filename?: string | null;
  parserOpts: { plugins: unknown[] };
}

type Generate = (ast: t.File, options: object, code: string | Record<string, string>) => unknown;

export interface Plugin {
  readonly name: string;
  manipulateOptions(options: ParserOptions, parserOptions: { plugins: unknown[] }): void;
  readonly visitor: { readonly Program: { enter(program: NodePath<t.Program>, state: { file: BabelFile }): void } };
  generatorOverride(ast: t.File, options: object, code: string, generate: Generate): unknown;
}

/** What a file's `metadata.specialize` says of it. */
export interface SpecializeMetadata {
  /** files that the output depends on */
  readonly dependencies: readonly string[];
  readonly sites: readonly {
    readonly line: number;
    readonly column: number;
    readonly name: string;
    readonly replaced: boolean;
    /** counts of what specializing it took; null where there is no residual */
    readonly stats: Readonly<Record<string, number>> | null;
  }[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Takes a file's functions through the control-flow graph and back; those that stayed are reported. */
export type RoundTrip = (
  ast: t.File,
  file: string,
) => { readonly ast: t.File; readonly diagnostics: readonly Diagnostic[] };

export interface PluginParts {
  readonly compileSites: CompileSites;
  readonly roundTrip: RoundTrip;
}

/** The plugin with these stages; `src/index.ts` exports it with the real ones. */
export function createPlugin(parts: PluginParts): (api: PluginApi, options: unknown, folder: string) => Plugin {
  return (api, given, folder) => {
    api.assertVersion("^7.29.0 || ^8.0.0");
    // With `never` each file gets an instance of its own, so the list that Babel reads after the run is that file's.
    api.cache.never();
    const dependencies: string[] = [];
    api.addExternalDependency?.(dependencies);
    const sink = new DiagnosticSink();
    const options = checkOptions(given, sink);
    throwErrors(sink.all(), new Map());
    const sources = new WeakMap<t.File, Record<string, string>>();
    return {
      name: "specialize",
      manipulateOptions: (babelOptions, parserOptions) =>
        addTypeScript(babelOptions.filename ?? "", parserOptions.plugins),
      visitor: {
        Program: {
          enter(program, { file }) {
            const texts = transform(parts, options, folder, program, file, dependencies);
            if (texts !== null) sources.set(file.ast, texts);
          },
        },
      },
      generatorOverride(ast, generatorOptions, _code, generate) {
        const texts = sources.get(ast);
        return texts === undefined ? undefined : generate(ast, generatorOptions, texts);
      },
    };
  };
}

/** A .ts file can be read though nobody else asks for its syntax. */
function addTypeScript(filename: string, plugins: unknown[]): void {
  const named = plugins.map((plugin) => (Array.isArray(plugin) ? (plugin[0] as unknown) : plugin));
  if (named.includes("typescript") || named.includes("flow") || !/\.[cm]?tsx?$/.test(filename)) return;
  plugins.push("typescript");
  if (filename.endsWith(".tsx") && !named.includes("jsx")) plugins.push("jsx");
}

/** The texts of the files that the output's source map speaks of; null when nothing was replaced. */
function transform(
  parts: PluginParts,
  options: SpecializeOptions,
  folder: string,
  program: NodePath<t.Program>,
  file: BabelFile,
  dependencies: string[],
): Record<string, string> | null {
  const filename =
    file.opts.filename ?? path.join(file.opts.cwd ?? folder, usesTypeScript(file) ? "input.ts" : "input.js");
  if (options.roundTrip) {
    const { ast, diagnostics } = parts.roundTrip(file.ast, filename);
    program.node.body = ast.program.body;
    program.node.directives = ast.program.directives;
    program.scope.crawl();
    setMetadata(file, { dependencies: [], sites: [], diagnostics });
    return null;
  }
  const host = nodeHost({
    ...(options.conditions === null ? {} : { conditions: options.conditions }),
    ...(options.tsconfig === null ? {} : { tsconfig: path.resolve(folder, options.tsconfig) }),
  });
  const found = findSites(program, filename, host);
  if (found.length === 0) return null;
  const compiled = compile(parts, options, folder, found, filename, file, host);
  dependencies.push(...compiled.dependencies);
  const pairs = pair(found, compiled);
  setMetadata(file, {
    dependencies: compiled.dependencies,
    sites: pairs.map(([{ path: call }, { name, expression, stats }]) => ({
      line: call.node.loc?.start.line ?? 0,
      column: call.node.loc?.start.column ?? 0,
      name,
      replaced: expression !== null,
      stats,
    })),
    diagnostics: compiled.diagnostics,
  });
  report(options, compiled, filename);
  const names = mapNames(
    filename,
    file.opts.generatorOpts?.sourceFileName ?? path.basename(filename),
    compiled.sources.keys(),
  );
  const expressions = compiled.sites.flatMap(({ expression }) => expression ?? []);
  if (expressions.length === 0) return null;
  renamePlaces([...expressions, ...compiled.declarations], names);
  applyCompiled(program, pairs, compiled);
  return Object.fromEntries([...compiled.sources].map(([name, text]) => [names.get(name) ?? name, text]));
}

function compile(
  parts: PluginParts,
  options: SpecializeOptions,
  folder: string,
  found: readonly FoundSite[],
  filename: string,
  file: BabelFile,
  host: Host,
): CompiledFile {
  const once = found.filter(({ runsOnce }) => runsOnce);
  const compiled = parts.compileSites({
    file: filename,
    code: file.code,
    sites: once
      .flatMap(({ path: call }) => locationOf(call.node, filename) ?? [])
      .map((at) => ({ ...at, file: filename })),
    host,
    options,
    declarationFiles: findFiles(options.declarations, file.opts.root ?? folder),
  });
  const reason = "it stands in a function, loop or class, and may run with other values each time";
  const stays = found
    .filter(({ runsOnce }) => !runsOnce)
    .map(({ path: call }) => {
      const at = locationOf(call.node, filename);
      return diagnose("SP2002", { function: "this call", reason }, at === null ? null : { ...at, file: filename });
    });
  return { ...compiled, diagnostics: [...compiled.diagnostics, ...stays] };
}

function pair(
  found: readonly FoundSite[],
  compiled: CompiledFile,
): (readonly [FoundSite, CompiledFile["sites"][number]])[] {
  return found.flatMap((site) => {
    const start = site.path.node.loc?.start;
    const match = compiled.sites.find(({ origin }) => origin.line === start?.line && origin.column === start.column);
    return match === undefined ? [] : [[site, match] as const];
  });
}

function report(options: SpecializeOptions, compiled: CompiledFile, filename: string): void {
  const { diagnostics, sources } = compiled;
  throwErrors(options.report === "error" ? diagnostics : diagnostics.filter(isError), sources);
  if (options.report !== "warn") return;
  // eslint-disable-next-line no-console -- where Babel's own warnings go; `report` switches it off
  for (const diagnostic of diagnostics) console.warn(`${filename}: ${formatDiagnostic(diagnostic, sources)}`);
}

function isError({ kind }: Diagnostic): boolean {
  return kind === "error";
}

/** All of them in one exception: Babel knows no other way to say that a file is wrong. */
function throwErrors(diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, string>): void {
  if (diagnostics.length === 0) return;
  const text = diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, sources)).join("\n\n");
  const error = new Error(text);
  Object.assign(error, { code: "SPECIALIZE_DIAGNOSTICS", diagnostics });
  throw error;
}

function usesTypeScript(file: BabelFile): boolean {
  return (file.opts.parserOpts?.plugins ?? []).some(
    (plugin) => (Array.isArray(plugin) ? plugin[0] : plugin) === "typescript",
  );
}

function setMetadata(file: BabelFile, metadata: SpecializeMetadata): void {
  Object.assign(file.metadata, { specialize: metadata });
}
