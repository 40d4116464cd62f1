/** One file through the real stages; what the plugin and the command line call. */
import type * as t from "@babel/types";
import { reasonOfExhaustion, runWithin, timeLeft } from "../base/exhausted.ts";
import { rememberFor } from "../base/rememberFor.ts";
import type { Restructure } from "../emit/emitFile.ts";
import type { IrFunction, IrModule } from "../ir/types.ts";
import { lowerModule } from "../lower/lowerModule.ts";
import { asExpression, restructureFunction } from "../restructure/restructureFunction.ts";
import { decideTests } from "../simplify/decideTests.ts";
import { dropDeadStores } from "../simplify/dropDeadStores.ts";
import { dropRethrow } from "../simplify/dropRethrow.ts";
import { dropUnread } from "../simplify/dropUnread.ts";
import { joinTexts } from "../simplify/joinTexts.ts";
import { markOwnReads } from "../simplify/markOwnReads.ts";
import { mergeAlike } from "../simplify/mergeAlike.ts";
import { readOnce } from "../simplify/readOnce.ts";
import { reuseValues } from "../simplify/reuseValues.ts";
import { simplifyFunction } from "../simplify/simplifyFunction.ts";
import { sinkValues } from "../simplify/sinkValues.ts";
import { splitIrreducible } from "../simplify/splitIrreducible.ts";
import { threadTests } from "../simplify/threadTests.ts";
import { collectNames } from "../syntax/freshNames.ts";
import { enterLoopsDirectly } from "./enterLoopsDirectly.ts";
import { compileFile, StaysGeneric } from "./compileFile.ts";
import type { CompiledFile, CompileRequest } from "./compileTypes.ts";
import { specializeSites } from "./specializeSites.ts";

export function compileSites(request: CompileRequest): CompiledFile {
  const { builtins } = request.options.assume;
  const simplifiedOf = rememberFor((module: IrModule): IrModule => ({
    ...module,
    functions: module.functions.map((fn) => simplify(fn, builtins)),
  }));
  return compileFile(request, {
    lower,
    specialize: (graph, file, { limits, assume, checkAssumptions }) =>
      specializeSites(graph, file, limits, assume, undefined, undefined, checkAssumptions),
    restructure: (module, id) => restructure(simplifiedOf(module), id),
  });
}

/** how often tests are gone through; there has been nothing left for a fourth time */
const ROUNDS = 4;

const lower = rememberFor((ast: t.File, file: string): IrModule => lowerModule(ast, file));

/** What cannot be simplified in half of the time that is left is left as it is: other functions wait behind it. */
function simplify(fn: IrFunction, trustsBuiltins: boolean): IrFunction {
  if (fn.opaque !== null) return fn;
  try {
    return runWithin(timeLeft() / 2, () => {
      const tidied = simplifyFunction(
        dropRethrow(simplifyFunction(markOwnReads(enterLoopsDirectly(fn), trustsBuiltins))),
      );
      const decided = settleTests(simplifyFunction(dropUnread(tidied, trustsBuiltins)));
      const merged = simplifyFunction(mergeAlike(dropDeadStores(decided)));
      const simple = simplifyFunction(joinTexts(dropDeadStores(readOnce(merged))));
      // more copies than that are too much code: where to go is noted in a variable then (makeReducible)
      const split = splitIrreducible(simple, Math.max(8, simple.blocks.length >> 2)) ?? simple;
      return sinkValues(split === simple ? simple : simplifyFunction(split));
    });
  } catch (error) {
    if (reasonOfExhaustion(error) === null) throw error;
    return fn;
  }
}

/** Tests that need not be made, and what is computed for them, until there are no more: one that is gone may decide others. */
function settleTests(fn: IrFunction): IrFunction {
  let at = fn;
  for (let round = 0; round < ROUNDS; round++) {
    const before = at;
    at = simplifyFunction(threadTests(simplifyFunction(decideTests(simplifyFunction(reuseValues(at))))));
    if (at === before) break;
  }
  return at;
}

const restructure: Restructure = (module, id) => {
  const fn = module.functions[id];
  const done = restructureFunction(module, id);
  if (fn === undefined || !done.ok) throw new StaysGeneric(done.ok ? "no such function" : done.reason);
  const expression = asExpression(fn, done);
  // Its own name would hide the generic function of that name from the code inside.
  const inner = [...expression.params, expression.body].flatMap((node) => [...collectNames(node)]);
  if (expression.type === "FunctionExpression" && inner.includes(fn.name)) expression.id = null;
  return expression;
};
