/**
 * Residual functions become syntax in the file whose sites asked for them.
 *
 * Needs: residual functions and what their names refer to. Promises: a replacement for each site that has a residual, the
 * declarations it needs (shared functions; constants for objects reached by a path), the imports to add. Nothing of the
 * file itself is changed here.
 */
import type * as t from "@babel/types";
import type { IrFunction, IrModule, Origin } from "../ir/types.ts";
import type { Reference } from "../specialize/world.ts";
import { t as build } from "../syntax/babel.ts";
import { nameReferences } from "./nameReferences.ts";
import type { AddedImport, Names } from "./names.ts";
import { pathExpression } from "./pathExpression.ts";
import { printData } from "./printData.ts";

export interface SiteResidual {
  readonly origin: Origin;
  readonly id: number;
}
export interface EmittedSite {
  readonly origin: Origin;
  /** what the call is replaced by */
  readonly expression: t.Expression;
}
export interface Emitted {
  readonly sites: readonly EmittedSite[];
  /** declarations to put in front of the first statement that has a site */
  readonly declarations: readonly t.Statement[];
  readonly imports: readonly AddedImport[];
}
/** Prints one function of a module as syntax. */
export type Restructure = (module: IrModule, id: number) => t.FunctionExpression | t.ArrowFunctionExpression;

/** The syntax for all residuals of a file. */
export function emitFile(
  file: string,
  residual: {
    readonly sites: readonly SiteResidual[];
    readonly functions: readonly IrFunction[];
    readonly references: ReadonlyMap<string, Reference>;
  },
  names: Names,
  restructure: Restructure,
): Emitted {
  const { functions, usedBy, bindings } = nameReferences(residual.functions, residual.references, names);
  const module: IrModule = { file, functions, bindings };
  const declarations: t.Statement[] = [];
  const done = new Set<string>();
  const needed = neededBy(residual.sites, residual.references, functions, usedBy);
  const declare = (key: string): void => {
    const reference = residual.references.get(key);
    if (reference === undefined || done.has(key)) return;
    done.add(key);
    if (reference.kind === "path") {
      const base = residual.references.get(reference.base);
      if (base === undefined) return;
      declarations.push(
        constant(names.of(key, reference), pathExpression(names.of(reference.base, base), reference.path)),
      );
    }
    if (reference.kind === "data")
      declarations.push(constant(names.of(key, reference), printData(reference.data, nameOfPart)));
    if (reference.kind === "template")
      declarations.push(constant(names.of(key, reference), templateStrings(reference)));
    if (reference.kind === "function") {
      declareAll(reference.id);
      const made = restructure(module, reference.id);
      const isArrow = functions[reference.id]?.kind === "arrow";
      const name = names.of(key, reference);
      declarations.push(isArrow ? constant(name, made) : declaration(name, made));
    }
  };
  const nameOfPart = (part: string): string | null => {
    const key = `$ref:data ${part}`;
    const reference = needed.has(key) ? residual.references.get(key) : undefined;
    if (reference === undefined) return null;
    declare(key);
    return names.of(key, reference);
  };
  const declareAll = (id: number): void => {
    for (const key of [...functionsIn(functions, id)].flatMap((f) => [...(usedBy.get(f) ?? [])])) declare(key);
  };
  const sites = residual.sites.map(({ origin, id }): EmittedSite => {
    declareAll(id);
    return { origin, expression: restructure(module, id) };
  });
  return { sites, declarations, imports: names.added };
}

/** All references that the code of the sites mentions, also in the functions that it calls. */
function neededBy(
  sites: readonly SiteResidual[],
  references: ReadonlyMap<string, Reference>,
  functions: readonly IrFunction[],
  usedBy: ReadonlyMap<number, ReadonlySet<string>>,
): ReadonlySet<string> {
  const needed = new Set<string>();
  const pending = sites.map(({ id }) => id);
  for (let id = pending.pop(); id !== undefined; id = pending.pop())
    for (const key of [...functionsIn(functions, id)].flatMap((f) => [...(usedBy.get(f) ?? [])])) {
      const reference = needed.has(key) ? undefined : references.get(key);
      needed.add(key);
      if (reference?.kind === "function") pending.push(reference.id);
    }
  return needed;
}

/** a function and the closures made in it, transitively */
function functionsIn(functions: readonly IrFunction[], id: number): ReadonlySet<number> {
  const found = new Set<number>([id]);
  for (const at of found)
    for (const block of functions[at]?.blocks ?? [])
      for (const step of block.instructions) {
        if (step.op === "closure") found.add(step.func);
        if (step.op !== "class") continue;
        if (step.definition.constructorFunction !== null) found.add(step.definition.constructorFunction.func);
        for (const member of step.definition.members) if (member.closure !== null) found.add(member.closure.func);
      }
  return found;
}

function constant(name: string, value: t.Expression): t.Statement {
  return build.variableDeclaration("const", [build.variableDeclarator(build.identifier(name), value)]);
}

/** A tag that gives the strings array back. */
function templateStrings({ cooked, raw }: Reference & { kind: "template" }): t.Expression {
  const quasis = raw.map((text, i) => {
    const own = cooked[i] ?? null;
    return build.templateElement(own === null ? { raw: text } : { raw: text, cooked: own }, i === raw.length - 1);
  });
  const holes = raw.slice(1).map(() => build.numericLiteral(0));
  const tag = build.arrowFunctionExpression([build.identifier("strings")], build.identifier("strings"));
  return build.taggedTemplateExpression(tag, build.templateLiteral(quasis, holes));
}

function declaration(name: string, fn: t.FunctionExpression | t.ArrowFunctionExpression): t.Statement {
  if (fn.type === "FunctionExpression")
    return build.functionDeclaration(build.identifier(name), fn.params as t.Identifier[], fn.body);
  const body = fn.body.type === "BlockStatement" ? fn.body : build.blockStatement([build.returnStatement(fn.body)]);
  return build.functionDeclaration(build.identifier(name), fn.params as t.Identifier[], body);
}
