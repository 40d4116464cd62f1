/** Functions that no source spells out: default constructors, initializers of fields without one, bound functions. */
import type { Block, CaptureInfo, IrFunction, Slot } from "../ir/types.ts";
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
  usesSuper: false,
  selfSlot: null,
  captures: [],
  entry: 0,
  regions: [],
  opaque: null,
};

/** `result`: the slot that the instruction gives its value to, which is read behind it. */
function codeOf(key: string, file: string, ir: IrFunction, result: Slot | null = ir.thisSlot): Code {
  return {
    key,
    file,
    ir,
    order: [0],
    isMerge: [false],
    isLoopHeader: [false],
    loopEnd: [0],
    liveAt: (_, index) => (index === 0 ? ir.slots.map((_s, i) => i) : result === null ? [] : [result]),
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

const bound = new Map<string, Code>();
const BOUND = "#bound";

export function isBoundCode({ key }: Code): boolean {
  return key.startsWith(BOUND);
}

/**
 * `(...more) => Reflect.apply(target, receiver, [...given, ...more])`, which captures `target`, `receiver` and each of
 * `given`. One for each target: that one calls another is no recursion.
 */
export function boundCode(target: string, given: number): Code {
  const key = `${BOUND} ${given} ${target}`;
  const known = bound.get(key);
  if (known !== undefined) return known;
  const captures = Array.from({ length: 2 + given }, (_, slot): CaptureInfo => ({ slot, name: "", isCell: false }));
  const [more, result] = [captures.length, captures.length + 1];
  const args = [...captures.slice(2).map(({ slot }) => slot), { spread: more }];
  const ir: IrFunction = {
    ...EMPTY,
    id: -1,
    name: "bound",
    kind: "arrow",
    slots: Array.from({ length: result + 1 }, () => ({ kind: "temporary" })),
    rest: more,
    captures,
    blocks: [
      {
        ...returnUndefined,
        instructions: [{ op: "call", dst: result, callee: 0, receiver: 1, args }],
        terminator: { op: "return", value: result },
      },
    ],
  };
  const code = codeOf(key, "", ir, result);
  bound.set(key, code);
  return code;
}
