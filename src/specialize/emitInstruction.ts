/**
 * Writes one residual instruction. If it may throw inside a residual try region, the handler gets an edge from just in
 * front of it, with the state as it is now; but of fields of dynamic objects nothing is known there, for what throws may
 * have written some before.
 */
import type { Instruction } from "../ir/types.ts";
import { arrive, handlerState } from "./control.ts";
import type { Run } from "./run.ts";
import type { State } from "./state.ts";

/** Appends the instruction to the residual; `throws`: it may end in an exception. */
export function emit(run: Run, state: State, instruction: Instruction, throws: boolean): void {
  run.write(state, instruction);
  if (!throws) return;
  const written = state.block.instructions[state.block.instructions.length - 1];
  const handler = handlerState(run, state);
  if (handler === null || written === undefined) return;
  run.session.forgetFields(handler.state);
  written.exceptional = arrive(run, handler.state, { block: state.block, serial: written.serial }, handler.region);
  const { region } = handler;
  if (region.handler !== null) return;
  region.handler = written.exceptional.to;
  run.record(() => (region.handler = null));
}
