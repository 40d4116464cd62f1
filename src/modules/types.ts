/** The program as a graph of modules. Later stages read it through these types alone. */
import type * as t from "@babel/types";
import type { Declarations, TypeDeclaration, TypeRef } from "../declarations/types.ts";
import type { IrModule } from "../ir/types.ts";

/** The world outside: how a specifier becomes a file and a file becomes text. */
export interface Host {
  /** absolute path; null: external (a `node:` built-in, or nothing found); a `require` may find another file than an `import` */
  resolve(specifier: string, fromFile: string, by?: "import" | "require"): string | null;
  readFile(file: string): string | null;
}

/** Where a name leads once imports and re-exports are followed. */
export type BindingTarget =
  /**
   * A binding at module scope of `file`; `*default*` is the one of `export default <expression>`. In a cjs module
   * `*exports*` is its `module.exports` and `*exports*.x` the property x of it.
   */
  | { readonly kind: "local"; readonly file: string; readonly name: string }
  /** `name` of a module outside of the program; "*" is its namespace */
  | { readonly kind: "external"; readonly module: string; readonly name: string }
  /** the namespace object of a module of the program */
  | { readonly kind: "namespace"; readonly file: string };

export interface ImportedName {
  /** file, or the specifier as written if external */
  readonly module: string;
  /** "*": the namespace; "default" included */
  readonly name: string;
  readonly external: boolean;
}

export type ExportedName =
  { readonly local: string } | { readonly module: string; readonly name: string; readonly external: boolean };

export interface ProgramModule {
  readonly file: string;
  readonly ast: t.File;
  readonly code: string;
  /**
   * cjs: the module's code is the one function `function (exports, require, module, __filename, __dirname) {...}`, bound
   * at module scope to `*default*`; to evaluate it is to call it with `this` = `exports` = `module.exports` = {}.
   * json: `export default` of the constant.
   */
  readonly kind: "esm" | "cjs" | "json";
  /** false: only types are used from here; it is not evaluated and not part of `order` */
  readonly evaluated: boolean;
  /** lowered on first use */
  readonly ir: IrModule;
  /** names imported for their values, by local name */
  readonly imports: ReadonlyMap<string, ImportedName>;
  /** values exported, by export name; for cjs the names found by looking at the text (a hint, not a promise) */
  readonly exports: ReadonlyMap<string, ExportedName>;
  /** `export * from`: files and external specifiers */
  readonly starExports: readonly { readonly module: string; readonly external: boolean }[];
  /** files this one evaluates first, in the order of its imports; requires of cjs at the end */
  readonly dependencies: readonly string[];
  /** specifiers of modules outside, in the order of its imports */
  readonly externals: readonly string[];
  readonly declarations: Declarations;
}

export interface ModuleGraph {
  readonly modules: ReadonlyMap<string, ProgramModule>;
  readonly entries: readonly string[];
  /** evaluated modules in the order ECMAScript evaluates them, cycles included */
  readonly order: readonly string[];
  /**
   * Those of `order` that are evaluated of themselves, in the order of Node: a cjs module is, where another module imports
   * it; what it requires is evaluated when it does.
   */
  readonly roots: readonly string[];
  module(file: string): ProgramModule | null;
  /** follows re-exports and stars */
  resolveExport(file: string, name: string): BindingTarget | null;
  /** a name at module scope of `file`; null where the module does not bind it */
  resolveBinding(file: string, localName: string): BindingTarget | null;
  /** names of the namespace object, in the order the namespace has them (sorted by code units) */
  exportsOf(file: string): readonly string[];
  /** whether the module exports a type of this name */
  exportsType(file: string, name: string): boolean;
  /** cjs: where `require(specifier)` in `file` leads; null: outside */
  resolveRequire(file: string, specifier: string): string | null;
  /** the object type behind a reference, with what is specified of it aside */
  typeDeclaration(ref: TypeRef): TypeDeclaration | null;
  /** all files that were read, declarations aside included, sorted */
  readonly files: readonly string[];
}
