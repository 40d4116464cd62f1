/**
 * What a module imports, exports and binds at its own scope, read off its syntax.
 *
 * Needs a parsed module; nothing is resolved here: modules are named by the specifier as written. Imports and exports of
 * types are told apart where the syntax says so (`import type`, `export interface`); a name imported without `type` and
 * used as a type only counts as a value.
 */
import type * as t from "@babel/types";
import { namesDeclaredBy, requiredSpecifiers, topLevelNames } from "./moduleScope.ts";

export interface Links {
  /** values imported, by local name; "*" is the namespace */
  readonly imports: ReadonlyMap<string, { readonly specifier: string; readonly name: string }>;
  /** values exported, by export name */
  readonly exports: ReadonlyMap<
    string,
    { readonly local: string } | { readonly specifier: string; readonly name: string }
  >;
  /** `export * from` */
  readonly stars: readonly string[];
  /** specifiers of modules that are evaluated first, in the order of the text, each once */
  readonly requests: readonly { readonly specifier: string; readonly node: t.Node }[];
  /** specifiers that only types are taken from */
  readonly typeRequests: readonly string[];
  /** names bound at module scope, imports excluded */
  readonly locals: ReadonlySet<string>;
}

type Draft = {
  imports: Map<string, { specifier: string; name: string }>;
  exports: Map<string, { local: string } | { specifier: string; name: string }>;
  stars: string[];
  requests: Map<string, t.Node>;
  typeRequests: Set<string>;
};

export function readLinks(program: t.Program, kind: "esm" | "cjs" | "json"): Links {
  const draft: Draft = {
    imports: new Map(),
    exports: new Map(),
    stars: [],
    requests: new Map(),
    typeRequests: new Set(),
  };
  for (const statement of program.body) readStatement(draft, statement);
  if (kind === "cjs") for (const [specifier, node] of requiredSpecifiers(program)) request(draft, specifier, node);
  return {
    imports: draft.imports,
    exports: draft.exports,
    stars: draft.stars,
    requests: [...draft.requests].map(([specifier, node]) => ({ specifier, node })),
    typeRequests: [...draft.typeRequests].filter((specifier) => !draft.requests.has(specifier)),
    locals: topLevelNames(program),
  };
}

function readStatement(draft: Draft, statement: t.Statement): void {
  switch (statement.type) {
    case "ImportDeclaration":
      return readImport(draft, statement);
    case "ExportNamedDeclaration":
      return readNamedExport(draft, statement);
    case "ExportAllDeclaration":
      if (statement.exportKind === "type") draft.typeRequests.add(statement.source.value);
      else {
        request(draft, statement.source.value, statement.source);
        draft.stars.push(statement.source.value);
      }
      return;
    case "ExportDefaultDeclaration":
      return readDefaultExport(draft, statement.declaration);
    case "TSImportEqualsDeclaration":
      if (statement.moduleReference.type === "TSExternalModuleReference" && statement.importKind !== "type") {
        const specifier = statement.moduleReference.expression.value;
        request(draft, specifier, statement);
        draft.imports.set(statement.id.name, { specifier, name: "default" });
      }
      return;
    default:
      return;
  }
}

function request(draft: Draft, specifier: string, node: t.Node): void {
  if (!draft.requests.has(specifier)) draft.requests.set(specifier, node);
}

function readImport(draft: Draft, statement: t.ImportDeclaration): void {
  const specifier = statement.source.value;
  const ofTypes = statement.specifiers.every((one) => one.type === "ImportSpecifier" && one.importKind === "type");
  if (
    statement.importKind === "type" ||
    statement.importKind === "typeof" ||
    (ofTypes && statement.specifiers.length > 0)
  ) {
    draft.typeRequests.add(specifier);
    return;
  }
  request(draft, specifier, statement.source);
  for (const one of statement.specifiers) {
    if (one.type === "ImportSpecifier" && one.importKind === "type") continue;
    draft.imports.set(one.local.name, { specifier, name: importedName(one) });
  }
}

/** The export that an import specifier names; "*" for a namespace. */
export function importedName(one: t.ImportDeclaration["specifiers"][number]): string {
  if (one.type === "ImportDefaultSpecifier") return "default";
  if (one.type === "ImportNamespaceSpecifier") return "*";
  return nameOf(one.imported);
}

function readNamedExport(draft: Draft, statement: t.ExportNamedDeclaration): void {
  const { source, declaration } = statement;
  if (statement.exportKind === "type") {
    if (source) draft.typeRequests.add(source.value);
    return;
  }
  if (declaration) for (const name of namesDeclaredBy(declaration)) draft.exports.set(name, { local: name });
  const values = statement.specifiers.filter((one) => !(one.type === "ExportSpecifier" && one.exportKind === "type"));
  if (source) {
    if (values.length > 0 || statement.specifiers.length === 0) request(draft, source.value, source);
    else draft.typeRequests.add(source.value);
  }
  for (const one of values) {
    if (one.type === "ExportSpecifier") {
      const local = nameOf(one.local as t.Identifier | t.StringLiteral);
      draft.exports.set(nameOf(one.exported), source ? { specifier: source.value, name: local } : { local });
    } else if (source) {
      draft.exports.set(one.exported.name, { specifier: source.value, name: "*" });
    }
  }
}

function readDefaultExport(draft: Draft, declaration: t.ExportDefaultDeclaration["declaration"]): void {
  if (declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") {
    draft.exports.set("default", { local: declaration.id?.name ?? "*default*" });
  } else if ((declaration.type as string) !== "TSInterfaceDeclaration" && declaration.type !== "TSDeclareFunction") {
    draft.exports.set("default", { local: "*default*" });
  }
}

function nameOf(node: t.Identifier | t.StringLiteral): string {
  return node.type === "StringLiteral" ? node.value : node.name;
}
