/** Rewrites a function's graph: instructions of some kind become instructions and blocks of others, in their region. */
import type {
  Block,
  BlockId,
  Instruction,
  IrFunction,
  Operand,
  Region,
  Slot,
  SlotInfo,
  Terminator,
} from "../ir/types.ts";

export class GraphWriter {
  readonly #slots: SlotInfo[];
  readonly #blocks: Block[];
  protected readonly regions: Region[];
  /** of the block being written */
  protected region: Block["region"] = null;
  #id: BlockId = 0;
  #instructions: Instruction[] = [];

  constructor(protected readonly fn: IrFunction) {
    this.#slots = [...fn.slots];
    this.#blocks = [...fn.blocks];
    this.regions = [...fn.regions];
  }

  /** Hands every instruction of the blocks that hold such a one to `write`. */
  protected rewrite(isOne: (step: Instruction) => boolean, write: (step: Instruction) => void): void {
    for (const block of this.fn.blocks) {
      if (!block.instructions.some(isOne)) continue;
      this.start(block.id, block.region);
      for (const step of block.instructions) {
        if (isOne(step)) write(step);
        else this.emit(step);
      }
      this.end(block.terminator);
    }
  }

  protected result(): IrFunction {
    return { ...this.fn, slots: this.#slots, regions: this.regions, blocks: this.#blocks };
  }

  protected emit(step: Instruction): void {
    this.#instructions.push(step);
  }

  protected temporary(name?: string): Slot {
    this.#slots.push(name === undefined ? { kind: "temporary" } : { kind: "variable", name });
    return this.#slots.length - 1;
  }

  /** object.key in a slot of its own */
  protected get(object: Operand, key: string): Slot {
    const dst = this.temporary();
    this.emit({ op: "getProp", dst, object, key: { value: key } });
    return dst;
  }

  /** a method of a global object, called */
  protected callStatic(holder: string, name: string, args: readonly Operand[]): Slot {
    const [object, dst] = [this.temporary(), this.temporary()];
    this.emit({ op: "getGlobal", dst: object, name: holder });
    this.emit({ op: "call", dst, callee: this.get(object, name), receiver: object, args });
    return dst;
  }

  protected newBlock(): BlockId {
    const id = this.#blocks.length;
    this.#blocks.push({ id, region: null, instructions: [], terminator: { op: "unreachable" } });
    return id;
  }

  protected start(id: BlockId, region: Block["region"]): void {
    this.#id = id;
    this.region = region;
    this.#instructions = [];
  }

  protected end(terminator: Terminator): void {
    this.#blocks[this.#id] = { id: this.#id, region: this.region, instructions: this.#instructions, terminator };
  }

  protected branch(condition: Operand, then: BlockId, otherwise: BlockId): void {
    this.end({ op: "branch", condition, then, else: otherwise });
  }
}
