/**
 * The abstract machine's data: the state on one path (a stack of frames, one per unfolded call; the static heap; what is
 * known of fields of dynamic objects; where in the residual code is being written), the residual blocks themselves, and
 * the versions that states enter. Types only, and the two functions every room of the machine needs.
 */
import type { BlockId, Instruction, Operand, Origin, Primitive, RegionId, Slot } from "../ir/types.ts";
import type { FrameSlots } from "./frameSlots.ts";
import type { Store } from "./heap.ts";
import type { Code } from "./program.ts";
import type { Address, Cause, Temp, Value } from "./values.ts";

export interface ResidualRegion {
  readonly id: number;
  readonly kind: "try" | "forOf" | "forIn";
  readonly parent: ResidualRegion | null;
  /** depth of the frame stack, and the handler's block, for try */
  readonly frameDepth: number;
  /** the region of the innermost frame's function that it was made for */
  readonly source: RegionId;
  readonly handlerBlock: BlockId;
  handler: Version | null;
  exception: Temp;
}

export interface ResidualInstruction {
  readonly serial: number;
  readonly instruction: Instruction;
  /** when it throws: arguments for the handler's parameters */
  exceptional: ResidualEdge | null;
}

/** A jump to a version with arguments for its parameters; filled in when the version is made. */
export interface ResidualEdge {
  readonly to: Version;
  args: readonly Operand[];
}

export type ResidualTerminator = { readonly origin?: Origin | undefined } & (
  | { readonly op: "goto"; readonly block: ResidualBlock }
  | { readonly op: "edge"; readonly edge: ResidualEdge }
  | { readonly op: "branch"; readonly condition: Operand; readonly then: ResidualBlock; readonly else: ResidualBlock }
  | {
      readonly op: "switch";
      readonly value: Operand;
      readonly cases: readonly { readonly test: Primitive; readonly to: ResidualBlock }[];
      readonly default: ResidualBlock;
    }
  | { readonly op: "return"; readonly value: Operand }
  | { readonly op: "throw"; readonly value: Operand }
  | { readonly op: "enterTry"; readonly region: ResidualRegion; readonly body: ResidualBlock }
  | {
      readonly op: "enterLoop";
      readonly region: ResidualRegion;
      readonly iterable: Operand;
      readonly next: ResidualBlock;
    }
  | {
      readonly op: "nextLoop";
      readonly region: ResidualRegion;
      readonly value: Temp;
      readonly body: ResidualBlock;
      readonly exit: ResidualBlock;
    }
  | { readonly op: "unreachable" }
);

export interface ResidualBlock {
  readonly id: number;
  readonly region: ResidualRegion | null;
  readonly instructions: ResidualInstruction[];
  terminator: ResidualTerminator | null;
  /** to handlers, when what stands at the end throws: loops that ask for the next element or are left, `throw` */
  exceptional: readonly ResidualEdge[];
  /** parameters, for merge blocks */
  params: Temp[];
  /** as in Activation */
  savedAt: number;
}

export interface Version {
  readonly id: number;
  readonly pointKey: string;
  /** what decisions that keep apart are filed under: the point with its calling context and what selects there (`placeAt`) */
  readonly point: string;
  /** what decisions that make dynamic are filed under: the values that are kept apart there too (`classAt`) */
  readonly class: string;
  readonly selected: readonly { readonly slot: string; readonly value: string }[];
  /** slots that are kept apart since they tell rounds of loops apart (`slotsOfRounds`) */
  readonly apart: ReadonlySet<string>;
  /** variables that are kept apart, with their constants (`keptConstants`) */
  readonly kept: readonly { readonly slot: string; readonly value: string }[];
  readonly order: readonly number[];
  readonly isLoopHeader: boolean;
  readonly isHandler: boolean;
  /** the version at the same head from which a round leads here that nothing static could have ended (`cutGrowth`) */
  readonly roundBefore: Version | null;
  readonly block: ResidualBlock;
  pending: Arrival[];
  /** the merged state once the version has been specialized; null before */
  state: State | null;
  params: Temp[];
  /** the slot that each parameter was made for; others may share it */
  slots: ReadonlyMap<Temp, string>;
}

export interface Arrival {
  readonly state: State;
  readonly edge: ResidualEdge;
  /** exceptional arrivals: lifts go in front of this instruction of the real block, or to its end (null) */
  readonly before: { readonly block: ResidualBlock; readonly serial: number | null } | null;
}

/** What becomes of a frame's result. */
export type Return =
  | { readonly kind: "slot"; readonly slot: Slot | null }
  /** `new`: the object made, unless the constructor returned one */
  | { readonly kind: "construct"; readonly slot: Slot; readonly instance: Address | null; readonly site: string }
  /** super(...): as construct, then `this` of the caller and the caller's field initializers */
  | { readonly kind: "super"; readonly slot: Slot; readonly instance: Address | null }
  | { readonly kind: "field"; readonly object: Address; readonly key: string }
  | { readonly kind: "exit" };

