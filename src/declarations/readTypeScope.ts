/**
 * The names of types in one module: declared, imported, exported. Also every other thing that declarations are read
 * from: the functions of the module with their names.
 *
 * Needs a parsed module; nothing is resolved here. One walk over the tree.
 */
import type * as t from "@babel/types";
import { t as build } from "../syntax/babel.ts";

export type TypeNode = t.TSInterfaceDeclaration | t.TSTypeAliasDeclaration | t.TSEnumDeclaration | t.Class;

export interface NamedFunction {
  /** binding name, `Class.method`, `Class` for its constructor, `*default*`, or "" */
  readonly name: string;
  readonly node: t.Function;
  /** the type that a variable declares for the function it holds */
  readonly declaredType: t.TSType | null;
}

export interface TypeScope {
  readonly file: string;
  /** an interface that is declared in several pieces has all of them */
  readonly types: ReadonlyMap<string, readonly TypeNode[]>;
  /** all imports, of values and of types; "*" is the namespace */
  readonly imports: ReadonlyMap<string, { readonly specifier: string; readonly name: string }>;
  readonly exports: ReadonlyMap<
    string,
    { readonly local: string } | { readonly specifier: string; readonly name: string }
  >;
  readonly stars: readonly string[];
  readonly functions: readonly NamedFunction[];
}

interface Draft {
  types: Map<string, TypeNode[]>;
  imports: Map<string, { specifier: string; name: string }>;
  exports: Map<string, { local: string } | { specifier: string; name: string }>;
  stars: string[];
  functions: NamedFunction[];
}

export function readTypeScope(ast: t.File, file: string): TypeScope {
  const draft: Draft = { types: new Map(), imports: new Map(), exports: new Map(), stars: [], functions: [] };
  for (const statement of ast.program.body) readStatement(draft, statement);
  draft.functions = findFunctions(ast.program);
  return { file, ...draft };
}

function readStatement(draft: Draft, statement: t.Statement): void {
  switch (statement.type) {
    case "ImportDeclaration":
      for (const one of statement.specifiers) {
        draft.imports.set(one.local.name, { specifier: statement.source.value, name: importedName(one) });
      }
      return;
    case "ExportAllDeclaration":
      draft.stars.push(statement.source.value);
      return;
    case "ExportNamedDeclaration":
      return readExport(draft, statement);
    case "ExportDefaultDeclaration": {
      const { declaration } = statement;
      const name = build.isClassDeclaration(declaration) ? (declaration.id?.name ?? "*default*") : null;
      if (build.isClassDeclaration(declaration) && name !== null) addType(draft, name, declaration);
      else if ((declaration as t.Node).type === "TSInterfaceDeclaration") {
        const declared = declaration as t.Node as t.TSInterfaceDeclaration;
        addType(draft, declared.id.name, declared);
        draft.exports.set("default", { local: declared.id.name });
      } else if (build.isIdentifier(declaration)) draft.exports.set("default", { local: declaration.name });
      if (name !== null) draft.exports.set("default", { local: name });
      return;
    }
    default:
      declareType(draft, statement);
  }
}

function readExport(draft: Draft, statement: t.ExportNamedDeclaration): void {
  if (statement.declaration) {
    const name = declareType(draft, statement.declaration);
    if (name !== null) draft.exports.set(name, { local: name });
  }
  for (const one of statement.specifiers) {
    const specifier = statement.source?.value;
    if (one.type === "ExportSpecifier") {
      const local = nameOf(one.local as t.Identifier | t.StringLiteral);
      draft.exports.set(nameOf(one.exported), specifier === undefined ? { local } : { specifier, name: local });
    } else if (one.type === "ExportNamespaceSpecifier" && specifier !== undefined) {
      draft.exports.set(one.exported.name, { specifier, name: "*" });
    }
  }
}

function declareType(draft: Draft, node: t.Statement): string | null {
  switch (node.type) {
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSEnumDeclaration":
      return addType(draft, node.id.name, node);
    case "ClassDeclaration":
      return node.id ? addType(draft, node.id.name, node) : null;
    case "VariableDeclaration":
      for (const { id, init } of node.declarations) {
        if (id.type === "Identifier" && init?.type === "ClassExpression") addType(draft, id.name, init);
      }
      return null;
    default:
      return null;
  }
}

