/**
 * Control-flow graph back to readable, structured JavaScript.
 *
 * Needs: a verified module; the function may be as lower made it or a residual one. Promises: syntax that means the same,
 * nested functions printed in place, no node shared with anything; or a reason why there is none.
 *
 * Steps: write out what has no syntax of its own (iterators by steps, the rest of an object), nest expressions (straight lines to trees), copy small ends, structure (dominator tree), tidy jumps, shape loops,
 * place declarations, choose names, print.
 */
import type { FunctionId, IrFunction, IrModule, Slot } from "../ir/types.ts";
import { t } from "../syntax/babel.ts";
import { FreshNames } from "../syntax/freshNames.ts";
import type { CellUses } from "./cellUses.ts";
import { cellUses } from "./cellUses.ts";
import type { MadeFunction } from "./closuresIn.ts";
import { coalesceSlots } from "./coalesceSlots.ts";
import { copyCaptured } from "./copyCaptured.ts";
import { duplicateReturns } from "./duplicateReturns.ts";
import { expandIterators } from "./expandIterators.ts";
import { expandObjectRest } from "./expandObjectRest.ts";
import { renameFree } from "./freeNames.ts";
import { joinObjectPatterns } from "./joinObjectPatterns.ts";
import { isKeyword, nameSlots } from "./nameSlots.ts";
import { makeReducible } from "./makeReducible.ts";
import { nestExpressions } from "./nestExpressions.ts";
import { parameterDefaults } from "./parameterDefaults.ts";
import { placeDeclarations } from "./placeDeclarations.ts";
import { printClass } from "./printClass.ts";
import { conciseBody, printNamed } from "./printClosure.ts";
import { printConstant, printExpression } from "./printExpression.ts";
import type { FunctionParts, PrintContext, Reference } from "./printing.ts";
import { printStatements } from "./printStatements.ts";
import { shapeLoops } from "./shapeLoops.ts";
import { skipEmptyNodes } from "./skipEmptyNodes.ts";
import { structureGraph } from "./structureGraph.ts";
import { tidyStatements } from "./tidyStatements.ts";
import type { Label, List, Tree } from "./tree.ts";
import { Refusal } from "./tree.ts";
import { usedNames } from "./usedNames.ts";

export interface RestructureOptions {
  /** what the function's captures are called where it will stand; their source names when not given */
  readonly captures?: readonly t.Expression[];
  /** names that must not be given to variables, besides those the function uses */
  readonly reserved?: ReadonlySet<string>;
}

export type Restructured =
  | { readonly ok: true; readonly params: FunctionParts["params"]; readonly body: t.BlockStatement }
  | { readonly ok: false; readonly reason: string };

/** Parameters and body of a function. */
export function restructureFunction(module: IrModule, id: FunctionId, options: RestructureOptions = {}): Restructured {
  const session: Session = {
    module,
    cells: cellUses(module),
    names: usedNames(module),
    reserved: options.reserved ?? new Set(),
  };
  const fn = module.functions[id]!;
  const captures = fn.captures.map(({ name, slot }, i): Reference => {
    const given = options.captures?.[i];
    if (given !== undefined) return () => t.cloneNode(given);
    return isKeyword(fn.slots[slot]!) ? keyword(fn, slot) : () => t.identifier(name);
  });
  try {
    const parts = functionParts(session, id, captures, fn.strict);
    if (parts.opaque !== null) return { ok: false, reason: fn.opaque?.reason ?? "not lowered" };
    return { ok: true, params: parts.params, body: parts.body };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.message };
    throw error;
  }
}

/** The function as an expression: an arrow for arrows, else a function with its own name, if it is one. */
export function asExpression(
  fn: IrFunction,
  { params, body }: { readonly params: FunctionParts["params"]; readonly body: t.BlockStatement },
): t.FunctionExpression | t.ArrowFunctionExpression {
  if (fn.kind === "arrow") return t.arrowFunctionExpression(params, conciseBody(body));
  return t.functionExpression(t.isValidIdentifier(fn.name) ? t.identifier(fn.name) : null, params, body);
}

interface Session {
  readonly module: IrModule;
  readonly cells: CellUses;
  readonly names: (func: FunctionId) => ReadonlySet<string>;
  readonly reserved: ReadonlySet<string>;
}

function keyword(fn: IrFunction, slot: Slot): Reference {
  switch (fn.slots[slot]!.kind) {
    case "this":
      return () => t.thisExpression();
    case "arguments":
      return () => t.identifier("arguments");
    default:
      return () => t.metaProperty(t.identifier("new"), t.identifier("target"));
  }
}

