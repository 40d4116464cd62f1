/**
 * Loads a program: the entries, everything they import for its values, and the files that types and declarations are
 * taken from.
 *
 * Needs a host, and the function that lowers a module (called on first use of its `ir`). Promises: every file is read
 * once, and parsed once in the process as long as its text stays the same; what cannot be resolved, or is a built-in module of Node, or this package itself, is external; a file that
 * does not parse is reported and external too. The result does not depend on the order in which files are read.
 * Algorithm: a queue of files, breadth first; next to each file its `*.spec.ts` is looked for; then linking and ordering.
 */
import type * as t from "@babel/types";
import { compareText } from "../base/mapOf.ts";
import { rememberFor } from "../base/rememberFor.ts";
import { readDeclarations, type ProgramDeclarations } from "../declarations/readDeclarations.ts";
import { readTypeScope, type TypeScope } from "../declarations/readTypeScope.ts";
import { exportsType, packageName } from "../declarations/typeScopes.ts";
import type { Declarations } from "../declarations/types.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Sink } from "../diagnostics/sink.ts";
import type { IrModule } from "../ir/types.ts";
import { linkModules, type Linkable } from "./linkModules.ts";
import { orderModules } from "./orderModules.ts";
import { parsedModule } from "./parsedModules.ts";
import type { ModuleKind } from "./parseProgramModule.ts";
import { readLinks, type Links } from "./readLinks.ts";
import type { ExportedName, Host, ImportedName, ModuleGraph, ProgramModule } from "./types.ts";

export type LowerModule = (ast: t.File, file: string) => IrModule;

export interface LoadOptions {
  readonly lower: LowerModule;
  /** files with declarations aside, besides those found next to their modules */
  readonly declarationFiles?: readonly string[];
  /** packages, by specifier or prefix of one, that are not looked into */
  readonly externals?: readonly string[];
  /** at most so many files of packages are looked into; 400 when not given */
  readonly maxPackageFiles?: number;
}

interface Loaded {
  readonly file: string;
  readonly code: string;
  readonly ast: t.File;
  readonly kind: ModuleKind;
  readonly links: Links;
  /** specifier to file; null: external */
  readonly resolved: Map<string, string | null>;
}

export function loadModuleGraph(entries: readonly string[], host: Host, sink: Sink, options: LoadOptions): ModuleGraph {
  const loader = new Loader(host, sink, options);
  const loaded = loader.load(entries);
  const scopes = new Map<string, TypeScope>();
  for (const { file, ast, kind } of loaded.values()) if (kind !== "json") scopes.set(file, typeScopeOf(ast, file));
  const linkable = new Map([...loaded].map(([file, one]) => [file, linkableOf(one, loaded)] as const));
  const linker = linkModules(linkable);
  const typeScopes = {
    scope: (file: string) => scopes.get(file) ?? null,
    resolveSpecifier: (specifier: string, fromFile: string) => loaded.get(fromFile)?.resolved.get(specifier) ?? null,
  };
  const resolveValue = (file: string, name: string): { file: string; name: string } | null => {
    // A file aside imports what it speaks of as a type or as a value; both lead to the value.
    const link = scopes.get(file)?.imports.get(name);
    const module = link === undefined ? null : typeScopes.resolveSpecifier(link.specifier, file);
    const target =
      link === undefined || module === null
        ? linker.resolveBinding(file, name)
        : linker.resolveExport(module, link.name);
    return target?.kind === "local" ? target : null;
  };
  const asides = [...loaded.values()]
    .filter(({ file }) => loader.asides.has(file))
    .sort((a, b) => compareText(a.file, b.file));
  const declarations = readDeclarations(typeScopes, asides, resolveValue, sink);
  const dependencies = (file: string): readonly string[] => dependenciesOf(loaded, file);
  const starts = entries.filter((file) => loaded.has(file));
  const order = orderModules(starts, dependencies);
  const roots = orderModules(starts, (file) => (loaded.get(file)?.kind === "cjs" ? [] : dependencies(file)));
  const evaluated = new Set(order);
  const modules = new Map<string, ProgramModule>();
  for (const file of [...loaded.keys()].sort(compareText)) {
    const one = loaded.get(file) as Loaded;
    const links = linkable.get(file) as Linkable;
    modules.set(file, new LazyModule(one, links, dependencies(file), evaluated.has(file), declarations, options.lower));
  }
  return {
    modules,
    entries,
    order,
    roots,
    module: (file) => modules.get(file) ?? null,
    resolveExport: linker.resolveExport,
    resolveBinding: linker.resolveBinding,
    exportsOf: linker.exportsOf,
    exportsType: (file, name) => exportsType(typeScopes, file, name),
    resolveRequire: (file, specifier) => loaded.get(file)?.resolved.get(specifier) ?? null,
    typeDeclaration: declarations.typeDeclaration,
    files: [...loaded.keys()].sort(compareText),
  };
}

const typeScopeOf = rememberFor(readTypeScope);
const linksOf = rememberFor(readLinks);

class Loader {
  private readonly loaded = new Map<string, Loaded>();
  private readonly failed = new Set<string>();
  private readonly queue: string[] = [];
  readonly asides = new Set<string>();
  private readonly packageFiles = new Set<string>();

  constructor(
    private readonly host: Host,
    private readonly sink: Sink,
    private readonly options: LoadOptions,
  ) {}

  load(entries: readonly string[]): ReadonlyMap<string, Loaded> {
    this.queue.push(...entries);
    for (const file of this.options.declarationFiles ?? []) this.addAside(file);
    for (let at = 0; at < this.queue.length; at++) {
      const file = this.queue[at];
      if (file === undefined || this.loaded.has(file) || this.failed.has(file)) continue;
      if (!this.read(file)) this.failed.add(file);
    }
    return this.loaded;
  }

