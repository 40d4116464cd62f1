/**
 * Residual code under construction: blocks of instructions over temporaries. A merge block has parameters; a jump to it
 * carries the arguments. `finishResidual` turns parameters into slots and copies.
 */
import type { BlockId, Instruction, Operand, Origin, Primitive } from "../ir/types.ts";
import type { Temp } from "./values.ts";
import type { Version } from "./versions.ts";

export interface ResidualRegion {
  readonly id: number;
  readonly kind: "try" | "forOf" | "forIn";
  readonly parent: ResidualRegion | null;
  /** depth of the frame stack, and the handler's block, for try */
  readonly frameDepth: number;
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
  | { readonly op: "throw"; readonly value: Operand; readonly exceptional: ResidualEdge | null }
  | { readonly op: "enterTry"; readonly region: ResidualRegion; readonly body: ResidualBlock }
  | { readonly op: "enterLoop"; readonly region: ResidualRegion; readonly iterable: Operand; readonly next: ResidualBlock }
  | { readonly op: "nextLoop"; readonly region: ResidualRegion; readonly value: Temp; readonly body: ResidualBlock; readonly exit: ResidualBlock }
  | { readonly op: "unreachable" }
);

export interface ResidualBlock {
  readonly id: number;
  readonly region: ResidualRegion | null;
  readonly instructions: ResidualInstruction[];
  terminator: ResidualTerminator | null;
  /** parameters, for merge blocks */
  params: Temp[];
}
