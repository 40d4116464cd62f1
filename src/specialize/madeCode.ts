/** Functions that no source spells out: default constructors, and initializers of fields without one. */
import type { Block, IrFunction } from "../ir/types.ts";
import type { Code } from "./program.ts";

const EMPTY: Omit<IrFunction, "id" | "name" | "kind" | "blocks"> = {
  strict: true,
  length: 0,
  parent: null,
  slots: [],
  params: [],
  rest: null,
  thisSlot: null,
  argumentsSlot: null,
  newTargetSlot: null,
  selfSlot: null,
  captures: [],
  entry: 0,
  regions: [],
  opaque: null,
};

function codeOf(key: string, file: string, ir: IrFunction): Code {
  return {
    key,
    file,
    ir,
    order: [0],
    isMerge: [false],
    isLoopHeader: [false],
    loopEnd: [0],
    liveAt: (_, index) => (index === 0 ? ir.slots.map((_s, i) => i) : ir.thisSlot === null ? [] : [ir.thisSlot]),
  };
}

const returnUndefined: Block = {
  id: 0,
  region: null,
  instructions: [],
  terminator: { op: "return", value: { value: undefined } },
};

let initializer: Code | null = null;

/** `() => undefined` */
export function undefinedCode(): Code {
  initializer ??= codeOf("#undefined", "", {
    ...EMPTY,
    id: -1,
    name: "",
    kind: "initializer",
    blocks: [returnUndefined],
  });
  return initializer;
}

/** `constructor() {}`, or `constructor(...args) { super(...args); }` */
export function defaultConstructorCode(name: string, derived: boolean, file: string, brand: string): Code {
  const key = `${file}#default ${brand} ${name}`;
  if (!derived) return codeOf(key, file, { ...EMPTY, id: -1, name, kind: "constructor", blocks: [returnUndefined] });
  const block: Block = { ...returnUndefined, instructions: [{ op: "superCall", dst: 1, args: [{ spread: 0 }] }] };
  const slots = [{ kind: "param", name: "args" }, { kind: "this" }] as const;
  return codeOf(key, file, {
    ...EMPTY,
    id: -1,
    name,
    kind: "derivedConstructor",
    slots,
    rest: 0,
    thisSlot: 1,
    blocks: [block],
  });
}

let ownArguments: Code | null = null;

/** `function () { return arguments; }` */
export function argumentsCode(): Code {
  ownArguments ??= codeOf("#arguments", "", {
    ...EMPTY,
    id: -1,
    name: "",
    kind: "function",
    slots: [{ kind: "arguments" }],
    argumentsSlot: 0,
    blocks: [{ ...returnUndefined, terminator: { op: "return", value: 0 } }],
  });
  return ownArguments;
}
