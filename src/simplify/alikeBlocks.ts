/**
 * Groups of blocks that may end alike: the same last instruction, and behind it graphs of the same shape.
 *
 * Needs: a verified function. Promises: blocks that `matchBlocks` finds a match for are in one group.
 *
 * Algorithm: blocks are coloured by what they do, apart from slots and constants, then by that and the colours of what
 * they lead to, until no colour splits any more (Moore's minimization of automata).
 */
import { successorsOf } from "../ir/successorsOf.ts";
import type { Block, BlockId, IrFunction } from "../ir/types.ts";
import { shapeOf } from "./instructionShape.ts";
import { pastEmpty } from "./pastEmpty.ts";

export function alikeBlocks(fn: IrFunction): readonly (readonly BlockId[])[] {
  const targets = fn.blocks.map(({ terminator }) => successorsOf(terminator).map((to) => pastEmpty(fn, to)));
  const own = fn.blocks.map((block) => `${endOf(block)} ${block.instructions.map(shapeOf).join()}`);
  let colours = numbered(own);
  for (let count = 0; count < colours.count;) {
    const { ids } = colours;
    count = colours.count;
    colours = numbered(own.map((_, id) => `${ids[id]} ${targets[id]!.map((to) => ids[to]).join()}`));
  }
  const { ids } = colours;
  const groups = new Map<string, BlockId[]>();
  for (const block of fn.blocks) {
    const last = block.instructions[block.instructions.length - 1];
    if (last === undefined) continue;
    const key = `${endOf(block)} ${targets[block.id]!.map((to) => ids[to]).join()} ${shapeOf(last)}`;
    groups.set(key, [...(groups.get(key) ?? []), block.id]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

function endOf({ region, terminator }: Block): string {
  return `${region} ${terminator.op}`;
}

function numbered(texts: readonly string[]): { readonly ids: readonly number[]; readonly count: number } {
  const known = new Map<string, number>();
  const ids = texts.map((text) => {
    const id = known.get(text) ?? known.size;
    known.set(text, id);
    return id;
  });
  return { ids, count: known.size };
}
