/**
 * Purpose: throws an invariant violation when a function breaks the rules of the graph.
 * Checks: ids in range and equal to their index; slots in range; each slot read has been written on every path (or is
 * filled at entry); regions nest, are entered only through their enter terminator and left outward; `forOfNext` and
 * `forInNext` stand alone in a block of their own region.
 * Algorithm: one pass over blocks for the shape, one forward data flow (intersection over edges, exceptional ones
 * included) for the writes.
 */
import { invariant } from "../base/invariant.ts";
import { Worklist } from "../base/worklist.ts";
import { operandsOf, writtenSlots } from "./operands.ts";
import { successorsOf } from "./successorsOf.ts";
import type { Block, BlockId, Instruction, IrFunction, RegionId, Slot, Terminator } from "./types.ts";

export function verifyFunction(fn: IrFunction): void {
  if (fn.opaque !== null) return;
  invariant(fn.blocks[fn.entry] !== undefined, () => `${describe(fn)}: no entry block`);
  fn.blocks.forEach((block, id) =>
    invariant(block.id === id, () => `${describe(fn)}: block ${id} says it is ${block.id}`),
  );
  fn.regions.forEach((region, id) => {
    invariant(region.id === id, () => `${describe(fn)}: region ${id} says it is ${region.id}`);
    invariant(
      region.parent === null || (region.parent !== id && fn.regions[region.parent] !== undefined),
      () => `${describe(fn)}: parent of region ${id}`,
    );
    if (region.kind !== "try") return;
    const handler = fn.blocks[region.handler];
    invariant(
      handler !== undefined && handler.region === region.parent,
      () => `${describe(fn)}: handler of region ${id} lies in region ${handler?.region}`,
    );
  });
  invariant(fn.blocks[fn.entry]!.region === null, () => `${describe(fn)}: the entry lies in a region`);
  for (const block of fn.blocks) verifyBlock(fn, block);
  verifyWrites(fn);
}

function describe(fn: IrFunction): string {
  return `function #${fn.id} ${fn.name}${fn.origin === undefined ? "" : ` (${fn.origin.file}:${fn.origin.line})`}`;
}

/** `inner` is `outer` or lies in it. */
function isWithin(fn: IrFunction, inner: RegionId | null, outer: RegionId | null): boolean {
  for (let r = inner; ; r = fn.regions[r]!.parent) {
    if (r === outer) return true;
    if (r === null) return false;
  }
}

function verifyBlock(fn: IrFunction, block: Block): void {
  const where = (): string => `${describe(fn)}, block ${block.id}`;
  invariant(
    block.region === null || fn.regions[block.region] !== undefined,
    () => `${where()}: no region ${block.region}`,
  );
  for (const step of [...block.instructions, block.terminator]) {
    for (const slot of [...operandsOf(step).filter((o): o is Slot => typeof o === "number"), ...writtenSlots(step)])
      invariant(fn.slots[slot] !== undefined, () => `${where()}: no slot ${slot} (${step.op})`);
  }
  for (const to of successorsOf(block.terminator)) {
    const target = fn.blocks[to];
    invariant(target !== undefined, () => `${where()}: leads to block ${to}, which is not there`);
    verifyEdge(fn, block, block.terminator, target, where);
  }
  const { terminator } = block;
  if (terminator.op === "forOfNext" || terminator.op === "forInNext") {
    invariant(
      block.instructions.length === 0 && block.region === terminator.region,
      () => `${where()}: ${terminator.op} is not alone in its region`,
    );
    invariant(
      fn.regions[terminator.region]?.kind === (terminator.op === "forOfNext" ? "forOf" : "forIn"),
      () => `${where()}: kind of region`,
    );
  }
}

function verifyEdge(fn: IrFunction, block: Block, terminator: Terminator, target: Block, where: () => string): void {
  const { op } = terminator;
  if (op === "enterTry" || op === "enterForOf" || op === "enterForIn") {
    const region = fn.regions[terminator.region];
    invariant(
      region !== undefined && region.parent === block.region && target.region === terminator.region,
      () => `${where()}: enters region ${terminator.region} wrongly`,
    );
    const next = target.terminator.op;
    invariant(
      op === "enterTry" ||
        (target.instructions.length === 0 && next === (op === "enterForOf" ? "forOfNext" : "forInNext")),
      () => `${where()}: no next after ${op}`,
    );
    return;
  }
  invariant(isWithin(fn, block.region, target.region), () => `${where()}: jumps into region ${target.region}`);
}

function verifyWrites(fn: IrFunction): void {
  const filled = new Set<Slot>([...fn.params, ...fn.captures.map((c) => c.slot)]);
  for (const slot of [fn.rest, fn.thisSlot, fn.argumentsSlot, fn.newTargetSlot, fn.selfSlot])
    if (slot !== null) filled.add(slot);
  const written = fn.blocks.map((): Set<Slot> | null => null);
  written[fn.entry] = filled;
  const work = new Worklist<BlockId>([fn.entry]);
  const flow = (to: BlockId, slots: ReadonlySet<Slot>): void => {
    const known = written[to];
    if (known === null || known === undefined) {
      written[to] = new Set(slots);
      work.add(to);
      return;
    }
    let changed = false;
    for (const slot of known) {
      if (slots.has(slot)) continue;
      known.delete(slot);
      changed = true;
    }
    if (changed) work.add(to);
  };
  for (let id = work.take(); id !== undefined; id = work.take()) {
    const block = fn.blocks[id]!;
    const now = new Set(written[id]);
    const handler = handlerOf(fn, block.region);
    if (handler !== null) flow(handler.handler, new Set([...now, handler.exception]));
    for (const step of [...block.instructions, block.terminator]) for (const slot of writtenSlots(step)) now.add(slot);
    for (const to of successorsOf(block.terminator)) flow(to, now);
  }
  for (const block of fn.blocks) {
    const now = written[block.id];
    if (now) verifyReads(fn, block, new Set(now));
  }
}

function verifyReads(fn: IrFunction, block: Block, now: Set<Slot>): void {
  const steps: (Instruction | Terminator)[] = [...block.instructions, block.terminator];
  for (const step of steps) {
    for (const operand of operandsOf(step))
      invariant(
        typeof operand !== "number" || now.has(operand),
        () =>
          `${describe(fn)}, block ${block.id}: ${step.op} reads slot ${String(operand)} (${fn.slots[operand as Slot]?.name ?? "temporary"}), which may not be written`,
      );
    for (const slot of writtenSlots(step)) now.add(slot);
  }
}

function handlerOf(
  fn: IrFunction,
  region: RegionId | null,
): { readonly handler: BlockId; readonly exception: Slot } | null {
  for (let r = region; r !== null; r = fn.regions[r]!.parent) {
    const info = fn.regions[r]!;
    if (info.kind === "try") return info;
  }
  return null;
}
