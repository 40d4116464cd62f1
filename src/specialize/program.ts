/**
 * The program as the specializer needs it: the functions of all modules, found by file and id, with what is computed once
 * per function (positions of blocks, liveness). Built by the pipeline from the module graph; look-ups travel as methods.
 */
import { rememberFor } from "../base/rememberFor.ts";
import { blockOrder } from "../ir/blockOrder.ts";
import { liveIn } from "../ir/liveness.ts";
import { operandsOf, writtenSlots } from "../ir/operands.ts";
import { successorsOf } from "../ir/successorsOf.ts";
import type {
  BlockId,
  Instruction,
  IrFunction,
  IrModule,
  Operand,
  Region,
  RegionId,
  Slot,
  Terminator,
} from "../ir/types.ts";

/** Where a name of a module leads. */
export type BindingTarget =
  | { readonly kind: "local"; readonly file: string; readonly name: string }
  | { readonly kind: "external"; readonly module: string; readonly name: string }
  | { readonly kind: "namespace"; readonly file: string };

/** A module of the program. */
export interface ProgramFile {
  readonly ir: IrModule;
  readonly kind: "esm" | "cjs" | "json";
  /** files that it imports or requires */
  readonly dependencies: readonly string[];
}

export interface ProgramSource {
  /** modules in evaluation order */
  readonly order: readonly string[];
  /** those that are evaluated of themselves, in order: all but what only a `require` of a cjs module reaches */
  readonly roots: readonly string[];
  module(file: string): ProgramFile | null;
  resolveBinding(file: string, name: string): BindingTarget | null;
  exportsOf(file: string): readonly string[];
  resolveExport(file: string, name: string): BindingTarget | null;
  /** cjs: what `require(specifier)` in `file` leads to */
  resolveRequire(file: string, specifier: string): string | null;
}

/** A function of the program with its derived facts. */
export interface Code {
  readonly key: string;
  readonly file: string;
  readonly ir: IrFunction;
  /** position of each block in a loop-contiguous order */
  readonly order: readonly number[];
  /** true: more than one edge leads here, or it heads a loop */
  readonly isMerge: readonly boolean[];
  readonly isLoopHeader: readonly boolean[];
  /** loop headers: the greatest position in their loop */
  readonly loopEnd: readonly number[];
  /** slots live before the instruction at (block, index) */
  liveAt(block: BlockId, index: number): readonly Slot[];
}

export class Program {
  private readonly codes = new Map<string, Code>();

  constructor(readonly source: ProgramSource) {}

  /** The function with this id in this file. */
  code(file: string, id: number): Code {
    const key = `${file}#${id}`;
    let code = this.codes.get(key);
    if (code === undefined) {
      const ir = this.source.module(file)?.ir.functions[id];
      if (ir === undefined) throw new Error(`no function ${key}`);
      code = codeOf(ir, key, file);
      this.codes.set(key, code);
    }
    return code;
  }
}

const codeOf = rememberFor(deriveCode);

function deriveCode(ir: IrFunction, key: string, file: string): Code {
  if (ir.opaque !== null) {
    return { key, file, ir, order: [], isMerge: [], isLoopHeader: [], loopEnd: [], liveAt: () => [] };
  }
  const order = blockOrder(ir);
  const entering = new Array<number>(ir.blocks.length).fill(0);
  const isLoopHeader = new Array<boolean>(ir.blocks.length).fill(false);
  const loopEnd = [...order];
  for (const block of ir.blocks) {
    for (const to of successorsOf(block.terminator)) {
      entering[to] = (entering[to] ?? 0) + 1;
      const from = order[block.id] ?? 0;
      if ((order[to] ?? 0) > from) continue;
      isLoopHeader[to] = true;
      loopEnd[to] = Math.max(loopEnd[to] ?? 0, from);
    }
  }
  const live = liveIn(ir);
  const cache = new Map<number, readonly Slot[]>();
  const liveAt = (block: BlockId, index: number): readonly Slot[] => {
    const at = block * 65536 + index;
    let slots = cache.get(at);
    if (slots === undefined) {
      slots = liveBefore(ir, live, block, index);
      cache.set(at, slots);
    }
    return slots;
  };
  return {
    key,
    file,
    ir,
    order,
    isMerge: entering.map((n, b) => n > 1 || isLoopHeader[b] === true),
    isLoopHeader,
    loopEnd,
    liveAt,
  };
}

function liveBefore(
  ir: IrFunction,
  live: readonly ReadonlySet<Slot>[],
  block: BlockId,
  index: number,
): readonly Slot[] {
  const body = ir.blocks[block];
  if (body === undefined) return [];
  if (index === 0) return [...(live[block] ?? [])].sort((a, b) => a - b);
  const alive = new Set<Slot>();
  for (const to of successorsOf(body.terminator)) for (const slot of live[to] ?? []) alive.add(slot);
  const steps: (Instruction | Terminator)[] = [...body.instructions, body.terminator];
  for (let i = steps.length - 1; i >= index; i--) {
    const step = steps[i];
    if (step === undefined) continue;
    for (const slot of writtenSlots(step)) alive.delete(slot);
    for (const operand of operandsOf(step)) if (isSlot(operand)) alive.add(operand);
  }
  // whatever a later step writes first: an exception before it leaves the old value to the handler
  const handler = handlerOf(ir, body.region);
  for (const slot of handler === null ? [] : (live[handler.handler] ?? []))
    if (slot !== handler?.exception) alive.add(slot);
  return [...alive].sort((a, b) => a - b);
}

/** The try region whose handler takes an exception in this region. */
function handlerOf(ir: IrFunction, region: RegionId | null): (Region & { kind: "try" }) | null {
  for (let r = region; r !== null; r = ir.regions[r]?.parent ?? null) {
    const info = ir.regions[r];
    if (info?.kind === "try") return info;
  }
  return null;
}

/** True for a slot, false for a constant. */
export function isSlot(operand: Operand): operand is Slot {
  return typeof operand === "number";
}