  private addAside(file: string): void {
    this.asides.add(file);
    this.queue.push(file);
  }

  private read(file: string): boolean {
    const code = this.host.readFile(file);
    if (code === null) {
      this.sink.report(diagnose("SP1011", { specifier: file, file: "the configuration" }, null));
      return false;
    }
    const parsed = parsedModule(code, file, this.sink, () => this.packageType(file));
    if (parsed === null) return false;
    const links = linksOf(parsed.ast.program, parsed.kind);
    const resolved = new Map<string, string | null>();
    this.loaded.set(file, { file, code, ...parsed, links, resolved });
    const by = parsed.kind === "cjs" ? "require" : "import";
    for (const { specifier } of links.requests) this.follow(file, specifier, resolved, by);
    for (const specifier of links.typeRequests) {
      const target = this.resolve(specifier, file, by);
      // Types of packages are in .d.ts files; what is resolved here is their code, which says nothing.
      if (target !== null && !inPackage(target)) this.follow(file, specifier, resolved, by);
    }
    if (!this.asides.has(file) && !inPackage(file)) this.lookAside(file);
    return true;
  }

  private follow(
    file: string,
    specifier: string,
    resolved: Map<string, string | null>,
    by: "import" | "require",
  ): void {
    const target = this.resolve(specifier, file, by);
    resolved.set(specifier, target);
    if (target !== null) this.queue.push(target);
  }

  private resolve(specifier: string, file: string, by: "import" | "require"): string | null {
    if (specifier === packageName || specifier.startsWith(`${packageName}/`) || specifier.startsWith("node:"))
      return null;
    const externals = this.options.externals ?? [];
    if (externals.some((name) => specifier === name || specifier.startsWith(`${name}/`))) return null;
    const target = this.host.resolve(specifier, file, by);
    if (target === null || this.loaded.has(target)) return target;
    if (this.failed.has(target) || !/\.([cm]?[jt]sx?|json)$/.test(target) || /\.d\.[cm]?ts$/.test(target)) return null;
    if (this.host.readFile(target) === null) return null;
    if (inPackage(target) && !this.packageFiles.has(target)) {
      if (this.packageFiles.size >= (this.options.maxPackageFiles ?? 400)) return null;
      this.packageFiles.add(target);
    }
    return target;
  }

  /** `power.spec.ts` next to `power.ts`, if it is one of ours and not somebody's test. */
  private lookAside(file: string): void {
    const aside = file.replace(/\.([cm]?)[jt]sx?$/, ".spec.$1ts");
    if (aside === file || file.endsWith(".spec.ts")) return;
    if (this.host.readFile(aside)?.includes(packageName) === true) this.addAside(aside);
  }

  private packageType(file: string): string | null {
    for (let folder = parentOf(file); folder !== null; folder = parentOf(folder)) {
      const text = this.host.readFile(`${folder}/package.json`);
      if (text === null) continue;
      try {
        return String((JSON.parse(text) as { type?: unknown }).type ?? "commonjs");
      } catch {
        return null;
      }
    }
    return null;
  }
}

function parentOf(file: string): string | null {
  const at = Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\"));
  return at <= 0 ? null : file.slice(0, at);
}

function inPackage(file: string): boolean {
  return /[\\/]node_modules[\\/]/.test(file);
}

/** Links with files in the place of specifiers; what was not loaded is external. */
function linkableOf(one: Loaded, loaded: ReadonlyMap<string, Loaded>): Linkable {
  const place = (specifier: string): { module: string; external: boolean } => {
    const file = one.resolved.get(specifier);
    return file !== null && file !== undefined && loaded.has(file)
      ? { module: file, external: false }
      : { module: specifier, external: true };
  };
  const { links, kind } = one;
  const imports = new Map<string, ImportedName>(
    [...links.imports].map(([local, { specifier, name }]) => [local, { ...place(specifier), name }]),
  );
  const exports = new Map<string, ExportedName>(
    [...links.exports].map(([name, link]) => [
      name,
      "local" in link ? link : { ...place(link.specifier), name: link.name },
    ]),
  );
  return { kind, imports, exports, starExports: links.stars.map(place), locals: links.locals };
}

function dependenciesOf(loaded: ReadonlyMap<string, Loaded>, file: string): readonly string[] {
  const one = loaded.get(file);
  if (one === undefined) return [];
  const files = one.links.requests.map(({ specifier }) => one.resolved.get(specifier) ?? null);
  return [...new Set(files.filter((target) => target !== null && loaded.has(target)))] as string[];
}

class LazyModule implements ProgramModule {
  readonly file: string;
  readonly ast: t.File;
  readonly code: string;
  readonly kind: ModuleKind;
  readonly imports: ReadonlyMap<string, ImportedName>;
  readonly exports: ReadonlyMap<string, ExportedName>;
  readonly starExports: readonly { readonly module: string; readonly external: boolean }[];
  readonly externals: readonly string[];
  private lowered: IrModule | null = null;

  constructor(
    loaded: Loaded,
    links: Linkable,
    readonly dependencies: readonly string[],
    readonly evaluated: boolean,
    private readonly program: ProgramDeclarations,
    private readonly lower: LowerModule,
  ) {
    ({ file: this.file, ast: this.ast, code: this.code, kind: this.kind } = loaded);
    ({ imports: this.imports, exports: this.exports, starExports: this.starExports } = links);
    this.externals = loaded.links.requests
      .map(({ specifier }) => specifier)
      .filter((specifier) => (loaded.resolved.get(specifier) ?? null) === null);
  }

  get ir(): IrModule {
    this.lowered ??= this.lower(this.ast, this.file);
    return this.lowered;
  }

  get declarations(): Declarations {
    return this.program.declarationsOf(this.file);
  }
}
