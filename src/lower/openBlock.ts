/** A block that is being written. */
import type { BlockId, Instruction, RegionId, Terminator } from "../ir/types.ts";

export interface OpenBlock {
  readonly id: BlockId;
  readonly region: RegionId | null;
  readonly instructions: Instruction[];
  terminator: Terminator | null;
  /** loop headers and latches: never short-cut, so that a loop keeps one latch */
  kept: boolean;
}
