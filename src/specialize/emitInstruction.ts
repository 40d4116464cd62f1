/** Writes one residual instruction. If it may throw inside a residual try region, the handler gets an edge from just in front of it. */
import type { Instruction } from "../ir/types.ts";
import { edgeToHandler } from "./control.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";

/** Appends the instruction to the residual; `throws`: it may end in an exception. */
export function emit(run: Run, state: State, instruction: Instruction, throws: boolean): void {
  run.write(state, instruction);
  if (!throws) return;
  const written = state.block.instructions[state.block.instructions.length - 1];
  if (written !== undefined) written.exceptional = edgeToHandler(run, state, written.serial, state.region);
}
