/**
 * A function's graph while it is being written: slots, regions, blocks, and the block that instructions go to. After a
 * terminator instructions go to a block nobody reaches, until the next `start`; `finish` drops those.
 */
import { definitely, invariant } from "../base/invariant.ts";
import { type t } from "../syntax/babel.ts";
import type {
  Block,
  BlockId,
  Instruction,
  Operand,
  Origin,
  Region,
  RegionId,
  Slot,
  SlotInfo,
  Terminator,
} from "../ir/types.ts";
import type { OpenBlock } from "./openBlock.ts";
import { originOf } from "./originOf.ts";
import { tidyBlocks } from "./tidyBlocks.ts";

/** `Omit` that keeps the variants of a union apart. */
type Without<U, K extends PropertyKey> = U extends unknown ? Omit<U, K> : never;

export class FunctionBuilder {
  readonly slots: SlotInfo[] = [];
  readonly regions: Region[] = [];
  /** the node being lowered: origin of what is emitted */
  at: t.Node | null = null;
  region: RegionId | null = null;
  private readonly blocks: OpenBlock[] = [];
  private current: OpenBlock;
  private originNode: t.Node | null = null;
  private origin: Origin | undefined;

  constructor(private readonly file: string) {
    this.current = this.newBlock();
  }

  newSlot(kind: SlotInfo["kind"], name?: string): Slot {
    this.slots.push(name === undefined ? { kind } : { kind, name });
    return this.slots.length - 1;
  }

  temporary(): Slot {
    return this.newSlot("temporary");
  }

  newBlock(kept = false): OpenBlock {
    const block: OpenBlock = { id: this.blocks.length, region: this.region, instructions: [], terminator: null, kept };
    this.blocks.push(block);
    return block;
  }

  newRegion(make: (id: RegionId, parent: RegionId | null) => Region): Region {
    const region = make(this.regions.length, this.region);
    this.regions.push(region);
    return region;
  }

  emit(instruction: Instruction): void {
    if (this.current.terminator !== null) this.current = this.newBlock();
    const origin = this.originHere();
    this.current.instructions.push(origin === undefined ? instruction : { ...instruction, origin });
  }

  /** Emits an instruction that writes `dst`, or a new temporary; gives the slot. */
  compute(dst: Slot | undefined, make: (dst: Slot) => Instruction): Slot {
    const to = dst ?? this.temporary();
    this.emit(make(to));
    return to;
  }

  copy(dst: Slot, value: Operand): void {
    if (value !== dst) this.emit({ op: "copy", dst, value });
  }

  end(terminator: Without<Terminator, "origin">): void {
    if (this.current.terminator !== null) return;
    const origin = this.originHere();
    this.current.terminator = (origin === undefined ? terminator : { ...terminator, origin }) as Terminator;
  }

  jump(to: OpenBlock): void {
    this.end({ op: "jump", to: to.id });
  }

  /** From here on instructions go to `block`; control that is still open flows into it. */
  start(block: OpenBlock): void {
    if (this.isOpen && this.current !== block) this.jump(block);
    this.current = block;
  }

  /** Control can come here. */
  get isOpen(): boolean {
    return this.current.terminator === null;
  }

  /** Puts instructions at the very beginning of the function. */
  prepend(instructions: readonly Instruction[]): void {
    definitely(this.blocks[0], "entry block").instructions.unshift(...instructions);
  }

  finish(): { readonly entry: BlockId; readonly blocks: readonly Block[]; readonly regions: readonly Region[] } {
    invariant(!this.isOpen, "a function ends without a terminator");
    return tidyBlocks(this.blocks, this.regions);
  }

  private originHere(): Origin | undefined {
    if (this.at !== this.originNode) {
      this.originNode = this.at;
      this.origin = this.at === null ? undefined : originOf(this.at, this.file);
    }
    return this.origin;
  }
}