/** One unfolded call, shared by all states that are inside of it. */
export interface Activation {
  readonly id: number;
  readonly key: string;
  /** what is static in the call, of a function that calls itself under dynamic control */
  readonly parts: readonly string[];
  /** control has forked since the call began */
  forked: boolean;
  /** what made control dynamic first */
  forkedBy: Cause | null;
  /** loop heads: how often control came to them */
  readonly visits: Map<BlockId, number>;
  forks: number;
  /** the mark of the trail since which its former contents are recorded; -1: none */
  savedAt: number;
}

export interface Frame {
  readonly code: Code;
  readonly activation: Activation;
  readonly result: Return;
  /** the function object that runs, for `super` and fields; null at top level */
  readonly self: Address | null;
  readonly newTarget: Value;
  readonly slots: FrameSlots;
  block: BlockId;
  ip: number;
  /** residual region the call stands in */
  readonly outerRegion: ResidualRegion | null;
  /** residual regions that regions of this frame became */
  regions: ReadonlyMap<RegionId, ResidualRegion>;
  /** rounds of loops that control is in, outermost first, and maybe some that it has left */
  rounds: readonly Round[];
  /** loop heads that the path came to, and how often the call had forked then */
  visited: ReadonlyMap<BlockId, number>;
  /** several states hold it: it is not written to any more. The innermost frame of a state is always its own. */
  isShared: boolean;
  /** of a frame that is shared: what it holds, once somebody has asked (`leavesOf`) */
  leaves: FrameLeaves | null;
}

/** What a frame holds that may still be read, in a fixed order. */
export interface FrameLeaves {
  readonly all: readonly (Value | null | undefined)[];
  /** where in `all` there are objects and what is dynamic */
  readonly open: readonly number[];
  /** nothing is held besides: no slot that is not read any more has a value */
  readonly isTidy: boolean;
}

/** A round of a loop: positions of its head and its last block, and the slots that are kept apart at the head. */
export interface Round {
  readonly head: number;
  readonly end: number;
  readonly apart: readonly string[];
  /** the version at the head that it began in */
  readonly version: Version;
  /** something static has told that the loop is not left here */
  readonly isDecided: boolean;
}

export interface State {
  frames: Frame[];
  store: Store;
  /** innermost residual region */
  region: ResidualRegion | null;
  block: ResidualBlock;
  /** known fields of dynamic objects: `temp.key` -> value, valid until something may write them */
  fields: Map<string, Value>;
  /** outcomes of comparisons with constants that branches on this path have decided: `temp === constant` -> outcome */
  tests: Map<string, boolean>;
}

/** Ends the names in `State.fields` of what holds of the object itself, whatever is written to it. */
export const LASTING = "\u0000lasting";

/** The innermost frame. */
export function top(state: State): Frame {
  const frame = state.frames[state.frames.length - 1];
  if (frame === undefined) throw new Error("no frame");
  return frame;
}

/** An independent copy that writes to another residual block. */
export function forkState(state: State, block: ResidualBlock): State {
  const frames = [...state.frames];
  const last = frames.pop();
  for (const frame of frames) frame.isShared = true;
  if (last !== undefined) frames.push(copyFrame(last));
  return {
    frames,
    store: state.store.fork(),
    region: state.region,
    block,
    fields: new Map(state.fields),
    tests: new Map(state.tests),
  };
}

/** A frame like this one, to be changed. */
export function copyFrame(frame: Frame): Frame {
  return { ...frame, slots: frame.slots.copy(), isShared: false, leaves: null };
}

/** Leaves all calls but the outermost `depth`; the innermost frame is the state's own then. */
export function leaveCalls(state: State, depth: number): void {
  state.frames.length = depth;
  const frame = state.frames[depth - 1];
  if (frame?.isShared === true) state.frames[depth - 1] = copyFrame(frame);
}

/** A call with its values at hand. */
export interface Call {
  readonly callee: Value;
  readonly receiver: Value;
  readonly args: readonly Value[];
  /** null: the result is not used (setters) */
  readonly dst: Slot | null;
  readonly origin: Origin | undefined;
  /** how the callee was reached, for messages */
  readonly name: string | null;
}

/** A `new` with its values at hand. */
export interface Construction {
  readonly dst: Slot;
  readonly callee: Value;
  readonly args: readonly Value[];
  readonly origin: Origin | undefined;
}

/** Outcome of a step: go on with the next instruction, with the (changed) top frame, or nowhere: the path has ended. */
export type Flow = "next" | "moved" | "ended";
