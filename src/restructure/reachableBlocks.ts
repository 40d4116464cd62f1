/** Blocks that control can reach, exceptional edges included: a handler is reached from where its region is entered. */
import type { BlockId, IrFunction, Terminator } from "../ir/types.ts";

export function reachableBlocks(fn: IrFunction): BlockId[] {
  const seen = new Set<BlockId>([fn.entry]);
  for (const id of seen) for (const to of targetsOf(fn, fn.blocks[id]!.terminator)) seen.add(to);
  return [...seen];
}

/** One entry per edge. */
export function targetsOf(fn: IrFunction, end: Terminator): BlockId[] {
  switch (end.op) {
    case "jump":
      return [end.to];
    case "branch":
      return [end.then, end.else];
    case "switch":
      return [...end.cases.map((c) => c.to), end.default];
    case "enterTry": {
      const region = fn.regions[end.region]!;
      return region.kind === "try" ? [end.body, region.handler] : [end.body];
    }
    case "enterForOf":
    case "enterForIn":
      return [end.next];
    case "forOfNext":
    case "forInNext":
      return [end.body, end.exit];
    default:
      return [];
  }
}
