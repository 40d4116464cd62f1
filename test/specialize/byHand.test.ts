/** The specializer on control-flow graphs written by hand: nothing but this room is between the graph and the residual. */
import { anyFact } from "../../src/semantics/numberFacts.ts";
import { loadIntrinsics } from "../../src/semantics/intrinsics.ts";
import type { Block, Instruction, IrFunction, IrModule, SlotInfo, Terminator } from "../../src/ir/types.ts";
import { ALL_ASSUMED } from "../../src/specialize/assumptions.ts";
import { callFunction } from "../../src/specialize/callFunction.ts";
import { DEFAULT_LIMITS } from "../../src/specialize/limits.ts";
import type { ProgramSource } from "../../src/specialize/program.ts";
import { Program } from "../../src/specialize/program.ts";
import { Session } from "../../src/specialize/session.ts";
import { specializeBody } from "../../src/specialize/specializeBody.ts";
import { step } from "../../src/specialize/step.ts";
import { constant } from "../../src/specialize/values.ts";
import { World } from "../../src/specialize/world.ts";

const c = (value: number | undefined): { value: number | undefined } => ({ value });
const block = (id: number, instructions: Instruction[], terminator: Terminator): Block => ({
  id,
  region: null,
  instructions,
  terminator,
});

function fn(name: string, params: number[], slots: string[], blocks: Block[]): IrFunction {
  const info = slots.map((s, i): SlotInfo =>
    s === "" ? { kind: "temporary" } : { kind: params.includes(i) ? "param" : "variable", name: s },
  );
  return {
    id: 0,
    name,
    kind: "function",
    strict: true,
    length: params.length,
    parent: null,
    slots: info,
    params,
    rest: null,
    thisSlot: null,
    argumentsSlot: null,
    newTargetSlot: null,
    usesSuper: false,
    selfSlot: null,
    captures: [],
    entry: 0,
    blocks,
    regions: [],
    opaque: null,
  };
}

function specializeIt(code: IrFunction, statics: (number | null)[]): string {
  const ir: IrModule = { file: "/a.ts", functions: [code], bindings: new Map() };
  const source: ProgramSource = {
    order: [],
    roots: [],
    module: () => ({ ir, kind: "esm", dependencies: [] }),
    resolveBinding: () => null,
    exportsOf: () => [],
    resolveExport: () => null,
    resolveRequire: () => null,
  };
  const program = new Program(source);
  const world = new World(source, loadIntrinsics());
  const session = new Session(
    program,
    world,
    DEFAULT_LIMITS,
    {
      assume: ALL_ASSUMED,
      isChecked: false,
      prelude: () => null,
      typeOf: () => null,
      resultType: () => null,
      paramTypes: () => [],
      builtinType: () => null,
      classType: () => null,
      isExtern: () => false,
      externChanges: () => null,
    },
    "/a.ts",
    { rewinds: true },
  );
  const body = specializeBody(
    session,
    { step, callFunction },
    {
      id: 0,
      label: code.name,
      key: code.name,
      store: world.store(),
      self: null,
      code: { code: program.code("/a.ts", 0), captures: [], home: null, fields: null, isClass: false },
      receiver: { kind: "static", value: constant(undefined) },
      args: statics.map((s) =>
        s === null ? { kind: "dynamic", fact: anyFact, declared: null } : { kind: "static", value: constant(s) },
      ),
      receiverIsParam: false,
      keepsRest: false,
      argumentsTail: null,
    },
  );
  return text(body.fn);
}

function text(f: IrFunction): string {
  const lines = [`(${f.params.map((p) => `$${p}`).join(", ")})`];
  for (const b of f.blocks) {
    lines.push(`${b.id}:`);
    for (const i of b.instructions) lines.push(`  ${JSON.stringify(i)}`);
    lines.push(`  ${JSON.stringify(b.terminator)}`);
  }
  return lines.join("\n");
}

const power = fn(
  "power",
  [0, 1],
  ["n", "x", "r", ""],
  [
    block(0, [{ op: "copy", dst: 2, value: c(1) }], { op: "jump", to: 1 }),
    block(1, [{ op: "binary", operator: ">", dst: 3, left: 0, right: c(0) }], {
      op: "branch",
      condition: 3,
      then: 2,
      else: 3,
    }),
    block(
      2,
      [
        { op: "binary", operator: "*", dst: 2, left: 2, right: 1 },
        { op: "binary", operator: "-", dst: 0, left: 0, right: c(1) },
      ],
      { op: "jump", to: 1 },
    ),
    block(3, [], { op: "return", value: 2 }),
  ],
);

test("a static exponent unrolls the loop", () => {
  expect(specializeIt(power, [3, null])).toMatchSnapshot();
});
test("a static base folds nothing under a dynamic loop, and the loop stays a loop", () => {
  expect(specializeIt(power, [null, 3])).toMatchSnapshot();
});
