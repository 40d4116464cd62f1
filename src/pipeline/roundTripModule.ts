/**
 * A module in which every outermost function has been lowered and restructured: it means what it meant. What cannot be
 * lowered or written back stays as it is, with the reason. The option `roundTrip` of the plugin, and the test of both
 * stages on real code.
 */
import type { IrFunction, IrModule } from "../ir/types.ts";
import { lowerModule } from "../lower/lowerModule.ts";
import { restructureFunction } from "../restructure/restructureFunction.ts";
import { simplifyFunction } from "../simplify/simplifyFunction.ts";
import { t } from "../syntax/babel.ts";

export interface RoundTrip {
  readonly ast: t.File;
  /** names of the functions that were written anew */
  readonly replaced: readonly string[];
  readonly kept: readonly { readonly name: string; readonly reason: string; readonly origin: IrFunction["origin"] }[];
}

export function roundTripModule(ast: t.File, file: string): RoundTrip {
  const copy = t.cloneNode(ast, true, false);
  const lowered = lowerModule(copy, file);
  const module: IrModule = {
    ...lowered,
    functions: lowered.functions.map((fn) => (fn.opaque === null ? simplifyFunction(fn) : fn)),
  };
  const replaced: string[] = [];
  const kept: { name: string; reason: string; origin: IrFunction["origin"] }[] = [];
  for (const fn of module.functions) {
    if (fn.kind === "module" || fn.kind === "initializer" || (fn.parent !== null && fn.parent !== 0)) continue;
    const made =
      fn.opaque === null ? restructureFunction(module, fn.id) : { ok: false as const, reason: fn.opaque.reason };
    if (made.ok && t.isFunction(fn.syntax as t.Node)) {
      replace(fn.syntax as t.Function, made);
      replaced.push(fn.name);
    } else kept.push({ name: fn.name, reason: made.ok ? "no function in the source" : made.reason, origin: fn.origin });
  }
  return { ast: copy, replaced, kept };
}

function replace(
  node: t.Function,
  { params, body }: { readonly params: t.Function["params"]; readonly body: t.BlockStatement },
): void {
  if (t.isBlockStatement(node.body)) body.directives = node.body.directives;
  node.params = params as typeof node.params;
  node.returnType = null;
  node.typeParameters = null;
  if (!t.isArrowFunctionExpression(node)) {
    node.body = body;
    return;
  }
  const [only] = body.body;
  const isConcise =
    body.body.length === 1 && body.directives.length === 0 && t.isReturnStatement(only) && only.argument;
  node.expression = Boolean(isConcise);
  node.body = isConcise ? only.argument! : body;
}
