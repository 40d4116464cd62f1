/** Programs written directly as control-flow graphs, for tests that must not depend on lowering. */
import type { AnalysedProgram } from "../../src/analysis/types.ts";
import type { Block, BlockId, Instruction, IrFunction, Terminator } from "../../src/ir/types.ts";

export interface Draft {
  readonly name: string;
  readonly slots: readonly string[];
  readonly params: number;
  readonly blocks: readonly (readonly [readonly Instruction[], Terminator])[];
}

/** One module of functions; function 0 is an empty top level. */
export function handMade(drafts: readonly Draft[]): AnalysedProgram {
  const functions = [
    draft(
      0,
      { name: "", slots: [], params: 0, blocks: [[[], { op: "return", value: { value: undefined } }]] },
      "module",
    ),
    ...drafts.map((d, i) => draft(i + 1, d, "function")),
  ];
  const ir = { file: "main.ts", functions, bindings: new Map() };
  return {
    modules: new Map([["main.ts", { file: "main.ts", kind: "esm", ir }]]),
    order: ["main.ts"],
    resolveBinding: () => null,
    resolveExport: () => null,
    exportsOf: () => [],
  };
}

function draft(id: number, source: Draft, kind: IrFunction["kind"]): IrFunction {
  return {
    id,
    name: source.name,
    kind,
    strict: true,
    length: source.params,
    parent: null,
    slots: source.slots.map((name, i) => ({ name, kind: i < source.params ? "param" : "variable" })),
    params: source.slots.slice(0, source.params).map((_, i) => i),
    rest: null,
    thisSlot: null,
    argumentsSlot: null,
    newTargetSlot: null,
    usesSuper: false,
    selfSlot: null,
    captures: [],
    entry: 0,
    blocks: source.blocks.map(([instructions, terminator], block): Block => ({
      id: block as BlockId,
      region: null,
      instructions,
      terminator,
    })),
    regions: [],
    opaque: null,
  };
}
