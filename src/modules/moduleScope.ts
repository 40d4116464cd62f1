/** What a module binds at its own scope, and what it requires. */
import type * as t from "@babel/types";
import { t as build } from "../syntax/babel.ts";

/** Names bound at module scope, `var` in nested statements included, imports excluded. */
export function topLevelNames(program: t.Program): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of program.body) {
    if (statement.type === "ExportDefaultDeclaration") addDefault(names, statement.declaration);
    else if (statement.type === "ExportNamedDeclaration") {
      if (statement.declaration) for (const name of namesDeclaredBy(statement.declaration)) names.add(name);
    } else for (const name of namesDeclaredBy(statement)) names.add(name);
    addVars(names, statement);
  }
  return names;
}

function addDefault(names: Set<string>, declaration: t.ExportDefaultDeclaration["declaration"]): void {
  const named = declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration";
  names.add((named ? declaration.id?.name : undefined) ?? "*default*");
}

/** `var` declarations in blocks, loops and the like belong to the module; those in functions do not. */
function addVars(names: Set<string>, statement: t.Statement): void {
  const pending: t.Node[] = [statement];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (build.isFunction(node) || build.isClass(node) || build.isExpression(node)) continue;
    if (node.type === "VariableDeclaration" && node.kind === "var" && node.declare !== true) {
      for (const name of Object.keys(build.getBindingIdentifiers(node))) names.add(name);
    }
    for (const child of childrenOf(node)) pending.push(child);
  }
}

/** Specifiers of `require("...")` calls in the order of the text, each once. */
export function requiredSpecifiers(root: t.Node): ReadonlyMap<string, t.Node> {
  const found = new Map<string, t.Node>();
  build.traverseFast(root, (node) => {
    if (node.type !== "CallExpression" || node.callee.type !== "Identifier" || node.callee.name !== "require") return;
    const [argument] = node.arguments;
    if (node.arguments.length === 1 && argument?.type === "StringLiteral" && !found.has(argument.value)) {
      found.set(argument.value, argument);
    }
  });
  return found;
}

/** The nodes right below a node. */
export function childrenOf(node: t.Node): t.Node[] {
  const children: t.Node[] = [];
  for (const key of build.VISITOR_KEYS[node.type] ?? []) {
    const held = (node as unknown as Record<string, unknown>)[key];
    for (const child of Array.isArray(held) ? held : [held]) if (child) children.push(child as t.Node);
  }
  return children;
}

/** The values that a declaration binds; none for declarations of types. */
export function namesDeclaredBy(declaration: t.Declaration | t.Statement): readonly string[] {
  switch (declaration.type) {
    case "VariableDeclaration":
      return declaration.declare === true ? [] : Object.keys(build.getBindingIdentifiers(declaration));
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return declaration.id && declaration.declare !== true ? [declaration.id.name] : [];
    case "TSEnumDeclaration":
      return declaration.declare === true ? [] : [declaration.id.name];
    case "TSModuleDeclaration":
      return declaration.declare !== true && declaration.id.type === "Identifier" ? [declaration.id.name] : [];
    default:
      return [];
  }
}