function addType(draft: Draft, name: string, node: TypeNode): string {
  draft.types.set(name, [...(draft.types.get(name) ?? []), node]);
  return name;
}

function importedName(one: t.ImportDeclaration["specifiers"][number]): string {
  if (one.type === "ImportDefaultSpecifier") return "default";
  return one.type === "ImportNamespaceSpecifier" ? "*" : nameOf(one.imported);
}

function nameOf(node: t.Identifier | t.StringLiteral): string {
  return node.type === "StringLiteral" ? node.value : node.name;
}

// ---- functions ---------------------------------------------------------------------------------------------------

interface Place {
  readonly node: t.Node;
  /** name for a function or class that stands right here */
  readonly name: string;
  readonly declaredType: t.TSType | null;
  /** whether a declaration here is bound at module scope */
  readonly topLevel: boolean;
}

function findFunctions(program: t.Program): NamedFunction[] {
  const found: NamedFunction[] = [];
  const pending: Place[] = [{ node: program, name: "", declaredType: null, topLevel: true }];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { node, declaredType } = place;
    if (build.isFunction(node)) found.push({ name: functionName(place), node, declaredType });
    const inner = childPlaces(place);
    for (let index = inner.length - 1; index >= 0; index--) pending.push(inner[index] as Place);
  }
  return found;
}

function functionName({ node, name, topLevel }: Place): string {
  if (node.type === "FunctionDeclaration" && topLevel) return node.id?.name ?? name;
  return name;
}

function childPlaces(place: Place): Place[] {
  const { node } = place;
  const topLevel = place.topLevel && staysAtTop(node);
  const plain = (child: t.Node): Place => ({ node: child, name: "", declaredType: null, topLevel });
  const places: Place[] = [];
  for (const key of build.VISITOR_KEYS[node.type] ?? []) {
    const held = (node as unknown as Record<string, unknown>)[key];
    for (const child of (Array.isArray(held) ? held : [held]) as (t.Node | null | undefined)[]) {
      if (child) places.push(namedPlace(place, key, child, topLevel) ?? plain(child));
    }
  }
  return places;
}

/** Children that get their name from where they stand. */
function namedPlace(place: Place, key: string, child: t.Node, topLevel: boolean): Place | null {
  const { node } = place;
  const at = (name: string, declaredType: t.TSType | null = null): Place => ({
    node: child,
    name,
    declaredType,
    topLevel,
  });
  if (node.type === "VariableDeclarator" && key === "init" && node.id.type === "Identifier") {
    const annotation = node.id.typeAnnotation;
    const type = annotation?.type === "TSTypeAnnotation" ? annotation.typeAnnotation : null;
    return at(place.topLevel ? node.id.name : "", type);
  }
  if (node.type === "ExportDefaultDeclaration") return at("*default*");
  if (build.isClass(node) && key === "body")
    return at(place.name !== "" ? place.name : place.topLevel ? (node.id?.name ?? "") : "");
  if (
    node.type === "ClassBody" &&
    place.name !== "" &&
    (child.type === "ClassMethod" || child.type === "ClassPrivateMethod")
  ) {
    return at(child.kind === "constructor" ? place.name : `${place.name}.${memberName(child)}`);
  }
  if (build.isTSAsExpression(node) || build.isTSSatisfiesExpression(node) || node.type === "ParenthesizedExpression") {
    return key === "expression" ? at(place.name, place.declaredType) : null;
  }
  return null;
}

function memberName(node: t.ClassMethod | t.ClassPrivateMethod): string {
  if (node.type === "ClassPrivateMethod") return `#${node.key.id.name}`;
  if (node.computed) return "[computed]";
  return build.isIdentifier(node.key) ? node.key.name : build.isStringLiteral(node.key) ? node.key.value : "[computed]";
}

function staysAtTop(node: t.Node): boolean {
  return (
    node.type === "Program" ||
    node.type === "ExportNamedDeclaration" ||
    node.type === "ExportDefaultDeclaration" ||
    node.type === "VariableDeclaration" ||
    node.type === "VariableDeclarator" ||
    build.isTSAsExpression(node) ||
    build.isTSSatisfiesExpression(node)
  );
}
