/**
 * Puts the residuals of a file in the place of its sites.
 *
 * Needs the sites and what was compiled for them; changes the tree. Shared functions stand in front of the first statement
 * with a site; a constant for an object reached by a path stands there too, unless what the path starts from is declared
 * further down: then right after it. Imports that nobody uses any more lose their names; what is left of them is a bare
 * import, for the module's effects, or nothing where it has none.
 */
import type * as t from "@babel/types";
import type { CompiledFile, CompiledSite } from "../pipeline/compileTypes.ts";
import { t as build, type NodePath } from "../syntax/babel.ts";
import { collectNames } from "../syntax/freshNames.ts";
import type { FoundSite } from "./findSites.ts";

const packageName = "babel-plugin-specialize";
/** What residual modules import: without the plugin. */
const runtimeName = "babel-plugin-specialize/runtime";

export function applyCompiled(
  program: NodePath<t.Program>,
  pairs: readonly (readonly [FoundSite, CompiledSite])[],
  compiled: CompiledFile,
): void {
  const replaced = pairs.filter(([, { expression }]) => expression !== null);
  const [first] = replaced;
  if (first === undefined) return;
  const suspects = new Set<string>();
  const anchor = statementOf(first[0].path);
  insertDeclarations(program, anchor, compiled.declarations);
  for (const [site, { name, expression }] of replaced) {
    for (const used of collectNames(site.path.node)) suspects.add(used);
    const residual = expression as t.Expression;
    const whole = site.form === "context" ? withGeneric(program, site.path, residual) : residual;
    site.path.replaceWith(atModuleScope(program, site.path, name, whole));
  }
  insertImports(program, compiled.imports);
  program.scope.crawl();
  dropDeadImports(program, suspects, compiled.quietImports);
}

/**
 * A binder falls back to the generic function: `otherwise` is given a default, which applies it partially, as the call did.
 * The call's own arguments go there, so that names inside of the binder cannot hide what they mean. With `checkAssumptions`
 * the binder is an argument of the check around it.
 */
function withGeneric(
  program: NodePath<t.Program>,
  site: NodePath<t.CallExpression>,
  whole: t.Expression,
): t.Expression {
  const [fn, , statics] = site.node.arguments;
  const binder = [whole, ...(whole.type === "CallExpression" ? whole.arguments : [])].find(
    (one) => one.type === "FunctionExpression",
  );
  const otherwise = binder?.params[1];
  const roots = binder?.params[0];
  if (binder === undefined || roots?.type !== "Identifier" || otherwise?.type !== "Identifier") return whole;
  const generic = program.scope.generateUidIdentifier("generic");
  const live = build.identifier("live");
  const known = build.callExpression(statics as t.Expression, [live]);
  const partial = build.callExpression(build.identifier(specializeName(program)), [fn as t.Expression, known]);
  const made = build.arrowFunctionExpression([build.identifier("live")], partial);
  statementOf(site).insertBefore(build.variableDeclaration("const", [build.variableDeclarator(generic, made)]));
  const fallBack = build.callExpression(build.identifier(generic.name), [build.identifier(roots.name)]);
  binder.params[1] = build.assignmentPattern(otherwise, build.arrowFunctionExpression([], fallBack));
  return whole;
}

/** What the file calls `specialize` of the run time; imported when it is not yet. */
function specializeName(program: NodePath<t.Program>): string {
  for (const statement of program.node.body) {
    if (statement.type !== "ImportDeclaration" || statement.source.value !== runtimeName) continue;
    for (const one of statement.specifiers) {
      if (one.type === "ImportSpecifier" && build.isIdentifier(one.imported, { name: "specialize" }))
        return one.local.name;
    }
  }
  const local = program.scope.generateUidIdentifier("specialize");
  const specifier = build.importSpecifier(local, build.identifier("specialize"));
  program.unshiftContainer("body", build.importDeclaration([specifier], build.stringLiteral(runtimeName)));
  return local.name;
}

/** Residual code speaks of names at module scope: in a block, where they may mean others, only a name of its own stands. */
function atModuleScope(
  program: NodePath<t.Program>,
  site: NodePath,
  name: string,
  expression: t.Expression,
): t.Expression {
  if (site.scope === program.scope) return expression;
  const id = program.scope.generateUidIdentifier(name === "" ? "residual" : name);
  statementOf(site).insertBefore(build.variableDeclaration("const", [build.variableDeclarator(id, expression)]));
  return build.identifier(id.name);
}

function statementOf(path: NodePath): NodePath<t.Statement> {
  const found = path.findParent((outer) => outer.parentPath?.isProgram() === true);
  return found as NodePath<t.Statement>;
}

