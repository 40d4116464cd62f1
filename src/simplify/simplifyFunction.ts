/**
 * Small rewrites of one function to a fixed point. Works on any graph, of the source or residual. Each rewrite makes
 * the graph smaller or its ends simpler, so the loop ends; the order is the one in which each finds most to do.
 */
import type { IrFunction } from "../ir/types.ts";
import { dropDead } from "./dropDead.ts";
import { dropUnreachable } from "./dropUnreachable.ts";
import { foldBranches } from "./foldBranches.ts";
import { foldConstants } from "./foldConstants.ts";
import { oneCase } from "./oneCase.ts";
import { propagateCopies } from "./propagateCopies.ts";
import { threadJumps } from "./threadJumps.ts";

const passes: readonly ((fn: IrFunction) => IrFunction)[] = [
  propagateCopies,
  foldConstants,
  oneCase,
  foldBranches,
  threadJumps,
  dropUnreachable,
  dropDead,
];

export function simplifyFunction(fn: IrFunction): IrFunction {
  if (fn.opaque !== null) return fn;
  let at = fn;
  for (let before: IrFunction | null = null; before !== at;) {
    before = at;
    for (const pass of passes) at = pass(at);
  }
  return at;
}
