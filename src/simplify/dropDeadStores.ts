/**
 * A write of plain data that another one to the same field goes over, before anything can have read it, is dropped.
 *
 *   b.len = 0; b.tail = 16; b.len = 92;   =>   b.tail = 16; b.len = 92;
 *
 * Needs: a verified function whose plain reads and writes are marked. Promises: whoever else runs (a call, a getter, an
 * operator that converts an object, a handler, the caller) finds the same in every field; no write is moved. The field was
 * there before the first write, so that the order of an object's properties is the same too.
 *
 * Algorithm: backward data flow of the fields that are written on every way on, before a read of their name. A field is a
 * slot and a name; where the slot is written it holds another object.
 *
 * After: Muchnick, "Advanced compiler design and implementation", 1997, section 18.10.
 */
import { Worklist } from "../base/worklist.ts";
import { writtenSlots } from "../ir/operands.ts";
import { successorsOf } from "../ir/successorsOf.ts";
import type { Block, BlockId, Instruction, IrFunction, Slot, Terminator } from "../ir/types.ts";
import { fieldEffect } from "./fieldEffect.ts";

/** By object, the names of its fields. */
type Fields = Map<Slot, Set<string>>;

export function dropDeadStores(fn: IrFunction): IrFunction {
  if (!fn.blocks.some(({ instructions }) => instructions.some((step) => fieldEffect(step).kind === "writes")))
    return fn;
  const written = writtenBehind(fn);
  let changed = false;
  const blocks = fn.blocks.map((block): Block => {
    const fields = atEnd(fn, block, written);
    if (fields === "all") return block;
    const kept: Instruction[] = [];
    for (const step of [...block.instructions].reverse()) {
      const effect = fieldEffect(step);
      const isThere = step.op === "setProp" && step.isThere === true;
      if (effect.kind === "writes" && isThere && fields.get(effect.object)?.has(effect.name) === true) changed = true;
      else kept.push(step);
      before(fields, step);
    }
    return kept.length === block.instructions.length ? block : { ...block, instructions: kept.reverse() };
  });
  return changed ? { ...fn, blocks } : fn;
}

/** What is written behind the start of each block; "all": nothing is known yet. */
type Written = readonly (Fields | "all")[];

function writtenBehind(fn: IrFunction): Written {
  const predecessors = fn.blocks.map((): BlockId[] => []);
  for (const block of fn.blocks) for (const to of successorsOf(block.terminator)) predecessors[to]!.push(block.id);
  const ending = endingBlocks(fn, predecessors);
  // a loop that nothing ends runs for ever, and what it calls sees what was written in front of it
  const written = fn.blocks.map(({ id }): Fields | "all" => (ending.has(id) ? "all" : new Map<Slot, Set<string>>()));
  const work = new Worklist<BlockId>(fn.blocks.map(({ id }) => id).reverse());
  for (let id = work.take(); id !== undefined; id = work.take()) {
    const block = fn.blocks[id]!;
    const fields = atEnd(fn, block, written);
    if (fields === "all" || !ending.has(id)) continue;
    for (const step of [...block.instructions].reverse()) before(fields, step);
    const known = written[id]!;
    if (known !== "all" && sizeOf(known) === sizeOf(fields)) continue;
    written[id] = fields;
    for (const from of predecessors[id]!) work.add(from);
  }
  return written;
}

/** Blocks from which control can come to an end that `atEnd` knows nothing behind. */
function endingBlocks(fn: IrFunction, predecessors: readonly (readonly BlockId[])[]): ReadonlySet<BlockId> {
  const ending = new Set(fn.blocks.filter(({ terminator }) => !leadsOn(terminator)).map(({ id }) => id));
  for (const id of ending) for (const from of predecessors[id]!) ending.add(from);
  return ending;
}

function leadsOn({ op }: Terminator): boolean {
  return op === "jump" || op === "branch" || op === "switch";
}

/** A set of its own. */
function atEnd(fn: IrFunction, block: Block, written: Written): Fields | "all" {
  const { terminator, region } = block;
  if (!leadsOn(terminator)) return new Map();
  let fields: Fields | "all" = "all";
  for (const to of successorsOf(terminator)) {
    // leaving a loop over an iterator may run code of the program
    const there = fn.blocks[to]!.region === region ? written[to]! : new Map<Slot, Set<string>>();
    if (there === "all") continue;
    fields =
      fields === "all" ? new Map([...there].map(([slot, names]) => [slot, new Set(names)])) : common(fields, there);
  }
  return fields;
}

function common(one: Fields, other: Fields): Fields {
  const both: Fields = new Map();
  for (const [slot, names] of one) {
    const twin = other.get(slot);
    const kept = [...names].filter((name) => twin?.has(name) === true);
    if (kept.length > 0) both.set(slot, new Set(kept));
  }
  return both;
}

/** From behind the step to in front of it, in place. */
function before(fields: Fields, step: Instruction): void {
  for (const slot of writtenSlots(step)) fields.delete(slot);
  const effect = fieldEffect(step);
  if (effect.kind === "anything") fields.clear();
  if (effect.kind === "reads") for (const names of fields.values()) names.delete(effect.name);
  if (effect.kind === "writes") {
    const names = fields.get(effect.object) ?? new Set<string>();
    fields.set(effect.object, names.add(effect.name));
  }
}

function sizeOf(fields: Fields): number {
  let size = 0;
  for (const names of fields.values()) size += names.size;
  return size;
}