function insertDeclarations(
  program: NodePath<t.Program>,
  anchor: NodePath<t.Statement>,
  declarations: readonly t.Statement[],
): void {
  const body = program.node.body;
  const late = new Map<t.Statement, t.Statement[]>();
  const early: t.Statement[] = [];
  for (const declaration of declarations) {
    const base = baseOf(declaration);
    const at = base === null ? -1 : body.findIndex((statement) => declares(statement, base));
    const target = body[at];
    if (target !== undefined && at >= body.indexOf(anchor.node))
      late.set(target, [...(late.get(target) ?? []), declaration]);
    else early.push(declaration);
  }
  anchor.insertBefore(early);
  for (const [target, after] of late) {
    const path = program.get("body").find((statement) => statement.node === target);
    path?.insertAfter(after);
  }
}

/** What `const x = base.a.b` starts from. */
function baseOf(declaration: t.Statement): string | null {
  if (declaration.type !== "VariableDeclaration") return null;
  let expression: t.Node | null | undefined = declaration.declarations[0]?.init;
  while (expression?.type === "MemberExpression") expression = expression.object;
  return expression?.type === "Identifier" ? expression.name : null;
}

/** Function declarations are there from the start. */
function declares(statement: t.Statement, name: string): boolean {
  const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
  if (declaration?.type === "ClassDeclaration") return declaration.id?.name === name;
  return declaration?.type === "VariableDeclaration" && name in build.getBindingIdentifiers(declaration);
}

function insertImports(program: NodePath<t.Program>, imports: CompiledFile["imports"]): void {
  for (const { source, imported, local } of imports) {
    const id = build.identifier(local);
    const specifier =
      imported === "*"
        ? build.importNamespaceSpecifier(id)
        : imported === "default"
          ? build.importDefaultSpecifier(id)
          : build.importSpecifier(
              id,
              build.isValidIdentifier(imported, false) ? build.identifier(imported) : build.stringLiteral(imported),
            );
    const existing = program.node.body.find(
      (statement) =>
        statement.type === "ImportDeclaration" && statement.source.value === source && canTake(statement, specifier),
    );
    if (existing?.type === "ImportDeclaration") existing.specifiers.push(specifier);
    else program.unshiftContainer("body", build.importDeclaration([specifier], build.stringLiteral(source)));
  }
}

function canTake(statement: t.ImportDeclaration, specifier: t.ImportDeclaration["specifiers"][number]): boolean {
  if (statement.importKind === "type" || specifier.type !== "ImportSpecifier") return false;
  return statement.specifiers.every((one) => one.type !== "ImportNamespaceSpecifier");
}

/** Only names that stood in a replaced call are looked at, and those of this package: the others are as they were. */
function dropDeadImports(
  program: NodePath<t.Program>,
  suspects: ReadonlySet<string>,
  quiet: ReadonlySet<string>,
): void {
  const inTypes = namesInTypes(program.node);
  for (const statement of program.get("body")) {
    if (!statement.isImportDeclaration() || statement.node.specifiers.length === 0) continue;
    const isOwn = statement.node.source.value === packageName;
    const kept = statement.node.specifiers.filter(({ local }) => {
      const binding = program.scope.getBinding(local.name);
      return (
        (!isOwn && !suspects.has(local.name)) || binding === undefined || binding.referenced || inTypes.has(local.name)
      );
    });
    if (kept.length === statement.node.specifiers.length) continue;
    const onlyTypes = kept.every((one) => one.type === "ImportSpecifier" && one.importKind === "type");
    const isQuiet = isOwn || statement.node.specifiers.some(({ local }) => quiet.has(local.name));
    if (isQuiet && kept.length === 0) statement.remove();
    else if (onlyTypes && kept.length > 0 && isOwn) {
      statement.node.specifiers = kept.map((one) => ({ ...(one as t.ImportSpecifier), importKind: "value" as const }));
      statement.node.importKind = "type";
    } else statement.node.specifiers = kept;
  }
  program.scope.crawl();
}

/** Names that types refer to; scopes do not count them as references. */
function namesInTypes(program: t.Program): ReadonlySet<string> {
  const names = new Set<string>();
  build.traverseFast(program, (node) => {
    const isType = node.type === "TSTypeReference" || node.type === "TSTypeQuery" || node.type === "TSQualifiedName";
    if (isType || /^TS(ExpressionWithTypeArguments|InterfaceHeritage|ClassImplements)$/.test(node.type)) {
      for (const name of collectNames(node)) names.add(name);
    }
  });
  return names;
}
