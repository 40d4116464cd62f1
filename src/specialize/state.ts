/**
 * The abstract machine's state on one path: a stack of frames (one per unfolded call), the static heap, what is known of
 * fields of dynamic objects, and the place in the residual that code is being written to. States are forked where control
 * becomes dynamic.
 */
import type { BlockId, RegionId, Slot } from "../ir/types.ts";
import type { Store } from "./heap.ts";
import type { Code } from "./program.ts";
import type { ResidualBlock, ResidualRegion } from "./residual.ts";
import type { Address, Value } from "./values.ts";

/** What becomes of a frame's result. */
export type Return =
  | { readonly kind: "slot"; readonly slot: Slot | null }
  /** `new`: the object made, unless the constructor returned one */
  | { readonly kind: "construct"; readonly slot: Slot; readonly instance: Address | null }
  /** super(...): as construct, then `this` of the caller and the caller's field initializers */
  | { readonly kind: "super"; readonly slot: Slot; readonly instance: Address | null }
  | { readonly kind: "field"; readonly object: Address; readonly key: string }
  | { readonly kind: "exit" };

/** One unfolded call, shared by all states that are inside of it. */
export interface Activation {
  readonly id: number;
  readonly key: string;
  /** control has forked since the call began */
  forked: boolean;
  /** loop headers: visits, and whether control forked since the last one */
  readonly headers: Map<BlockId, { visits: number; forks: number }>;
  forks: number;
}

export interface Frame {
  readonly code: Code;
  readonly activation: Activation;
  readonly result: Return;
  /** the function object that runs, for `super` and fields; null at top level */
  readonly self: Address | null;
  readonly newTarget: Value;
  slots: (Value | undefined)[];
  block: BlockId;
  ip: number;
  /** residual region the call stands in */
  readonly outerRegion: ResidualRegion | null;
  /** residual regions that regions of this frame became */
  regions: ReadonlyMap<RegionId, ResidualRegion>;
}

export interface State {
  frames: Frame[];
  store: Store;
  /** innermost residual region */
  region: ResidualRegion | null;
  block: ResidualBlock;
  /** known fields of dynamic objects: `temp.key` -> value, valid until something may write them */
  fields: Map<string, Value>;
}

/** The innermost frame. */
export function top(state: State): Frame {
  const frame = state.frames[state.frames.length - 1];
  if (frame === undefined) throw new Error("no frame");
  return frame;
}

/** An independent copy that writes to another residual block. */
export function forkState(state: State, block: ResidualBlock): State {
  return {
    frames: state.frames.map((f) => ({ ...f, slots: [...f.slots] })),
    store: state.store.fork(),
    region: state.region,
    block,
    fields: new Map(state.fields),
  };
}
