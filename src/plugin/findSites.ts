/**
 * The calls of `specialize` and `context` in a file, whatever they are called there: imported under another name, from a
 * module that re-exports them, or through a namespace.
 *
 * Needs the program's scopes; promises the calls in the order of the text. Only calls that run exactly once when the
 * module is loaded can be replaced: not those in functions, loops and instance fields, which are given apart.
 */
import type * as t from "@babel/types";
import { findOwnExport } from "../pipeline/findOwnExport.ts";
import type { Host } from "../modules/types.ts";
import type { NodePath } from "../syntax/babel.ts";

export interface FoundSite {
  readonly path: NodePath<t.CallExpression>;
  readonly form: "specialize" | "context";
  /** false: it may run any number of times */
  readonly runsOnce: boolean;
}

export function findSites(program: NodePath<t.Program>, file: string, host: Host): FoundSite[] {
  const sites: FoundSite[] = [];
  for (const statement of program.get("body")) {
    if (!statement.isImportDeclaration() || statement.node.importKind === "type") continue;
    for (const specifier of statement.get("specifiers")) {
      const { node } = specifier;
      const binding = program.scope.getBinding(node.local.name);
      if (binding === undefined || !binding.referenced) continue;
      const called = binding.referencePaths.filter((reference) => isCallee(reference));
      if (called.length === 0) continue;
      const source = statement.node.source.value;
      const imported = importedName(node);
      for (const reference of called) {
        const call = callOf(reference, imported === "*");
        const name = imported === "*" ? call?.member : imported;
        const form = name === undefined ? null : ownForm(findOwnExport(host, file, source, name));
        if (call !== null && form !== null) sites.push({ path: call.path, form, runsOnce: runsOnce(call.path) });
      }
    }
  }
  return sites.sort((a, b) => (a.path.node.start ?? 0) - (b.path.node.start ?? 0));
}

function ownForm(name: string | null): FoundSite["form"] | null {
  return name === "specialize" || name === "context" ? name : null;
}

function importedName(node: t.ImportDeclaration["specifiers"][number]): string {
  if (node.type === "ImportDefaultSpecifier") return "default";
  if (node.type === "ImportNamespaceSpecifier") return "*";
  return node.imported.type === "StringLiteral" ? node.imported.value : node.imported.name;
}

/** `name(...)` or `name.member(...)` */
function isCallee(reference: NodePath): boolean {
  const { parentPath, key } = reference;
  if (parentPath === null) return false;
  if (parentPath.isCallExpression()) return key === "callee";
  return parentPath.isMemberExpression() && key === "object" && parentPath.key === "callee";
}

function callOf(
  reference: NodePath,
  isNamespace: boolean,
): { path: NodePath<t.CallExpression>; member: string } | null {
  const { parentPath } = reference;
  if (!isNamespace) return parentPath?.isCallExpression() === true ? { path: parentPath, member: "" } : null;
  if (parentPath?.isMemberExpression() !== true || parentPath.node.computed) return null;
  const call = parentPath.parentPath;
  const { property } = parentPath.node;
  if (!call?.isCallExpression() || property.type !== "Identifier") return null;
  return { path: call, member: property.name };
}

function runsOnce(call: NodePath<t.CallExpression>): boolean {
  return call.findParent((outer) => outer.isFunction() || outer.isLoop() || outer.isClass()) === null;
}