function functionParts(
  session: Session,
  id: FunctionId,
  captures: readonly Reference[],
  strictAround: boolean,
): FunctionParts {
  const fn = session.module.functions[id]!;
  if (fn.opaque !== null) return opaqueParts(fn, captures);
  const { graph, facts, effects } = nestExpressions(session.module, copyCaptured(writtenOut(fn)));
  const joined = coalesceSlots(makeReducible(graph, facts, isResidual(fn)), facts, isResidual(fn));
  const prepared = joined.fn;
  const tidied = tidyStatements(structureGraph(skipEmptyNodes(duplicateReturns(joined, facts))), effects);
  const { defaults, body } = parameterDefaults(prepared, shapeLoops(tidied, facts));
  const declarations = placeDeclarations(prepared, body, session.cells);
  const references = new Map<Slot, Reference>();
  const reserved = new Set([...session.names(id), ...session.reserved]);
  prepared.captures.forEach(({ slot }, i) => {
    references.set(slot, captures[i]!);
    const printed = captures[i]!();
    if (t.isIdentifier(printed)) reserved.add(printed.name);
  });
  const names = nameSlots({ module: session.module, fn: prepared, declarations, reserved, values: firstValues(body) });
  for (const [slot, name] of names) references.set(slot, () => t.identifier(name));
  if (prepared.selfSlot !== null && (names.get(prepared.selfSlot) ?? fn.name) !== fn.name)
    throw new Refusal("a function that needs its own name for itself and for another variable");
  const ctx = printContext(session, prepared, {
    facts,
    declarations,
    references,
    taken: new Set([...reserved, ...names.values()]),
  });
  const params = prepared.params.map((slot, i): t.Identifier | t.AssignmentPattern => {
    const param = (references.get(slot) ?? (() => t.identifier(`unused$${i}`)))() as t.Identifier;
    const value = defaults.get(i);
    if (value !== undefined) return t.assignmentPattern(param, printNamed(ctx, value, param.name));
    return i === fn.length ? t.assignmentPattern(param, t.identifier("undefined")) : param;
  });
  const rest = prepared.rest === null ? [] : [t.restElement(ctx.reference(prepared.rest) as t.Identifier)];
  return {
    id,
    params: [...params, ...rest],
    body: block(ctx.statements(body), fn.strict && !strictAround),
    opaque: null,
  };
}

/** What has no syntax of its own becomes what has. */
function writtenOut(fn: IrFunction): IrFunction {
  return expandIterators(expandObjectRest(joinObjectPatterns(fn)));
}

/** Made by the specializer: its variables are values of variables at some time. */
function isResidual(fn: IrFunction): boolean {
  return fn.syntax === undefined;
}

function block(statements: t.Statement[], isStrict: boolean): t.BlockStatement {
  return t.blockStatement(statements, isStrict ? [t.directive(t.directiveLiteral("use strict"))] : []);
}

function opaqueParts(fn: IrFunction, captures: readonly Reference[]): FunctionParts {
  if (fn.syntax === undefined) throw new Refusal("a function without syntax");
  const names = new Map(fn.captures.map(({ name }, i) => [name, captures[i]!]));
  return { id: fn.id, params: [], body: t.blockStatement([]), opaque: renameFree(fn.syntax as t.Node, names) };
}

interface Printed {
  readonly facts: PrintContext["facts"];
  readonly declarations: PrintContext["declarations"];
  readonly references: Map<Slot, Reference>;
  readonly taken: ReadonlySet<string>;
}

function printContext(
  session: Session,
  fn: IrFunction,
  { facts, declarations, references, taken }: Printed,
): PrintContext {
  const holes = new Map<Slot, t.Expression>();
  const labels = labelNames();
  const fresh = new FreshNames(taken);
  const reference = (slot: Slot): t.Expression => {
    const hole = holes.get(slot);
    if (hole !== undefined) return hole;
    const known = references.get(slot);
    if (known !== undefined) return known();
    if (isKeyword(fn.slots[slot]!)) return keyword(fn, slot)();
    throw new Refusal(`slot ${slot} is never written`);
  };
  const ctx: PrintContext = {
    module: session.module,
    fn,
    facts,
    declarations,
    holes,
    reference,
    labelName: labels,
    freshName: (hint) => fresh.fresh(hint),
    expression: (tree: Tree) => printExpression(ctx, tree),
    named: (tree, name) => (isMade(tree) ? printNamed(ctx, tree, name) : printExpression(ctx, tree)),
    statements: (list: List) => printStatements(ctx, list),
    classExpression: (tree, name) => printClass(ctx, tree, name),
    functionParts: ({ func, captures }: MadeFunction, inClass = false) =>
      functionParts(
        session,
        func,
        captures.map((c) => captureReference(c, ctx, session.module.functions[func]!, fn)),
        fn.strict || inClass,
      ),
  };
  return ctx;
}

function isMade(tree: Tree): boolean {
  return tree.kind === "operation" && (tree.step.op === "closure" || tree.step.op === "class");
}

/** `this` and its like are the same in an arrow, and no names in another function. */
function captureReference(capture: Tree, ctx: PrintContext, inner: IrFunction, fn: IrFunction): Reference {
  if (capture.kind === "constant") return () => printConstant(capture.value);
  if (capture.kind !== "slot") throw new Error("a captured value that has no slot");
  const { slot } = capture;
  if (isKeyword(fn.slots[slot]!) && inner.kind !== "arrow" && inner.kind !== "initializer")
    throw new Refusal("this of one function captured by another");
  return () => ctx.reference(slot);
}

function labelNames(): (label: Label) => string {
  const names = new Map<string, string>();
  let loops = 0;
  let blocks = 0;
  return ({ kind, node }) => {
    const key = `${kind === "break" ? "block" : "loop"} ${node}`;
    const known = names.get(key);
    if (known !== undefined) return known;
    const count = kind === "break" ? blocks++ : loops++;
    const name = `${kind === "break" ? "done" : "outer"}${count === 0 ? "" : `$${count}`}`;
    names.set(key, name);
    return name;
  };
}

/** What each slot is assigned first, in the order of the text. */
function firstValues(body: List): Map<Slot, Tree> {
  const values = new Map<Slot, Tree>();
  const visit = (list: List): void => {
    for (const at of list) {
      if (at.kind === "line" && at.line.dst !== null && !values.has(at.line.dst)) values.set(at.line.dst, at.line.tree);
      if (at.kind === "if") [at.then, at.else].forEach(visit);
      else if (at.kind === "try") [at.body, at.handler].forEach(visit);
      else if (at.kind === "switch") at.clauses.forEach((c) => visit(c.body));
      else if ("body" in at) visit(at.body);
    }
  };
  visit(body);
  return values;
}
